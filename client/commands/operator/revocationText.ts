import type { AnswerOf } from '../../../core/contract/answers.ts';
import type { CommandContext } from '../../command.ts';
import { printable } from '../../table.ts';

/** News of revoked certificates for a person: one source a line, those that are stale or fail marked. */
export function revocationText(
  { sources, leftOut }: AnswerOf<'showRevocation'>,
  { word }: Pick<CommandContext, 'word'>,
): string {
  if (sources.length === 0) return word('revocationNone');
  const rows = sources.map(({ kind, address, issuer, held, staleHours, failing }) =>
    [
      staleHours === undefined ? (failing ? '!' : ' ') : '!!',
      kind.padEnd(4),
      held ? `${word('until')} ${held.nextUpdate}` : '-',
      ...(staleHours === undefined ? [] : [`${word('stale')} ${staleHours} h`]),
      address,
      issuer,
      ...(failing ? [`${word('failing')} ${failing.since}: ${failing.why}`] : []),
    ].join('  '),
  );
  return [...rows, ...(leftOut > 0 ? [`${word('leftOut')} ${leftOut}`] : [])].map(printable).join('\n');
}
