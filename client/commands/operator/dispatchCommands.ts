import type { AnswerOf } from '../../../core/contract/answers.ts';
import type { Command } from '../../command.ts';
import { titled } from '../../table.ts';
import { operatorCommand, reasonOf } from './operatorCommand.ts';

const holding = (about: Pick<Command, 'name' | 'summary'>, held: boolean, why: string): Command =>
  operatorCommand<AnswerOf<'holdDispatch'>>({
    ...about,
    usage: 'DISPATCH_ID',
    example: `dsp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa --reason "${why}"`,
    takes: [1, 1],
    changes: true,
    act: (operator, invocation) =>
      operator.call('holdDispatch', {
        path: { dispatchId: invocation.argument },
        body: { held, reason: reasonOf(invocation) },
      }),
    show: (answer, { word }) =>
      titled([
        [word('dispatch'), answer.dispatchId],
        [word('legalHold'), word(answer.held ? 'yes' : 'no')],
        [word('content'), answer.content ?? ''],
      ]),
  });

const hold = holding(
  {
    name: 'dispatch hold',
    summary: { en: 'Put a legal hold on a dispatch: nothing of it is deleted', vi: 'Giữ lại lượt gửi, không xóa gì' },
  },
  true,
  'Công văn 7/TTr',
);

const release = holding(
  {
    name: 'dispatch release',
    summary: { en: 'Take the legal hold off a dispatch', vi: 'Thôi giữ lại lượt gửi' },
  },
  false,
  'đã kết thúc thanh tra',
);

/** The operators' commands about dispatches. */
export const dispatchCommands: readonly Command[] = [hold, release];
