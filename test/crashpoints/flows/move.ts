import type { Flow } from '../flow.ts';
import type { Scene } from '../scene.ts';

const REASON = 'crash points';
const CODE = 'X96.01';
const SYSTEMS = ['bo-minh-hoa', 'trung-tam-mau'] as const;

/** An agency moves to another system while a letter waits for it: the letter follows. */
export const move: Flow = {
  name: 'move of an agency',
  of: ['administer', 'watch'],
  prepare: async (scene) => {
    const { operator } = scene.town;
    const { agencyId, system } = await wanderer(scene);
    const to = SYSTEMS.find((one) => one !== system) ?? SYSTEMS[0];
    const sent = await scene.delivered({ to: [CODE] });
    const deliveryId = sent.answer.recipients[0]?.deliveryId ?? '';
    return async () => {
      await scene.patiently('the agency is moved', () =>
        operator.call('moveAgency', { path: { agencyId }, body: { system: to, reason: REASON } }),
      );
      await scene.patiently('the letter has followed', async () => {
        await scene.watch();
        return (await scene.town.stores.item(deliveryId))?.system === to;
      });
      return {
        sent: [sent],
        problems: async () => {
          const moves = (await scene.town.stores.items('mov')).map(({ id }) => `${id} is not over`);
          const route = (await operator.call('showAgency', { path: { agencyId } })).system;
          return [...moves, ...(route === to ? [] : [`${CODE} is served by ${route}`])];
        },
      };
    };
  },
};

/** The agency that moves, as it is served now. */
async function wanderer(scene: Scene) {
  const { operator } = scene.town;
  const { agencyId } = await scene.once('wanderer', () =>
    operator.call('addAgency', {
      body: { code: CODE, name: 'Cơ quan chuyển đi', system: SYSTEMS[0], reason: REASON },
    }),
  );
  return operator.call('showAgency', { path: { agencyId } });
}
