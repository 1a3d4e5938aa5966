import { type Command, EXIT } from '../command.ts';
import { PAGE_OPTIONS, pageQuery, sayMore } from '../pageOptions.ts';
import { sayDeliveries } from '../sayDeliveries.ts';

/** `docaxis inbox`: what waits, without taking it. */
export const inboxCommand: Command = {
  name: 'inbox',
  aliases: [],
  summary: { en: 'List what waits for your agencies, urgent first', vi: 'Xem văn bản đang chờ, khẩn trước' },
  usage: '[--limit N] [--after MARK]',
  example: 'docaxis inbox --lang vi',
  options: PAGE_OPTIONS,
  takes: [0, 0],
  async run(invocation, context) {
    const query = pageQuery(invocation);
    const client = await context.client();
    const page = await client.waiting(query);
    if (page.items.length > 0) sayDeliveries(page.items, context);
    else context.say(context.word('nothing'));
    sayMore(page.next, context);
    context.result(page);
    return EXIT.done;
  },
};
