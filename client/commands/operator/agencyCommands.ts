import type { AnswerOf } from '../../../core/contract/answers.ts';
import type { Command, Invocation } from '../../command.ts';
import { momentOf } from '../../momentOf.ts';
import type { OperatorClient } from '../../operatorClient.ts';
import { UsageError } from '../../usageError.ts';
import { argumentAt, given, needed, operatorCommand, reasonOf } from './operatorCommand.ts';
import { agencyText } from './registryText.ts';

/** The internal id of the agency that has or had a code. */
export async function agencyIdOf(operator: OperatorClient, code: string): Promise<string> {
  return (await operator.call('findAgency', { query: { code } })).agencyId;
}

const add = operatorCommand<AnswerOf<'addAgency'>>({
  name: 'agency add',
  summary: { en: 'Register an agency', vi: 'Đăng ký cơ quan' },
  usage: 'CODE --name NAME [--parent CODE] [--system ID]',
  example: 'X92.05 --name "Cục Ví dụ" --parent X92 --system bo-minh-hoa --reason "Quyết định 12"',
  options: {
    name: { type: 'string', value: 'NAME', help: 'its name' },
    parent: { type: 'string', value: 'CODE', help: 'the agency right above it' },
    system: { type: 'string', value: 'ID', help: 'the system that serves it; without it only a directory entry' },
  },
  takes: [1, 1],
  changes: true,
  act: (operator, invocation) =>
    operator.call('addAgency', {
      body: {
        code: invocation.argument,
        name: needed(invocation, 'name'),
        ...given({ parent: invocation.text('parent'), system: invocation.text('system') }),
        reason: reasonOf(invocation),
      },
    }),
  show: agencyText,
});

const show = operatorCommand<AnswerOf<'showAgency'>>({
  name: 'agency show',
  summary: { en: 'See an agency, by a code that it has or had', vi: 'Xem cơ quan, theo mã hiện tại hoặc mã cũ' },
  usage: 'CODE',
  example: 'X92',
  takes: [1, 1],
  changes: false,
  act: (operator, { argument }) => operator.call('findAgency', { query: { code: argument } }),
  show: agencyText,
});

const change = operatorCommand<AnswerOf<'changeAgency'>>({
  name: 'agency change',
  summary: { en: 'Change name, parent or code; the old code stays', vi: 'Đổi tên, cấp trên hoặc mã; mã cũ vẫn dùng' },
  usage: 'CODE [--code NEW] [--name NAME] [--parent CODE]',
  example: 'X92.03 --code X92.08 --reason "Nghị định 45"',
  options: {
    code: { type: 'string', value: 'NEW', help: 'its new code' },
    name: { type: 'string', value: 'NAME', help: 'its new name' },
    parent: { type: 'string', value: 'CODE', help: 'the agency right above it; "" for none' },
  },
  takes: [1, 1],
  changes: true,
  act: async (operator, invocation) => {
    const { text } = invocation;
    const changes = given({ code: text('code'), name: text('name'), parent: text('parent') });
    if (Object.keys(changes).length === 0) throw new UsageError('change what? --code, --name or --parent');
    const agencyId = await agencyIdOf(operator, invocation.argument);
    return operator.call('changeAgency', { path: { agencyId }, body: { ...changes, reason: reasonOf(invocation) } });
  },
  show: agencyText,
});

/** A command that names an agency and changes one thing of it. */
const simple = (
  about: Pick<Command, 'name' | 'summary' | 'usage' | 'example' | 'takes'> & Partial<Pick<Command, 'options'>>,
  route: 'suspendAgency' | 'addAlias' | 'setPolicy' | 'mergeAgency',
  body: (invocation: Invocation) => object,
): Command =>
  operatorCommand<AnswerOf<'showAgency'>>({
    ...about,
    changes: true,
    act: async (operator, invocation) => {
      const said = { ...body(invocation), reason: reasonOf(invocation) };
      const agencyId = await agencyIdOf(operator, invocation.argument);
      return operator.call(route, { path: { agencyId }, body: said });
    },
    show: agencyText,
  });

const suspend = simple(
  {
    name: 'agency suspend',
    summary: { en: 'Suspend an agency, within 15 seconds', vi: 'Tạm ngưng cơ quan, trong vòng 15 giây' },
    usage: 'CODE',
    example: 'X92.03 --reason "lộ khóa ký"',
    takes: [1, 1],
  },
  'suspendAgency',
  () => ({ suspended: true }),
);

const resume = simple(
  {
    name: 'agency resume',
    summary: { en: 'End a suspension', vi: 'Cho cơ quan hoạt động lại' },
    usage: 'CODE',
    example: 'X92.03 --reason "đã thay khóa"',
    takes: [1, 1],
  },
  'suspendAgency',
  () => ({ suspended: false }),
);

const alias = simple(
  {
    name: 'agency alias',
    summary: { en: 'Give a further code for a period, or end a code', vi: 'Thêm mã có thời hạn, hoặc kết thúc một mã' },
    usage: 'CODE OTHER [--from TIME] [--until TIME]',
    example: 'X92.03 X92.09 --until 2027-06-30 --reason "mã cũ của Cục"',
    options: {
      from: { type: 'string', value: 'TIME', help: 'from when it counts (now, or as it was)' },
      until: { type: 'string', value: 'TIME', help: 'from when it counts no more (never)' },
    },
    takes: [2, 2],
  },
  'addAlias',
  (invocation) => ({
    code: argumentAt(invocation, 1),
    ...given({ from: momentOf(invocation, 'from'), until: momentOf(invocation, 'until') }),
  }),
);

const merge = simple(
  {
    name: 'agency merge',
    summary: { en: 'Merge an agency into another one', vi: 'Sáp nhập cơ quan vào cơ quan khác' },
    usage: 'CODE --into CODE',
    example: 'X92.03 --into X92 --reason "Nghị quyết 60"',
    options: { into: { type: 'string', value: 'CODE', help: 'who gets what is addressed to it from now on' } },
    takes: [1, 1],
  },
  'mergeAgency',
  (invocation) => ({ into: needed(invocation, 'into') }),
);

const policy = simple(
  {
    name: 'agency policy',
    summary: { en: 'Say whether it may send unsigned messages', vi: 'Cho phép hay không gửi văn bản chưa ký số' },
    usage: 'CODE --unsigned refuse|accept',
    example: 'X92.03 --unsigned refuse --reason "đã có chứng thư"',
    options: { unsigned: { type: 'string', value: 'refuse|accept', help: 'what to do with an unsigned message' } },
    takes: [1, 1],
  },
  'setPolicy',
  (invocation) => {
    const unsigned = needed(invocation, 'unsigned');
    if (unsigned !== 'refuse' && unsigned !== 'accept') throw new UsageError('--unsigned is refuse or accept');
    return { unsigned };
  },
);

/** The operators' commands about agencies. */
export const agencyCommands: readonly Command[] = [add, show, change, suspend, resume, alias, merge, policy];
