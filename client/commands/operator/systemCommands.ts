import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AnswerOf } from '../../../core/contract/answers.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { Command } from '../../command.ts';
import { momentOf } from '../../momentOf.ts';
import { UsageError } from '../../usageError.ts';
import { agencyIdOf } from './agencyCommands.ts';
import { argumentAt, given, needed, operatorCommand, reasonOf } from './operatorCommand.ts';
import { agencyText, systemText } from './registryText.ts';

const add = operatorCommand<AnswerOf<'addSystem'>>({
  name: 'system add',
  summary: { en: 'Register a system', vi: 'Đăng ký hệ thống' },
  usage: 'ID --name NAME',
  example: 'so-vi-du --name "Phần mềm văn phòng Sở Ví dụ" --reason "kết nối mới"',
  options: { name: { type: 'string', value: 'NAME', help: 'its name' } },
  takes: [1, 1],
  changes: true,
  act: (operator, invocation) =>
    operator.call('addSystem', {
      body: { systemId: invocation.argument, name: needed(invocation, 'name'), reason: reasonOf(invocation) },
    }),
  show: systemText,
});

const show = operatorCommand<AnswerOf<'showSystem'>>({
  name: 'system show',
  summary: { en: 'See a system, its keys and its latest refusals', vi: 'Xem hệ thống, khóa và các lần bị từ chối' },
  usage: 'ID',
  example: 'bo-minh-hoa',
  takes: [1, 1],
  changes: false,
  act: (operator, { argument }) => operator.call('showSystem', { path: { systemId: argument } }),
  show: systemText,
});

const keyAdd = operatorCommand<AnswerOf<'addKey'>>({
  name: 'system key add',
  summary: { en: 'Register a client key', vi: 'Đăng ký khóa của hệ thống' },
  usage: 'ID FILE.jwk',
  example: 'bo-minh-hoa public-key.jwk --reason "khóa mới"',
  takes: [2, 2],
  changes: true,
  act: async (operator, invocation, { cwd }) => {
    const jwk = readJwk(await readFile(resolve(cwd, argumentAt(invocation, 1)), 'utf8'));
    const path = { systemId: invocation.argument };
    return operator.call('addKey', { path, body: { jwk, reason: reasonOf(invocation) } });
  },
  show: systemText,
});

/** @throws UsageError also for a private key: it must not leave its machine. */
function readJwk(text: string): object {
  let jwk: unknown;
  try {
    jwk = JSON.parse(text);
  } catch {
    throw new UsageError('the key is not a JWK: not JSON');
  }
  if (jwk === null || typeof jwk !== 'object' || Array.isArray(jwk)) throw new UsageError('the key is not a JWK');
  if ('d' in jwk || 'k' in jwk) throw new UsageError('that is a private key; register its public part only');
  return jwk;
}

const keyRetire = operatorCommand<AnswerOf<'retireKey'>>({
  name: 'system key retire',
  summary: { en: 'Retire a client key, at once or later', vi: 'Ngừng dùng khóa, ngay hoặc về sau' },
  usage: 'ID KID [--until TIME]',
  example: 'bo-minh-hoa key-2025 --until 2026-12-31 --reason "đã xoay khóa"',
  options: { until: { type: 'string', value: 'TIME', help: 'from when it is refused (now)' } },
  takes: [2, 2],
  changes: true,
  act: (operator, invocation) =>
    operator.call('retireKey', {
      path: { systemId: invocation.argument, kid: argumentAt(invocation, 1) },
      body: { ...given({ until: momentOf(invocation, 'until') }), reason: reasonOf(invocation) },
    }),
  show: systemText,
});

const suspension = (name: string, suspended: boolean, summary: Command['summary'], reason: string): Command =>
  operatorCommand<AnswerOf<'suspendSystem'>>({
    name,
    summary,
    usage: 'ID',
    example: `bo-minh-hoa --reason "${reason}"`,
    takes: [1, 1],
    changes: true,
    act: (operator, invocation) =>
      operator.call('suspendSystem', {
        path: { systemId: invocation.argument },
        body: { suspended, reason: reasonOf(invocation) },
      }),
    show: systemText,
  });

const suspendSummary = { en: 'Suspend a system, within 15 seconds', vi: 'Tạm ngưng hệ thống, trong vòng 15 giây' };
const resumeSummary = { en: 'End a suspension', vi: 'Cho hệ thống hoạt động lại' };

const MEGABYTE = 1024 * 1024;

const limit = operatorCommand<AnswerOf<'setLimits'>>({
  name: 'system limit',
  summary: {
    en: 'Give a system a budget of its own per minute; without numbers the usual one again',
    vi: 'Đặt hạn mức riêng mỗi phút cho hệ thống; không ghi số thì dùng lại hạn mức chung',
  },
  usage: 'ID [--requests N] [--megabytes N]',
  example: 'bo-minh-hoa --requests 12000 --reason "trung tâm phục vụ 800 cơ quan"',
  options: {
    requests: { type: 'string', value: 'N', help: `requests a minute (${LIMITS.budget.requests})` },
    megabytes: {
      type: 'string',
      value: 'N',
      help: `megabytes of messages and uploads a minute (${LIMITS.budget.bytes / MEGABYTE})`,
    },
  },
  takes: [1, 1],
  changes: true,
  act: (operator, invocation) => {
    const requests = invocation.number('requests', { least: 1, most: LIMITS.budgetMost.requests });
    const megabytes = invocation.number('megabytes', { least: 1, most: LIMITS.budgetMost.bytes / MEGABYTE });
    const own = {
      ...(requests === undefined ? {} : { requests }),
      ...(megabytes === undefined ? {} : { bytes: megabytes * MEGABYTE }),
    };
    return operator.call('setLimits', {
      path: { systemId: invocation.argument },
      body: { ...own, reason: reasonOf(invocation) },
    });
  },
  show: systemText,
});

const serve = operatorCommand<AnswerOf<'moveAgency'>>({
  name: 'system serve',
  summary: {
    en: 'Let a system serve an agency; what waits for it follows',
    vi: 'Cho hệ thống phục vụ cơ quan; văn bản đang chờ được chuyển theo',
  },
  usage: 'ID --agency CODE',
  example: 'bo-minh-hoa --agency X91.05 --reason "chuyển hệ thống"',
  options: { agency: { type: 'string', value: 'CODE', help: 'the agency' } },
  takes: [1, 1],
  changes: true,
  act: async (operator, invocation) => {
    const agencyId = await agencyIdOf(operator, needed(invocation, 'agency'));
    const body = { system: invocation.argument, reason: reasonOf(invocation) };
    return operator.call('moveAgency', { path: { agencyId }, body });
  },
  show: agencyText,
});

/** The operators' commands about systems. */
export const systemCommands: readonly Command[] = [
  add,
  show,
  keyAdd,
  keyRetire,
  suspension('system suspend', true, suspendSummary, 'lộ khóa'),
  suspension('system resume', false, resumeSummary, 'đã thay khóa'),
  limit,
  serve,
];
