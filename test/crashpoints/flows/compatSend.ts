import type { Flow } from '../flow.ts';
import { done, oldCentre, sdkOf } from './oldSystems.ts';

/** A system of today sends a letter. */
export const compatSend: Flow = {
  name: 'compatibility: send',
  of: ['compatSend'],
  fresh: true,
  prepare: async (scene) => {
    const sdk = sdkOf(scene, await oldCentre(scene));
    const bytes = await scene.town.letter();
    return async () => {
      await scene.patiently('the letter is taken', () =>
        done(sdk.sendEdoc(bytes, { from: 'X91.04', messagetype: 'edoc' })),
      );
      // The same bytes again, through the newer API: it tells what the old one has no room for.
      const answer = await scene.centre.submit(bytes);
      await scene.dispatched({ bytes, answer });
      return {
        sent: [{ bytes, answer }],
        problems: () => Promise.resolve(answer.outcome === 'again' ? [] : ['it was told OK and nothing was kept']),
      };
    };
  },
};
