import type { AnswerOf } from '../../core/contract/answers.ts';
import type { WorldSystemName } from '../../world/places.ts';
import type { TestAxis } from './testAxis.ts';

/** A system's own deliveries of a dispatch. */
export const deliveriesOf = async (
  { clients }: TestAxis,
  system: WorldSystemName,
  dispatchId: string,
): Promise<AnswerOf<'dispatch'>['deliveries']> => (await clients[system].dispatch(dispatchId)).deliveries;

/** Leases a system's deliveries of a dispatch, whatever else waits in its inbox. */
export async function leaseAll(
  town: TestAxis,
  system: WorldSystemName,
  dispatchId: string,
): Promise<readonly AnswerOf<'lease'>[]> {
  const deliveries = await deliveriesOf(town, system, dispatchId);
  return Promise.all(deliveries.map(({ deliveryId }) => town.clients[system].lease(deliveryId)));
}

/** Leases and acknowledges a system's deliveries of a dispatch. */
export async function take(town: TestAxis, system: WorldSystemName, dispatchId: string): Promise<void> {
  for (const { deliveryId, lease } of await leaseAll(town, system, dispatchId))
    await town.clients[system].acknowledge(deliveryId, { leaseToken: lease.token });
}
