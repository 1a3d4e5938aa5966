import type { Flow } from '../flow.ts';

/** An attachment is asked for the first time, and so cut out of the message. */
export const attachments: Flow = {
  name: 'attachments',
  of: ['attachments'],
  prepare: async (scene) => {
    const sent = await scene.delivered();
    const { dispatchId } = sent.answer;
    return async () => {
      const { items } = await scene.patiently('the list', () => scene.centre.attachments({ dispatchId }));
      const bytes = await scene.patiently('the attachment', async () => {
        // A link lives for a minute: whoever tries later asks for another one.
        const { href } = await scene.centre.attachment({ dispatchId }, 1);
        const response = await fetch(href).catch(() => undefined);
        return response?.ok && Buffer.from(await response.arrayBuffer());
      });
      return {
        sent: [sent],
        problems: () =>
          Promise.resolve(items.length === 1 && bytes.subarray(0, 5).equals(Buffer.from('%PDF-')) ? [] : ['no PDF']),
      };
    };
  },
};
