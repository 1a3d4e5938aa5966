import { LIMITS } from '../core/contract/limits.ts';
import type { PageQuery } from './axisClient.ts';
import type { CommandContext, CommandOption, Invocation } from './command.ts';
import { printable } from './table.ts';

/** Options of the commands that list. */
export const PAGE_OPTIONS: Readonly<Record<string, CommandOption>> = {
  limit: {
    type: 'string',
    value: 'N',
    help: `at most so many (${LIMITS.pageSize.usual}; up to ${LIMITS.pageSize.most})`,
  },
  after: { type: 'string', value: 'MARK', help: 'go on after the last page' },
};

/** The page that an invocation asks for. */
export function pageQuery(invocation: Invocation): PageQuery {
  return {
    limit: invocation.number('limit', { least: 1, most: LIMITS.pageSize.most }),
    after: invocation.text('after'),
  };
}

/** Says how to see more, if there is more. */
export function sayMore(next: string | undefined, context: CommandContext): void {
  if (next !== undefined) context.say(`${context.word('more')} ${printable(next)}`);
}
