import type { DeliveryId, SystemId } from '../contract/ids.ts';
import type { Clock, Deliveries, Directory, Dispatches, FanOutMessage, InboxBell } from '../contract/ports.ts';
import { DISPATCH_TRANSITIONS } from '../contract/states.ts';
import { BY_AXIS } from '../contract/timeline.ts';
import { consignmentOf, recipientsOf } from '../deliver/fanOut.ts';

export interface DeliverPorts {
  readonly clock: Clock;
  readonly dispatches: Pick<Dispatches, 'find' | 'chunkDone'>;
  readonly deliveries: Pick<Deliveries, 'consign'>;
  readonly directory: Pick<Directory, 'agency'>;
  readonly bell: InboxBell;
  /** Told of a bell that did not ring: the delivery waits in the index all the same. */
  readonly trouble: (what: string, error: unknown) => void;
}

/** The three fates of a queue message. `again` comes back by itself, `set-aside` needs a person. */
export type Fate =
  | { readonly fate: 'done' }
  | { readonly fate: 'again'; readonly why: string }
  | { readonly fate: 'set-aside'; readonly why: string };

/** Kept → delivered: puts one delivery per recipient, rings its inbox, and marks the dispatch. Repeats change nothing. */
export async function deliver(message: FanOutMessage, ports: DeliverPorts): Promise<Fate> {
  const dispatch = await ports.dispatches.find(message.dispatchId);
  // The message is sent after the record is committed; one without a record can never be delivered.
  if (!dispatch) return { fate: 'set-aside', why: 'no such dispatch' };
  if (dispatch.state === 'dispatched') return { fate: 'done' };
  const now = ports.clock.now();
  const waiting = new Map<SystemId, DeliveryId[]>();
  for (const recipient of recipientsOf(dispatch, message)) {
    // The route of this moment: an agency may have moved to another system since the dispatch was accepted.
    const agency = await ports.directory.agency(recipient.agencyId);
    const system = agency?.route?.system ?? recipient.system;
    const delivery = consignmentOf(dispatch, { ...recipient, system }, now);
    await ports.deliveries.consign(delivery);
    waiting.set(system, [...(waiting.get(system) ?? []), delivery.deliveryId]);
  }
  const { from, to, event } = DISPATCH_TRANSITIONS.dispatch;
  await ports.dispatches.chunkDone(
    message.dispatchId,
    { index: message.chunk, of: message.chunks },
    { ev: event, at: now, by: BY_AXIS, from: from[0], to },
  );
  await ring(waiting, ports);
  return { fate: 'done' };
}

async function ring(waiting: ReadonlyMap<SystemId, readonly DeliveryId[]>, ports: DeliverPorts): Promise<void> {
  for (const [system, deliveries] of waiting) {
    try {
      await ports.bell.ring(system, deliveries);
    } catch (error) {
      ports.trouble(`inbox of ${system} was not rung`, error);
    }
  }
}
