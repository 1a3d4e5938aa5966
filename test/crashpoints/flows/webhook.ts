import { startWebhookReceiver } from '../../kit/webhookReceiver.ts';
import type { Flow } from '../flow.ts';

/** A system says where it is notified. */
export const webhook: Flow = {
  name: 'webhook',
  of: ['webhook'],
  fresh: true,
  prepare: async (scene) => {
    const receiver = await startWebhookReceiver();
    return async () => {
      await scene.patiently('the webhook is set', () => scene.ministry.setWebhook(receiver.url));
      return {
        sent: [],
        problems: async () => {
          const { url, state } = await scene.ministry.webhook();
          return url === receiver.url && state === 'active' ? [] : [`the webhook is ${state} at ${url}`];
        },
        finish: async () => {
          await scene.ministry.removeWebhook();
          await receiver.stop();
        },
      };
    };
  },
};
