import type { AnswerOf } from '../../../core/contract/answers.ts';
import type { CommandContext } from '../../command.ts';
import { printable, titled } from '../../table.ts';

/** Whether the axis is paused, since when, by whom and why. */
export function pauseText(
  { paused, since = '', by = '', reason = '' }: AnswerOf<'showPause'>,
  { word }: Pick<CommandContext, 'word'>,
): string {
  return titled([
    [word('state'), word(paused ? 'axisPaused' : 'axisRunning')],
    [word('since'), since],
    [word('by'), by],
    [word('reason'), reason],
  ]);
}

/** Deliveries that were set aside, one a line. */
export function asideText({ items, next }: AnswerOf<'listAside'>, { word }: Pick<CommandContext, 'word'>): string {
  if (items.length === 0) return word('nothingAside');
  const rows = items.map(({ since, deliveryId, sender, recipient, system, reason = '' }) =>
    [since, deliveryId, `${sender} > ${recipient}`, system, reason].join('  '),
  );
  return [...rows, ...(next === undefined ? [] : [`${word('more')} ${next}`])].map(printable).join('\n');
}

/** Where something is, why, and what happens next. */
export function explanationText(
  explained: AnswerOf<'explain'>,
  { word, language }: Pick<CommandContext, 'word' | 'language'>,
): string {
  const { id, state, dispatchId = '', why = '', nextAt = '', whoMustAct, timeline } = explained;
  const { where, next } = language === 'vi' ? explained.vi : explained;
  const told = titled([
    [word('asked'), `${id}  ${state}`],
    [word('dispatch'), dispatchId],
    [word('where'), where],
    [word('reason'), why],
    [word('next'), next],
    [word('nextAt'), nextAt],
    [word('whoMustAct'), whoMustAct],
  ]);
  const entries = timeline.map(({ n, at, ev, by, detail = '' }) => [n, at, ev, by, detail].join('  ').trimEnd());
  return [told, ...entries.map(printable)].join('\n');
}
