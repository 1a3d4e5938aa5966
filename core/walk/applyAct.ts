import { type Acting, actingOf, type Effect } from '../act/acting.ts';
import { effectOf, revisionsOf } from '../act/effectOf.ts';
import { deliveryIdOf } from '../contract/derivedIds.ts';
import type { AgencyId, DispatchId } from '../contract/ids.ts';
import type { About, ActOn, ActOutcome } from '../contract/life.ts';
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
  for (const one of on)
    about.push({ dispatchId: one.dispatchId, outcome: await actOn(one, actingOf(dispatch, one.how), ports) });
  return about;
}

/** Acts on a delivery and, where it was updated, on its updates at the same recipient: they are the same document. */
async function actOn({ dispatchId, agencyId }: ActOn, acting: Acting, ports: ActPorts): Promise<ActOutcome> {
  const first = await actOnOne(dispatchId, { agencyId, acting }, ports);
  const reached = new Set([dispatchId, acting.by]);
  let next = furtherOf(first.delivery, acting);
  while (next.length > 0 && reached.size <= LIMITS.revisions) {
    const [further] = next;
    next = next.slice(1);
    if (further === undefined || reached.has(further)) continue;
    reached.add(further);
    const { delivery } = await actOnOne(further, { agencyId, acting }, ports);
    next = [...next, ...furtherOf(delivery, acting)];
  }
  return first.outcome;
}

/** A report is about one message alone; an answer, a recall and an update reach every update. */
const furtherOf = (delivery: DeliveryRecord, { how, code }: Acting): readonly DispatchId[] =>
  how === 'replace' || (how === 'status' && code !== '15' && code !== '16') ? [] : revisionsOf(delivery);

const TRIES = 10;

interface OnOne {
  readonly agencyId: AgencyId;
  readonly acting: Acting;
}

async function actOnOne(
  dispatchId: DispatchId,
  { agencyId, acting }: OnOne,
  ports: ActPorts,
): Promise<{ readonly outcome: ActOutcome; readonly delivery: DeliveryRecord }> {
  const deliveryId = deliveryIdOf(dispatchId, agencyId);
  for (let tries = 0; tries < TRIES; tries++) {
    const now = ports.clock.now();
    const seen = await ports.deliveries.find(deliveryId);
    if (!seen) {
      const put = await putWithdrawn(dispatchId, { agencyId, acting }, ports);
      if (put) return put;
      continue;
    }
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
  { agencyId, acting }: OnOne,
  ports: ActPorts,
): Promise<{ readonly outcome: ActOutcome; readonly delivery: DeliveryRecord } | undefined> {
  const dispatch = await ports.dispatches.find(dispatchId);
  const recipient = dispatch?.details.recipients.find((one) => one.agencyId === agencyId);
  if (!dispatch || !recipient) throw new Error(`${dispatchId} has no recipient ${agencyId}`);
  if (acting.how === 'status') throw new Error(`${dispatchId} is not delivered to ${agencyId} yet`);
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
