import type { Flow } from '../flow.ts';

/** A system that reads its own queue takes the delivery that a hint names. */
export const leaseByHint: Flow = {
  name: 'lease by hint',
  of: ['receive'],
  prepare: async (scene) => {
    const sent = await scene.delivered();
    const deliveryId = sent.answer.recipients[0]?.deliveryId ?? '';
    return async () => {
      await scene.patiently('the credentials are given', () => scene.ministry.credentials());
      await scene.patiently('the delivery is leased', async () => {
        // Its own lease, of which it never heard, ends first.
        const delivery = await scene.ministry.lease(deliveryId).catch((error: unknown) => {
          if (isHeld(error)) return undefined;
          throw error;
        });
        return delivery;
      });
      return { sent: [sent], states: { [deliveryId]: 'offered' } };
    };
  },
};

const isHeld = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'delivery-held';
