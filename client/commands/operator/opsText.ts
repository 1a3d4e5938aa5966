import type { AnswerOf } from '../../../core/contract/answers.ts';
import type { CommandContext } from '../../command.ts';
import { lines } from './registryText.ts';

/** Whether the axis is paused, since when, by whom and why. */
export function pauseText(
  { paused, since = '', by = '', reason = '' }: AnswerOf<'showPause'>,
  { word }: Pick<CommandContext, 'word'>,
): string {
  return lines([
    [word('state'), word(paused ? 'axisPaused' : 'axisRunning')],
    [word('since'), since],
    [word('by'), by],
    [word('reason'), reason],
  ]);
}
