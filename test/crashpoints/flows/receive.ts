import type { Flow } from '../flow.ts';

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
