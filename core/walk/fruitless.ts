import { LIMITS } from '../contract/limits.ts';
import type { Clock, Deliveries } from '../contract/ports.ts';
import type { DeliveryRecord } from '../contract/records.ts';
import { DELIVERY_TRANSITIONS } from '../contract/states.ts';
import { BY_AXIS } from '../contract/timeline.ts';

export interface FruitlessPorts {
  readonly clock: Clock;
  readonly deliveries: Pick<Deliveries, 'move'>;
  /** Told of a delivery that from now on waits for an operator. */
  readonly setAside: (delivery: DeliveryRecord) => void;
}

/** What was offered again and again and never acknowledged waits for an operator instead of going round for ever. */
export async function setAsideFruitless(delivery: DeliveryRecord, ports: FruitlessPorts): Promise<void> {
  const now = ports.clock.now();
  const free = delivery.state === 'queued' || (delivery.state === 'offered' && delivery.visibleAt <= now);
  if (!free || delivery.fruitless < LIMITS.fruitlessOffers) return;
  const { to, event } = DELIVERY_TRANSITIONS.setAside;
  const reason = `offered ${delivery.fruitless} times without being acknowledged`;
  const written = await ports.deliveries.move(delivery, {
    to,
    reason,
    tally: 'setAside',
    entry: { ev: event, at: now, by: BY_AXIS, from: delivery.state, to, detail: reason },
  });
  if (written.done) ports.setAside(written.delivery);
}
