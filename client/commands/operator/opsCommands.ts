import type { AnswerOf } from '../../../core/contract/answers.ts';
import type { Command } from '../../command.ts';
import { PAGE_OPTIONS, pageQuery } from '../../pageOptions.ts';
import { operatorCommand, reasonOf } from './operatorCommand.ts';
import { asideText, explanationText, pauseText } from './opsText.ts';
import { rebuildCommand } from './rebuild.ts';
import { reportCommand } from './report.ts';

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

const list = operatorCommand<AnswerOf<'listAside'>>({
  name: 'ops list',
  summary: { en: 'List what was set aside, the longest first', vi: 'Xem các lượt phát bị để riêng, lâu nhất trước' },
  usage: '[--limit N] [--after MARK]',
  example: '--limit 50',
  options: PAGE_OPTIONS,
  takes: [0, 0],
  changes: false,
  act: (operator, invocation) => operator.call('listAside', { query: { ...pageQuery(invocation) } }),
  show: asideText,
});

const explain = operatorCommand<AnswerOf<'explain'>>({
  name: 'ops explain',
  summary: {
    en: 'Say where a dispatch, delivery, submission or upload is, why, and what happens next',
    vi: 'Cho biết lượt gửi, lượt phát hoặc lượt tải lên đang ở đâu, vì sao và bước tiếp theo',
  },
  usage: 'ID',
  example: 'dlv_abcdefghijklmnopqrstuvwxyz234567',
  takes: [1, 1],
  changes: false,
  act: (operator, { argument }) => operator.call('explain', { path: { id: argument } }),
  show: explanationText,
});

const deciding = (name: 'requeue' | 'discard', about: Pick<Command, 'summary' | 'example'>): Command =>
  operatorCommand<AnswerOf<'requeue'>>({
    name: `ops ${name}`,
    summary: about.summary,
    usage: 'DELIVERY',
    example: about.example,
    takes: [1, 1],
    changes: true,
    act: (operator, invocation) =>
      operator.call(name, { path: { deliveryId: invocation.argument }, body: { reason: reasonOf(invocation) } }),
    show: ({ deliveryId, state }, { word }) => `${deliveryId}  ${word(state)}`,
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
  rebuildCommand,
  list,
  explain,
  reportCommand,
  deciding('requeue', {
    summary: { en: 'Put a delivery that was set aside back into its inbox', vi: 'Đưa lượt phát trở lại hộp nhận' },
    example: 'dlv_abcdefghijklmnopqrstuvwxyz234567 --reason "bên nhận đã sửa phần mềm"',
  }),
  deciding('discard', {
    summary: {
      en: 'Give up a delivery that was set aside; its sender sees why',
      vi: 'Bỏ lượt phát bị để riêng; bên gửi thấy lý do',
    },
    example: 'dlv_abcdefghijklmnopqrstuvwxyz234567 --reason "bên nhận đã giải thể"',
  }),
];
