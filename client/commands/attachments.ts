import { type Command, EXIT } from '../command.ts';

/** `docaxis attachments`: what a dispatch carries, inside the message and beside it. */
export const attachmentsCommand: Command = {
  name: 'attachments',
  aliases: [],
  summary: { en: 'List the attachments of a dispatch', vi: 'Xem các tệp đính kèm của một lượt gửi' },
  usage: 'DISPATCH_ID [--delivery ID]',
  example: 'docaxis attachments dsp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  options: { delivery: { type: 'string', value: 'ID', help: 'the delivery by which you may have them (recipients)' } },
  takes: [1, 1],
  async run(invocation, context) {
    const client = await context.client();
    const target = { dispatchId: invocation.argument, deliveryId: invocation.text('delivery') };
    const answer = await client.attachments(target);
    const rows = answer.items.map(({ n, name, contentType, bytes, detached, sha256 }) => [
      String(n),
      name,
      contentType,
      String(bytes),
      context.word(detached ? 'beside' : 'inside'),
      sha256,
    ]);
    if (rows.length > 0)
      context.table((['order', 'file', 'type', 'bytes', 'where', 'sha256'] as const).map(context.word), rows);
    else context.say(context.word('noAttachment'));
    context.result(answer);
    return EXIT.done;
  },
};
