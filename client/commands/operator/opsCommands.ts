import type { AnswerOf } from '../../../core/contract/answers.ts';
import type { Command } from '../../command.ts';
import { operatorCommand, reasonOf } from './operatorCommand.ts';
import { pauseText } from './opsText.ts';

const pausing = (name: string, paused: boolean, about: Pick<Command, 'summary' | 'example'>): Command =>
  operatorCommand<AnswerOf<'setPause'>>({
    name,
    summary: about.summary,
    usage: '',
    example: about.example,
    takes: [0, 0],
    changes: true,
    act: (operator, invocation) => operator.call('setPause', { body: { paused, reason: reasonOf(invocation) } }),
    show: pauseText,
  });

const show = operatorCommand<AnswerOf<'showPause'>>({
  name: 'ops show',
  summary: { en: 'See whether the axis takes anything new', vi: 'Xem trục có đang nhận văn bản mới không' },
  usage: '',
  example: '--json',
  takes: [0, 0],
  changes: false,
  act: (operator) => operator.call('showPause'),
  show: pauseText,
});

/** The operators' commands about the axis as a whole. */
export const opsCommands: readonly Command[] = [
  show,
  pausing('ops pause', true, {
    summary: {
      en: 'Take nothing new, within 15 seconds; what was accepted goes on',
      vi: 'Ngừng nhận văn bản mới, trong vòng 15 giây; văn bản đã nhận vẫn được phát',
    },
    example: '--reason "bảo trì kho lưu trữ"',
  }),
  pausing('ops resume', false, {
    summary: { en: 'Take new messages again', vi: 'Nhận văn bản mới trở lại' },
    example: '--reason "bảo trì xong"',
  }),
];
