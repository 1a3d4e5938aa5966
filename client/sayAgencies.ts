import type { AnswerOf } from '../core/contract/answers.ts';
import type { CommandContext } from './command.ts';

type ListedAgency = AnswerOf<'agencies'>['items'][number];

/** Prints agencies for a person. */
export function sayAgencies(agencies: readonly ListedAgency[], context: Pick<CommandContext, 'word' | 'table'>): void {
  const { word } = context;
  const rows = agencies.map(({ code, name, parent, connected, suspended }) => [
    code,
    name,
    parent ?? '',
    word(suspended ? 'suspended' : connected ? 'yes' : 'no'),
  ]);
  context.table([word('code'), word('name'), word('parent'), word('connected')], rows);
}
