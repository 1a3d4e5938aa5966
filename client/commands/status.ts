import { knownStatusCode, STATUS_CODES, type StatusCode } from '../../core/edxml/statusCode.ts';
import { type Command, type CommandContext, EXIT, type Invocation } from '../command.ts';
import { STATUS_OPTIONS, type StatusToSend, sendStatuses } from '../sendStatus.ts';
import { NEEDS_REASON } from '../statusMessage.ts';
import { documentAt, recalledFrom, reporterOf } from '../statusParties.ts';
import { UsageError } from '../usageError.ts';

/** `docaxis status report`: tells the sender of a document what became of it at its recipient. */
const report: Command = {
  name: 'status report',
  aliases: [],
  summary: {
    en: 'Report to the sender what became of a document: registered, finished, refused',
    vi: 'Báo trạng thái xử lý văn bản cho bên gửi: đã tiếp nhận, hoàn thành, từ chối',
  },
  usage: 'DISPATCH_ID... --code CODE [--description TEXT] [--as CODE]',
  example: 'docaxis status report dsp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa --code 03 --description "Số đến 120"',
  options: {
    code: { type: 'string', value: 'CODE', help: 'the status, two digits; docaxis status list shows them' },
    description: { type: 'string', value: 'TEXT', help: `more about it; ${NEEDS_REASON.join(', ')} need it: why` },
    to: { type: 'string', multiple: true, value: 'CODE', help: 'of 13: take it back from this recipient only' },
    ...STATUS_OPTIONS,
  },
  takes: [1, 100],
  async run(invocation, context) {
    const code = codeOf(invocation);
    const description = invocation.text('description')?.trim();
    if (NEEDS_REASON.includes(code) && !description)
      throw new UsageError(`a status ${code} needs --description: the other side reads why`);
    if (code !== '13' && invocation.texts('to').length > 0)
      throw new UsageError('--to is for a take-back (13); other statuses go to the sender of the document');
    const statuses: StatusToSend[] = [];
    for (const id of new Set(invocation.positionals))
      statuses.push(...(await statusesAbout(id, { code, description }, invocation, context)));
    const sent = await sendStatuses(statuses, invocation, context);
    context.result(sent);
    return sent.some(({ refusal }) => refusal) ? EXIT.refused : EXIT.done;
  },
};

function codeOf(invocation: Invocation): StatusCode {
  const typed = invocation.text('code');
  const known = knownStatusCode(typed);
  if (known) return known;
  throw new UsageError(`--code is one of ${Object.keys(STATUS_CODES).toSorted().join(', ')}; see docaxis status list`);
}

async function statusesAbout(
  dispatchId: string,
  said: { readonly code: StatusCode; readonly description: string | undefined },
  invocation: Invocation,
  context: CommandContext,
): Promise<readonly StatusToSend[]> {
  const document = await documentAt(dispatchId, context);
  const from = reporterOf(document, await context.profile(), { code: said.code, as: invocation.text('as') });
  if (said.code !== '13') return [{ document, report: { ...said, from } }];
  return (await recalledFrom(document, invocation, context)).map((to) => ({ document, report: { ...said, from, to } }));
}

/** `docaxis status list`: the codes and what they mean. */
const list: Command = {
  name: 'status list',
  aliases: [],
  summary: { en: 'List the status codes and what they mean', vi: 'Xem các mã trạng thái và ý nghĩa' },
  usage: '',
  example: 'docaxis status list',
  options: {},
  takes: [0, 0],
  async run(_, context) {
    const codes = Object.entries(STATUS_CODES)
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([code, meaning]) => ({ code, ...meaning }));
    const { word } = context;
    context.table(
      [word('code'), 'ENGLISH', 'TIẾNG VIỆT', word('saidBy')],
      codes.map(({ code, en, vi, by }) => [code, en, vi, word(by === 'sender' ? 'ofSender' : 'ofRecipient')]),
    );
    context.result(codes);
    return EXIT.done;
  },
};

/** Statuses of documents. */
export const statusCommands: readonly Command[] = [report, list];
