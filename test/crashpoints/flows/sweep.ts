import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Flow } from '../flow.ts';

const DAY = 86_400_000;

/** Bytes whose record was never written lie there for a day; then the sweeper, who fails himself, removes them and nothing else. */
export const sweep: Flow = {
  name: 'sweeper removes orphans',
  of: ['watch'],
  prepare: async (scene) => {
    const { stores } = scene.town;
    const sent = await scene.delivered();
    const Key = `dispatches/dsp_${'a'.repeat(32)}/${'0'.repeat(64)}`;
    await stores.s3.send(new PutObjectCommand({ Bucket: stores.bucket, Key, Body: 'orphan' }));
    scene.town.advance(DAY);
    return async () => {
      await scene.patiently('the sweep', async () => {
        await scene.invoke('watch', { task: 'sweep' });
        return true;
      });
      return {
        sent: [sent],
        problems: async () => ((await stores.objects()).includes(Key) ? ['the orphan is still there'] : []),
      };
    };
  },
};
