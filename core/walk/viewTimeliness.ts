import type { AnswerOf } from '../contract/answers.ts';
import { isUrgent } from '../contract/headlineView.ts';
import type { DeliveryRecord, DispatchRecord } from '../contract/records.ts';
import { endedAt } from '../contract/timeline.ts';
import { timelinessOf } from '../timeliness/timelinessOf.ts';

type Reading = NonNullable<AnswerOf<'dispatch'>['deliveries'][number]['timeliness']>[number];

const iso = (at: number): string => new Date(at).toISOString();

/** The legal clocks of one delivery of a document, as the API shows them; a status has none. */
export function viewTimeliness(
  { details, headline }: DispatchRecord,
  delivery: DeliveryRecord,
  now: number,
): readonly Reading[] {
  if (headline.kind === 'status') return [];
  const { DueDate, PromulgationInfo } = details.message.MessageHeader;
  const { timeStamp } = details.report;
  const readings = timelinessOf({
    signedAt: timeStamp && Date.parse(timeStamp.time),
    promulgationDate: PromulgationInfo.PromulgationDate,
    acceptedAt: headline.acceptedAt,
    dueDate: DueDate,
    urgent: isUrgent(headline),
    now,
    ...momentsOf(delivery),
  });
  return readings.map(({ startedAt, deadline, metAt, ...rest }) => ({
    ...rest,
    deadline: iso(deadline),
    ...(startedAt === undefined ? {} : { startedAt: iso(startedAt) }),
    ...(metAt === undefined ? {} : { metAt: iso(metAt) }),
  }));
}

function momentsOf(delivery: DeliveryRecord) {
  const { state, timeline, businessStatus, recall } = delivery;
  const [first] = timeline;
  const { reported = {} } = businessStatus ?? {};
  const acknowledged = timeline.find(({ to }) => to === 'acknowledged')?.at;
  // Who reports a later step has done the earlier ones.
  const registeredAt = earliest([reported['03'], reported['04'], reported['05'], reported['06']]);
  const ended = state === 'acknowledged' ? undefined : endedAt(delivery);
  return {
    deliveredAt: first?.to === 'queued' ? first.at : undefined,
    confirmedAt: earliest([acknowledged, reported['01'], registeredAt]),
    registeredAt,
    finishedAt: reported['06'],
    over: earliest([ended, reported['02'], recall?.state === 'agreed' ? recall.answer?.acceptedAt : undefined]),
  };
}

function earliest(moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((moment) => moment !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
