import type { AnswerOf } from '../../../core/contract/answers.ts';
import type { Command } from '../../command.ts';
import { momentOf } from '../../momentOf.ts';
import { argumentAt, given, operatorCommand, reasonOf } from './operatorCommand.ts';
import { secretText, systemText } from './registryText.ts';

const add = operatorCommand<AnswerOf<'addSecret'>>({
  name: 'system secret add',
  summary: {
    en: 'Issue a secret for the compatibility faces; it is shown once',
    vi: 'Cấp khóa bí mật cho giao diện tương thích; chỉ hiện một lần',
  },
  usage: 'ID [--note TEXT]',
  example: 'so-vi-du --note "máy chủ văn phòng" --reason "kết nối phần mềm cũ"',
  options: { note: { type: 'string', value: 'TEXT', help: 'for yourself: who gets it' } },
  takes: [1, 1],
  changes: true,
  act: (operator, invocation) =>
    operator.call('addSecret', {
      path: { systemId: invocation.argument },
      body: { ...given({ note: invocation.text('note') }), reason: reasonOf(invocation) },
    }),
  show: secretText,
});

const retire = operatorCommand<AnswerOf<'retireSecret'>>({
  name: 'system secret retire',
  summary: { en: 'Retire a secret, at once or later', vi: 'Ngừng dùng khóa bí mật, ngay hoặc về sau' },
  usage: 'ID SECRET_ID [--at TIME]',
  example: 'so-vi-du sct_aaaabbbbccccdddd --at 2026-12-31 --reason "đã đổi khóa"',
  options: { at: { type: 'string', value: 'TIME', help: 'from when it is refused (now)' } },
  takes: [2, 2],
  changes: true,
  act: (operator, invocation) =>
    operator.call('retireSecret', {
      path: { systemId: invocation.argument, secretId: argumentAt(invocation, 1) },
      body: { ...given({ until: momentOf(invocation, 'at') }), reason: reasonOf(invocation) },
    }),
  show: systemText,
});

/** The operators' commands about secrets of systems that use the compatibility faces. */
export const secretCommands: readonly Command[] = [add, retire];
