import { isHeld } from '../act/acting.ts';
import { uncollectedEventIdOf } from '../contract/derivedIds.ts';
import type { Deliveries, Directory } from '../contract/ports.ts';
import type { DeliveryRecord } from '../contract/records.ts';
import { BY_AXIS } from '../contract/timeline.ts';
import { type EndPorts, endWait, expire } from './endWait.ts';
import { type TellPorts, tell } from './tell.ts';

export interface WatchDeliveryPorts extends EndPorts, TellPorts {
  readonly directory: Pick<Directory, 'agency'>;
  readonly deliveries: Pick<Deliveries, 'find' | 'move' | 'mark' | 'remindLater'>;
}

/** What the watchman did with a delivery: `none` where it was not due any more, or somebody holds it. */
export type Watched = 'warned' | 'expired' | 'withdrawn' | 'none';

/** Looks after a delivery whose time has come: its sender is warned, it expires, or it is withdrawn because its lease has ended. */
export async function watchDelivery(seen: DeliveryRecord, now: number, ports: WatchDeliveryPorts): Promise<Watched> {
  const { due } = seen;
  if (!due || due.at > now || !(seen.state === 'queued' || seen.state === 'offered')) return 'none';
  if (isHeld(seen, now)) {
    // Looked at again when the lease is over: until then it would stand before work that can move.
    await ports.deliveries.remindLater(seen, seen.visibleAt);
    return 'none';
  }
  // Items of an earlier version of the code say only in their reminder when they expire.
  const expiresAt = seen.expiresAt ?? due.at;
  if (due.what === 'warn' && expiresAt > now) return warn(seen, { now, expiresAt }, ports);
  if (seen.withdrawing === undefined && expiresAt > now) {
    await ports.deliveries.remindLater(seen, expiresAt);
    return 'none';
  }
  if (seen.withdrawing) return (await endWait(seen, ports))?.done ? 'withdrawn' : 'none';
  if (!(await expire(seen, now, ports)).done) return 'none';
  // Told once it is true: a crash in between loses the notification, which is never the only way to learn of it.
  await tellSender(seen, 'delivery.expired', { now, expiresAt }, ports);
  return 'expired';
}

interface When {
  readonly now: number;
  readonly expiresAt: number;
}

/** Nobody collected it, and it expires soon: its sender hears of it while there is time. */
async function warn(seen: DeliveryRecord, when: When, ports: WatchDeliveryPorts): Promise<Watched> {
  await tellSender(seen, 'delivery.uncollected', when, ports);
  const { state } = seen;
  const detail = `expires at ${new Date(when.expiresAt).toISOString()}`;
  const written = await ports.deliveries.mark(seen, {
    onState: true,
    entry: { ev: 'x-uncollected', at: when.now, by: BY_AXIS, from: state, to: state, detail },
    due: { what: 'expire', at: when.expiresAt, attempts: 0 },
  });
  return written.done ? 'warned' : 'none';
}

async function tellSender(
  { deliveryId, dispatchId, recipientCode, sender }: DeliveryRecord,
  type: 'delivery.uncollected' | 'delivery.expired',
  { now, expiresAt }: When,
  ports: WatchDeliveryPorts,
): Promise<void> {
  const agency = await ports.directory.agency(sender);
  const data = { deliveryId, dispatchId, recipient: recipientCode, expiresAt: new Date(expiresAt).toISOString() };
  const id = uncollectedEventIdOf(deliveryId, type);
  await tell(agency?.route?.system, { id, type, timestamp: new Date(now).toISOString(), data }, ports);
}
