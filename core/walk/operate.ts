import type { AnswerOf } from '../contract/answers.ts';
import { isDeliveryId, isDispatchId, isSubmissionId, isUploadId } from '../contract/ids.ts';
import { iso } from '../contract/iso.ts';
import { LIMITS } from '../contract/limits.ts';
import type { AsideList, Explained } from '../contract/operating.ts';
import type { Clock, Deliveries, Dispatches, PageRequest } from '../contract/ports.ts';
import type { DeliveryRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { viewTimeline } from '../contract/timeline.ts';
import type { Submissions, Uploads } from '../contract/transferPorts.ts';
import { explain } from '../operate/explain.ts';

export interface OperatePorts {
  readonly clock: Clock;
  readonly aside: AsideList;
  readonly dispatches: Pick<Dispatches, 'find'>;
  readonly deliveries: Pick<Deliveries, 'find'>;
  readonly submissions: Pick<Submissions, 'find'>;
  readonly uploads: Pick<Uploads, 'find'>;
}

/** What was set aside and waits for an operator, the longest first. Nothing of what the documents say is shown. */
export async function listAside(page: PageRequest, ports: Pick<OperatePorts, 'aside'>): Promise<AnswerOf<'listAside'>> {
  const { items, next } = await ports.aside.aside(page);
  return { items: items.map(viewAside), ...(next ? { next } : {}) };
}

function viewAside(delivery: DeliveryRecord): AnswerOf<'listAside'>['items'][number] {
  const { deliveryId, dispatchId, headline, system, recipientCode, timeline, tallies } = delivery;
  const entry = timeline.findLast(({ to }) => to === 'set-aside');
  const since = tallies.setAside.last ?? entry?.at ?? delivery.visibleAt;
  const reason = delivery.reason ?? entry?.detail;
  const about = { deliveryId, dispatchId, system, sender: headline.senderCode, recipient: recipientCode };
  return { ...about, since: iso(since), times: tallies.setAside.count, ...(reason ? { reason } : {}) };
}

/** Where something is, why, and what happens next: from its record alone, which is read as it is now. */
export async function explainById(id: string, ports: OperatePorts): Promise<Outcome<AnswerOf<'explain'>>> {
  const found = await find(id, ports);
  if (!found.ok) return found;
  const { kind, record } = found.value;
  const { where, next, nextAt, why, who } = explain(found.value, ports.clock.now());
  return accept({
    id,
    kind,
    state: record.state,
    ...('dispatchId' in record && record.dispatchId !== id ? { dispatchId: record.dispatchId } : {}),
    where: where.en,
    ...(why ? { why } : {}),
    next: next.en,
    ...(nextAt === undefined ? {} : { nextAt: iso(nextAt) }),
    whoMustAct: who,
    vi: { where: where.vi, next: next.vi },
    timeline: 'timeline' in record ? viewTimeline(record.timeline).entries : [],
  });
}

async function find(id: string, ports: OperatePorts): Promise<Outcome<Explained>> {
  if (isDispatchId(id)) {
    const record = await ports.dispatches.find(id);
    return record ? accept({ kind: 'dispatch', record }) : refuse('dispatch-not-found');
  }
  if (isDeliveryId(id)) {
    const record = await ports.deliveries.find(id);
    return record ? accept({ kind: 'delivery', record }) : refuse('delivery-not-found');
  }
  if (isSubmissionId(id)) {
    const record = await ports.submissions.find(id);
    return record
      ? accept({ kind: 'submission', record })
      : refuse('submission-not-found', { hours: LIMITS.uploadHours });
  }
  if (isUploadId(id)) {
    const record = await ports.uploads.find(id);
    return record ? accept({ kind: 'upload', record }) : refuse('upload-not-found', { hours: LIMITS.uploadHours });
  }
  return refuse('parameter-invalid', { parameter: 'id', problem: 'a dsp_, dlv_, sub_ or upl_ id' });
}
