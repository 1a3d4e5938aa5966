import { type Command, EXIT } from '../command.ts';
import { PAGE_OPTIONS, pageQuery, sayMore } from '../pageOptions.ts';
import { sayAgencies } from '../sayAgencies.ts';
import { printable } from '../table.ts';

/** `docaxis me`: who the axis takes this profile for. */
export const meCommand: Command = {
  name: 'me',
  aliases: [],
  summary: { en: 'See your system and its agencies', vi: 'Xem hệ thống của bạn và các cơ quan được phục vụ' },
  usage: '',
  example: 'docaxis me --profile bo-minh-hoa',
  options: PAGE_OPTIONS,
  takes: [0, 0],
  async run(invocation, context) {
    const query = pageQuery(invocation);
    const { url, axis } = await context.profile();
    const client = await context.client();
    const me = await client.me(query);
    context.say(printable(`${me.name} (${me.systemId}) @ ${axis}, ${url}`));
    sayAgencies(me.agencies.items, context);
    sayMore(me.agencies.next, context);
    context.result(me);
    return EXIT.done;
  },
};
