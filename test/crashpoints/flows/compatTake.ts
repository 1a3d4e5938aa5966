import { itemsOf } from '../../compat/play.ts';
import type { Flow } from '../flow.ts';
import { done, oldMinistry, sdkOf } from './oldSystems.ts';

/** A system of today lists its inbox, takes a letter, says that it is at work, and that it is done. */
export const compatTake: Flow = {
  name: 'compatibility: receive',
  of: ['compatTake'],
  fresh: true,
  prepare: async (scene) => {
    const sdk = sdkOf(scene, await oldMinistry(scene));
    const sent = await scene.delivered();
    const deliveryId = sent.answer.recipients[0]?.deliveryId ?? '';
    return async () => {
      const docId = await scene.patiently('the letter is listed', async () => {
        const list = await done(sdk.post('getReceivedEdocList', { servicetype: 'eDoc', messagetype: 'edoc' }));
        return list && itemsOf(list.result?.data).find((item) => item.docId === deliveryId) && deliveryId;
      });
      const taken = await scene.patiently('the letter is taken', () =>
        done(sdk.post('getEdoc', { docId }, { body: '{}' })),
      );
      for (const status of ['processing', 'fail', 'done'])
        await scene.patiently(status, () => done(sdk.post('updateStatus', { docId, status }, { body: '{}' })));
      const bytes = Buffer.from(String(taken.result?.data), 'base64');
      return {
        sent: [sent],
        states: { [deliveryId]: 'acknowledged' },
        problems: () => Promise.resolve(bytes.equals(sent.bytes) ? [] : ['it took other bytes']),
      };
    };
  },
};
