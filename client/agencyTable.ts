import type { AnswerOf } from '../core/contract/answers.ts';
import type { CommandContext } from './command.ts';
import { table } from './table.ts';

type ListedAgency = AnswerOf<'agencies'>['items'][number];

/** Agencies for a person. */
export function agencyTable(agencies: readonly ListedAgency[], { word }: Pick<CommandContext, 'word'>): string {
  const rows = agencies.map(({ code, name, parent, connected, suspended }) => [
    code,
    name,
    parent ?? '',
    word(suspended ? 'suspended' : connected ? 'yes' : 'no'),
  ]);
  return table([word('code'), word('name'), word('parent'), word('connected')], rows);
}
