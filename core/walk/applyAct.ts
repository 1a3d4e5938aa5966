import { type Acting, actingOf, type Effect } from '../act/acting.ts';
import { effectOf, revisionsOf } from '../act/effectOf.ts';
import { deliveryIdOf } from '../contract/derivedIds.ts';
import type { AgencyId, DispatchId } from '../contract/ids.ts';
import { type About, type ActOn, type ActOutcome, type How, isLater, type Order } from '../contract/life.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Clock, Deliveries, Dispatches } from '../contract/ports.ts';
import type { DeliveryRecord, DispatchRecord, Recipient } from '../contract/records.ts';
import { consignmentOf } from '../deliver/fanOut.ts';

export interface ActPorts {
  readonly clock: Clock;
  readonly dispatches: Pick<Dispatches, 'find'>;
  readonly deliveries: Pick<Deliveries, 'find' | 'consign' | 'mark'>;
}

/**
 * Applies what a message does to earlier deliveries of one of its recipients: each by one conditional write, decided anew when somebody
 * else was faster. Repeats change nothing and come to the same.
 *
 * @throws Error where it can succeed later: the fan-out of the earlier dispatch is still under way, or rivals never cease.
 */
export async function applyAct(
  dispatch: DispatchRecord,
  recipient: AgencyId,
  ports: ActPorts,
): Promise<readonly About[]> {
  const on = dispatch.details.act?.on.filter((one) => one.recipient === recipient) ?? [];
  const about: About[] = [];
  let isAnswered = false;
  for (const one of on) {
    // What was asked about the named message itself is answered, and not what that one asked.
    if (one.how === 'answer' && isAnswered) continue;
    // Who acts for the recipient of the document now: who reports on it, or whom the correction came to.
    const heir = isReport(one.how) ? dispatch.sender : one.recipient;
    const outcome = await actOn({ ...one, heir }, actingOf(dispatch, one.how), ports);
    if (one.how === 'status' && outcome === 'applied') isAnswered = true;
    about.push({ dispatchId: one.dispatchId, outcome });
  }
  return about;
}

/** Acts on a delivery and, where it was updated, on its updates at the same recipient: they are the same document. */
async function actOn(
  { dispatchId, agencyId, heir }: Pick<ActOn, 'dispatchId' | 'agencyId'> & { readonly heir: AgencyId },
  acting: Acting,
  ports: ActPorts,
): Promise<ActOutcome> {
  // An update came to the agency into which the recipient of the document was merged.
  const ids = [...new Set([agencyId, heir])];
  const first = await actOnOne(dispatchId, { agencyId, acting, onlyEarlier: false }, ports);
  const reached = new Set([dispatchId, acting.by]);
  let next = first.delivery ? furtherOf(first.delivery, acting) : [];
  while (next.length > 0 && reached.size <= LIMITS.revisions) {
    const [further] = next;
    next = next.slice(1);
    if (further === undefined || reached.has(further)) continue;
    reached.add(further);
    for (const id of ids) {
      const { delivery } = await actOnOne(further, { agencyId: id, acting, onlyEarlier: true }, ports);
      next = [...next, ...(delivery ? furtherOf(delivery, acting) : [])];
    }
  }
  return first.outcome;
}

/**
 * An answer, a recall and an update reach every update. A report is about one message alone, unless an update took its place before
 * the recipient had it: then it is the update that was reported on.
 */
function furtherOf(delivery: DeliveryRecord, { how, code }: Acting): readonly DispatchId[] {
  if (how === 'replace') return [];
  if (!isReport(how) || code === '15' || code === '16') return revisionsOf(delivery);
  const { state, revision } = delivery;
  return state === 'withdrawn' && revision?.how === 'update' ? [revision.by] : [];
}

const isReport = (how: How): boolean => how === 'status' || how === 'answer';

const TRIES = 10;

interface OnOne {
  readonly agencyId: AgencyId;
  readonly acting: Acting;
  /** Of the updates of a document only those that came before: what its sender sent later stands. */
  readonly onlyEarlier: boolean;
}

interface Acted {
  readonly outcome: ActOutcome;
  /** Absent where nothing was acted on. */
  readonly delivery?: DeliveryRecord;
}

const OVERTAKEN: Acted = { outcome: 'overtaken' };
const SETTLED: Acted = { outcome: 'settled' };

const orderOf = ({ dispatchId, headline }: Pick<DispatchRecord, 'dispatchId' | 'headline'>): Order => ({
  by: dispatchId,
  acceptedAt: headline.acceptedAt,
});

async function actOnOne(dispatchId: DispatchId, on: OnOne, ports: ActPorts): Promise<Acted> {
  const { agencyId, acting, onlyEarlier } = on;
  const deliveryId = deliveryIdOf(dispatchId, agencyId);
  for (let tries = 0; tries < TRIES; tries++) {
    const now = ports.clock.now();
    const seen = await ports.deliveries.find(deliveryId);
    if (!seen) {
      const put = await putWithdrawn(dispatchId, on, ports);
      if (put) return put;
      continue;
    }
    if (onlyEarlier && !isLater(acting, orderOf(seen))) return OVERTAKEN;
    const { outcome, mark } = effectOf(seen, acting, now);
    if (!mark) return { outcome, delivery: seen };
    const written = await ports.deliveries.mark(seen, mark);
    if (written.done) return { outcome, delivery: written.delivery };
  }
  throw new Error(`${acting.by} did not come to act on ${deliveryId}`);
}

/**
 * The act is faster than the delivery: it is put as withdrawn, and the fan-out loses.
 *
 * @returns undefined when the fan-out was faster after all
 */
async function putWithdrawn(
  dispatchId: DispatchId,
  { agencyId, acting, onlyEarlier }: OnOne,
  ports: ActPorts,
): Promise<Acted | undefined> {
  const dispatch = await ports.dispatches.find(dispatchId);
  // Its record was forgotten when its time was over: nothing is left to act on.
  if (!dispatch) return SETTLED;
  const recipient = dispatch.details.recipients.find((one) => one.agencyId === agencyId);
  // The update was none of this agency's.
  if (onlyEarlier && !recipient) return OVERTAKEN;
  if (!recipient) throw new Error(`${dispatchId} has no recipient ${agencyId}`);
  if (onlyEarlier && !isLater(acting, orderOf(dispatch))) return OVERTAKEN;
  // What is not there yet has been asked nothing that could be answered.
  if (onlyEarlier && isReport(acting.how)) return OVERTAKEN;
  if (isReport(acting.how)) throw new Error(`${dispatchId} is not delivered to ${agencyId} yet`);
  const overdue = consignmentOf(dispatch, recipient, { now: ports.clock.now() });
  if (overdue.state !== 'queued')
    return (await ports.deliveries.consign(overdue)) ? { outcome: 'settled', delivery: overdue } : undefined;
  const delivery = neverQueued(dispatch, { recipient, acting, now: ports.clock.now() });
  return (await ports.deliveries.consign(delivery)) ? { outcome: 'withdrawn', delivery } : undefined;
}

function neverQueued(
  dispatch: DispatchRecord,
  { recipient, acting, now }: { recipient: Recipient; acting: Acting; now: number },
): DeliveryRecord {
  const { due: _, ...whole } = consignmentOf(dispatch, recipient, { now });
  // What an act does to a delivery that waits, told as its first step: it waits for nobody.
  const effect: Effect = effectOf({ ...whole, timeline: [] }, wholly(acting), now);
  const { to, entry, recall, revision, reason } = effect.mark ?? {};
  if (to === undefined || entry === undefined) throw new Error(`${acting.by} does not withdraw ${whole.deliveryId}`);
  return {
    ...whole,
    state: to,
    timeline: [{ ...entry, from: 'none' }],
    ...(reason === undefined ? {} : { reason }),
    ...(recall ? { recall } : {}),
    ...(revision ? { revision } : {}),
  };
}

/** Nobody has the document yet: an update of its recipients alone stands for it as well as one of its content. */
const wholly = (acting: Acting): Acting => (acting.how === 'amend' ? { ...acting, how: 'update' } : acting);
