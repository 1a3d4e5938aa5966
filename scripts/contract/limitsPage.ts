import { LIMITS } from '../../core/contract/limits.ts';
import { GENERATED, table } from './table.ts';

/**
 * Every number that bounds the axis, with the sentence that its declaration carries.
 *
 * @param source the text of `core/contract/limits.ts`, which holds the sentences.
 */
export function limitsPage(source: string): string {
  const rows = Object.entries(LIMITS).map(([name, value]) => [`\`${name}\``, shown(value), sentenceOf(name, source)]);
  return [
    '# Limits',
    '',
    GENERATED,
    '',
    'Declared once in `core/contract/limits.ts`; the stack, the handlers, the client and this page read them there.',
    'A running axis tells them at `GET /v1`.',
    '',
    table(['Limit', 'Value', 'What it bounds'], rows),
    '',
  ].join('\n');
}

const isList = (value: number | object): value is readonly number[] => Array.isArray(value);

const shown = (value: number | object): string =>
  typeof value === 'number'
    ? value.toLocaleString('en-US')
    : isList(value)
      ? value.join(', ')
      : Object.entries(value)
          .map(([name, number]) => `${name} ${Number(number).toLocaleString('en-US')}`)
          .join(', ');

/** The comment right above a limit: a limit without one is not declared well enough to be shown. */
function sentenceOf(name: string, source: string): string {
  const sentence = new RegExp(`/\\*\\* ([^\\n]+) \\*/\\n  ${name}:`).exec(source)?.[1];
  if (sentence === undefined) throw new Error(`the limit ${name} has no comment of one line right above it`);
  return sentence;
}
