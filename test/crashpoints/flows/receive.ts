import type { Flow } from '../flow.ts';
import { leased } from './leased.ts';

/** A system polls its inbox until it has what waits there. */
export const receive: Flow = {
  name: 'receive',
  of: ['receive'],
  prepare: async (scene) => {
    const sent = await scene.delivered();
    return async () => {
      const [delivery] = await scene.patiently('the delivery is received', async () => {
        const { deliveries } = await scene.ministry.receive();
        return deliveries.length > 0 && deliveries;
      });
      return { sent: [sent], states: { [delivery?.deliveryId ?? '']: 'offered' } };
    };
  },
};

/** A system says by one request what it has finished, and takes the next; what was finished is acknowledged, whatever becomes of the rest. */
export const receiveNext: Flow = {
  name: 'receive, acknowledging',
  of: ['receive'],
  prepare: async (scene) => {
    const { sent: first, delivery: held } = await leased(scene);
    const second = await scene.delivered();
    return async () => {
      const { deliveryId, lease } = held;
      const finished = { deliveryId, leaseToken: lease.token, sha256: held.headline.sha256 };
      const [next] = await scene.patiently('the next delivery is received', async () => {
        const { deliveries, acknowledged } = await scene.ministry.receive({ acknowledge: [finished] });
        return acknowledged?.every(({ state }) => state === 'acknowledged') && deliveries.length > 0 && deliveries;
      });
      return {
        sent: [first, second],
        states: { [deliveryId]: 'acknowledged', [next?.deliveryId ?? '']: 'offered' },
      };
    };
  },
};
