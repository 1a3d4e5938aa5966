import type { AnswerOf } from '../../../core/contract/answers.ts';
import type { DeliveryState } from '../../../core/contract/states.ts';
import type { Flow } from '../flow.ts';
import type { Scene } from '../scene.ts';
import { leased } from './leased.ts';

type Leased = AnswerOf<'lease'>;

/** The recipient, which holds a delivery, says what becomes of it. */
const settling = (
  name: string,
  state: DeliveryState,
  settle: (scene: Scene, delivery: Leased) => Promise<unknown>,
): Flow => ({
  name,
  of: ['acknowledge'],
  prepare: async (scene) => {
    const { sent, delivery } = await leased(scene);
    return async () => {
      await scene.patiently(name, async () => (await settle(scene, delivery)) ?? true);
      return { sent: [sent], states: { [delivery.deliveryId]: state } };
    };
  },
});

export const acknowledge = settling('acknowledge', 'acknowledged', ({ ministry }, { deliveryId, lease, headline }) =>
  ministry.acknowledge(deliveryId, { leaseToken: lease.token, sha256: headline.sha256 }),
);

export const acknowledgeBatch = settling('acknowledge in a batch', 'acknowledged', async ({ ministry }, delivery) => {
  const { deliveryId, lease } = delivery;
  const { results } = await ministry.acknowledgeBatch({ items: [{ deliveryId, leaseToken: lease.token }] });
  return results.every(({ state }) => state === 'acknowledged');
});

export const release = settling('release', 'queued', ({ ministry }, { deliveryId, lease }) =>
  ministry.release(deliveryId, { leaseToken: lease.token }),
);

export const reject = settling('reject', 'rejected', ({ ministry }, { deliveryId, lease }) =>
  ministry.reject(deliveryId, { leaseToken: lease.token, reason: 'gửi nhầm nơi nhận' }),
);

export const extend = settling('extend', 'offered', ({ ministry }, { deliveryId, lease }) =>
  ministry.extend(deliveryId, { leaseToken: lease.token, leaseSeconds: 7200 }),
);
