import type { AnswerOf } from '../contract/answers.ts';
import { expiryOf, warningOf } from '../contract/expiry.ts';
import type { DeliveryId } from '../contract/ids.ts';
import type { Clock, Deliveries } from '../contract/ports.ts';
import type { DeliveryRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { DELIVERY_TRANSITIONS } from '../contract/states.ts';
import type { Act } from './administer.ts';

export interface SetAsidePorts {
  readonly clock: Clock;
  readonly deliveries: Pick<Deliveries, 'find' | 'move'>;
}

type Answer = AnswerOf<'requeue'>;

/** An operator puts a delivery that was set aside back into its inbox. */
export async function requeue(act: Act, deliveryId: DeliveryId, ports: SetAsidePorts): Promise<Outcome<Answer>> {
  const now = ports.clock.now();
  return decide('requeue', deliveryId, ports, (delivery) => {
    const { to, event } = DELIVERY_TRANSITIONS.requeue;
    return ports.deliveries.move(delivery, {
      to,
      tally: 'requeued',
      visibleAt: now,
      expiresAt: expiryOf(now),
      due: warningOf(now, expiryOf(now)),
      entry: { ev: event, at: now, by: act.by, from: delivery.state, to, detail: act.reason },
    });
  });
}

/** An operator gives up a delivery that was set aside, for a reason that the sender sees. */
export async function discard(act: Act, deliveryId: DeliveryId, ports: SetAsidePorts): Promise<Outcome<Answer>> {
  return decide('discard', deliveryId, ports, (delivery) => {
    const { to, event } = DELIVERY_TRANSITIONS.discard;
    return ports.deliveries.move(delivery, {
      to,
      reason: act.reason,
      entry: {
        ev: event,
        at: ports.clock.now(),
        by: act.by,
        from: delivery.state,
        to,
        detail: act.reason,
      },
    });
  });
}

async function decide(
  name: 'requeue' | 'discard',
  deliveryId: DeliveryId,
  ports: SetAsidePorts,
  move: (delivery: DeliveryRecord) => ReturnType<Deliveries['move']>,
): Promise<Outcome<Answer>> {
  const { from, to } = DELIVERY_TRANSITIONS[name];
  const seen = await ports.deliveries.find(deliveryId);
  if (!seen) return refuse('delivery-not-found');
  if (seen.state === to) return accept({ deliveryId, state: seen.state });
  if (seen.state !== from[0]) return refuse('state-conflict', { state: seen.state, action: name, from: from[0] });
  const written = await move(seen);
  return written.done ? accept({ deliveryId, state: written.delivery.state }) : refuse('busy');
}
