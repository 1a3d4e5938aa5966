import type { Flow } from '../flow.ts';

const HOUR = 3_600_000;

/** Nobody collects it: its sender is warned, and it expires. */
export const expire: Flow = {
  name: 'expiry',
  of: ['watch'],
  prepare: async (scene) => {
    const expires = new Date(scene.town.axis.clock.now() + 2 * HOUR);
    const bytes = await scene.town.letter();
    const sent = { bytes, answer: await scene.centre.submit(bytes, { expires }) };
    await scene.dispatched(sent);
    const deliveryId = sent.answer.recipients[0]?.deliveryId ?? '';
    scene.town.advance(HOUR + 1000);
    return async () => {
      const item = async () => scene.town.stores.item(deliveryId);
      await scene.patiently('the sender is warned', async () => {
        await scene.watch();
        return (await item())?.dueWhat === 'expire';
      });
      scene.town.advance(HOUR);
      await scene.patiently('it expires', async () => {
        await scene.watch();
        return (await item())?.state === 'expired';
      });
      return { sent: [sent], states: { [deliveryId]: 'expired' } };
    };
  },
};
