import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { inboxQueueUrl } from '../../../adapters/aws/inboxQueues.ts';
import type { SystemId } from '../../../core/contract/ids.ts';
import type { Flow } from '../flow.ts';
import type { Scene } from '../scene.ts';

/** A system waits at its empty inbox when a letter arrives: the bell of its queue ends the wait. */
export const receiveByBell: Flow = {
  name: 'receive, waiting',
  of: ['receive'],
  prepare: async (scene) => {
    await forgetBells(scene);
    return async () => {
      const waiting = receiveOne(scene, 20);
      const sent = await scene.submit();
      const [delivery] = (await waiting) ?? (await scene.patiently('it is received', () => receiveOne(scene, 0)));
      await scene.quiet();
      return { sent: [sent], states: { [delivery?.deliveryId ?? '']: 'offered' } };
    };
  },
};

async function receiveOne({ ministry }: Scene, waitSeconds: number) {
  const { deliveries } = await ministry.receive({ waitSeconds });
  return deliveries.length > 0 ? deliveries : undefined;
}

/** Bells of other runs would end the wait too early. */
async function forgetBells({ town: { axis, stores } }: Scene): Promise<void> {
  const prefix = axis.functions.find(({ name }) => name.endsWith('-receive'))?.variables.INBOX_QUEUE_PREFIX ?? '';
  await stores.sqs.send(new PurgeQueueCommand({ QueueUrl: inboxQueueUrl(prefix, 'bo-minh-hoa' as SystemId) }));
}
