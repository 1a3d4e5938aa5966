import { isHeld } from '../act/acting.ts';
import { withdrawalAtEnd } from '../act/withdrawalAtEnd.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Clock, Deliveries, Written } from '../contract/ports.ts';
import type { DeliveryRecord } from '../contract/records.ts';
import { DELIVERY_TRANSITIONS } from '../contract/states.ts';
import { BY_AXIS } from '../contract/timeline.ts';

export interface EndPorts {
  readonly clock: Clock;
  readonly deliveries: Pick<Deliveries, 'move' | 'mark'>;
  /** Told of a delivery that from now on waits for an operator. */
  readonly setAside: (delivery: DeliveryRecord) => void;
}

/**
 * Ends what still waits but must be offered to nobody any more: it was recalled while somebody held it, or it was offered again and
 * again in vain. Whoever comes across it does so, the watchman at last. What has expired is offered to nobody either, and ended by the
 * watchman alone, who tells its sender.
 *
 * @returns what the write came to; undefined where the delivery may go on, or somebody holds it
 */
export async function endWait(seen: DeliveryRecord, ports: EndPorts): Promise<Written | undefined> {
  const now = ports.clock.now();
  const waits = seen.state === 'queued' || seen.state === 'offered';
  if (!waits || isHeld(seen, now)) return undefined;
  const withdrawal = withdrawalAtEnd(seen, { at: now, who: BY_AXIS });
  if (withdrawal) return ports.deliveries.mark(seen, withdrawal);
  return seen.fruitless >= LIMITS.fruitlessOffers ? setAside(seen, now, ports) : undefined;
}

/** Whether its time is over and nobody holds it: until the watchman comes it only looks as if it waited. */
export const isExpired = (seen: DeliveryRecord, now: number): boolean =>
  (seen.state === 'queued' || seen.state === 'offered') &&
  !isHeld(seen, now) &&
  seen.expiresAt !== undefined &&
  seen.expiresAt <= now;

/** Ends a delivery that nobody collected in time. */
export function expire(
  seen: DeliveryRecord,
  now: number,
  { deliveries }: { readonly deliveries: Pick<Deliveries, 'move'> },
): Promise<Written> {
  const { to, event } = DELIVERY_TRANSITIONS.expire;
  const reason = 'not collected in time';
  const entry = { ev: event, at: now, by: BY_AXIS, from: seen.state, to, detail: reason };
  return deliveries.move(seen, { to, reason, entry });
}

/** What was offered again and again and never acknowledged waits for an operator instead of going round for ever. */
async function setAside(seen: DeliveryRecord, now: number, ports: EndPorts): Promise<Written> {
  const { to, event } = DELIVERY_TRANSITIONS.setAside;
  const reason = `offered ${seen.fruitless} times without being acknowledged`;
  const entry = { ev: event, at: now, by: BY_AXIS, from: seen.state, to, detail: reason };
  const written = await ports.deliveries.move(seen, { to, reason, tally: 'setAside', entry });
  if (written.done) ports.setAside(written.delivery);
  return written;
}
