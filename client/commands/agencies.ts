import { type Command, EXIT } from '../command.ts';
import { PAGE_OPTIONS, pageQuery, sayMore } from '../pageOptions.ts';
import { sayAgencies } from '../sayAgencies.ts';
import { UsageError } from '../usageError.ts';

/** `docaxis agencies`: searches the directory. */
export const agenciesCommand: Command = {
  name: 'agencies',
  aliases: [],
  summary: { en: 'Search the directory of agencies', vi: 'Tra danh bạ cơ quan' },
  usage: '[--code BEGIN | --name BEGIN | --parent CODE]',
  example: 'docaxis agencies --name "Sở"',
  options: {
    code: { type: 'string', value: 'BEGIN', help: 'whose code begins so' },
    name: { type: 'string', value: 'BEGIN', help: 'whose name begins so' },
    parent: { type: 'string', value: 'CODE', help: 'right below this agency' },
    ...PAGE_OPTIONS,
  },
  takes: [0, 0],
  async run(invocation, context) {
    const filters = ['code', 'name', 'parent'].flatMap((filter) => {
      const value = invocation.text(filter);
      return value === undefined ? [] : [[filter, value] as const];
    });
    if (filters.length > 1) throw new UsageError('search by one of --code, --name and --parent');
    const query = { ...Object.fromEntries(filters), ...pageQuery(invocation) };
    const client = await context.client();
    const page = await client.agencies(query);
    if (page.items.length > 0) sayAgencies(page.items, context);
    else context.say(context.word('noAgency'));
    sayMore(page.next, context);
    context.result(page);
    return EXIT.done;
  },
};
