import { type Command, EXIT } from '../command.ts';
import { STATUS_OPTIONS, sendStatuses } from '../sendStatus.ts';
import { documentAt, recalledFrom, reporterOf } from '../statusParties.ts';
import { UsageError } from '../usageError.ts';

/** `docaxis recall`: takes a document back, from every recipient or from some (status 13). */
export const recallCommand: Command = {
  name: 'recall',
  aliases: [],
  summary: {
    en: 'Take a document back: whoever has it is asked, nobody else gets it',
    vi: 'Lấy lại văn bản: bên đã nhận được đề nghị, bên chưa nhận sẽ không nhận nữa',
  },
  usage: 'DISPATCH_ID --reason TEXT [--to CODE]...',
  example: 'docaxis recall dsp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa --reason "Gửi nhầm phụ lục"',
  options: {
    reason: { type: 'string', value: 'TEXT', help: 'why; the recipients read it' },
    to: { type: 'string', multiple: true, value: 'CODE', help: 'from this recipient only; may be repeated' },
    ...STATUS_OPTIONS,
  },
  takes: [1, 1],
  async run(invocation, context) {
    const description = invocation.text('reason')?.trim();
    if (!description) throw new UsageError('--reason is needed: the recipients read why');
    const document = await documentAt(invocation.argument, context);
    const code = '13';
    const from = reporterOf(document, await context.profile(), { code, as: invocation.text('as') });
    const recipients = await recalledFrom(document, invocation, context);
    const sent = await sendStatuses(
      recipients.map((to) => ({ document, report: { from, to, code, description } })),
      invocation,
      context,
    );
    if (sent.some(({ outcome }) => outcome === 'requested')) context.say(`docaxis follow ${document.dispatchId}`);
    context.result(sent);
    return sent.some(({ refusal }) => refusal) ? EXIT.refused : EXIT.done;
  },
};
