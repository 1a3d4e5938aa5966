import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AnswerOf } from '../../../core/contract/answers.ts';
import type { Command } from '../../command.ts';
import { momentOf } from '../../momentOf.ts';
import { table } from '../../table.ts';
import { agencyIdOf } from './agencyCommands.ts';
import { argumentAt, given, operatorCommand, reasonOf } from './operatorCommand.ts';
import { agencyText, certificateRows } from './registryText.ts';

const add = operatorCommand<AnswerOf<'addCertificate'>>({
  name: 'agency cert add',
  summary: { en: 'Register a signing certificate', vi: 'Đăng ký chứng thư ký số' },
  usage: 'CODE FILE.pem',
  example: 'X92.03 cuc-thi-du.pem --reason "chứng thư mới"',
  takes: [2, 2],
  changes: true,
  act: async (operator, invocation, { cwd }) => {
    const pem = await readFile(resolve(cwd, argumentAt(invocation, 1)), 'utf8');
    const agencyId = await agencyIdOf(operator, invocation.argument);
    return operator.call('addCertificate', { path: { agencyId }, body: { pem, reason: reasonOf(invocation) } });
  },
  show: agencyText,
});

const retire = operatorCommand<AnswerOf<'retireCertificate'>>({
  name: 'agency cert retire',
  summary: { en: 'Retire a certificate, at once or later', vi: 'Ngừng dùng chứng thư, ngay hoặc về sau' },
  usage: 'CODE THUMBPRINT [--until TIME]',
  example: 'X92.03 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA --until 2026-12-31 --reason "đã thay"',
  options: { until: { type: 'string', value: 'TIME', help: 'from when it is refused (now)' } },
  takes: [2, 2],
  changes: true,
  act: async (operator, invocation) => {
    const until = momentOf(invocation, 'until');
    const agencyId = await agencyIdOf(operator, invocation.argument);
    const path = { agencyId, thumbprint: argumentAt(invocation, 1) };
    return operator.call('retireCertificate', { path, body: { ...given({ until }), reason: reasonOf(invocation) } });
  },
  show: agencyText,
});

const list = operatorCommand<AnswerOf<'findAgency'>>({
  name: 'agency cert list',
  summary: { en: 'See certificates and how long they last', vi: 'Xem chứng thư và thời hạn còn lại' },
  usage: 'CODE',
  example: 'X92.03',
  takes: [1, 1],
  changes: false,
  act: (operator, { argument }) => operator.call('findAgency', { query: { code: argument } }),
  show: (agency, context) => {
    const { word } = context;
    const titles = [word('thumbprint'), word('validUntil'), word('retires')];
    const rows = certificateRows(agency, context);
    return rows.length === 0 ? word('noCertificate') : table(titles, rows);
  },
});

/** The operators' commands about certificates. */
export const certificateCommands: readonly Command[] = [add, retire, list];
