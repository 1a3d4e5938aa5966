import { resolve } from 'node:path';
import { ANSWERS } from '../../core/contract/answers.ts';
import { isDeliveryId, isDispatchId } from '../../core/contract/ids.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { localTime } from '../../core/edxml/localTime.ts';
import { checkEvidence, type Evidence, type EvidenceVerdict } from '../checkEvidence.ts';
import { type Command, type CommandContext, EXIT, type ExitCode, type Invocation } from '../command.ts';
import { sayEvidence } from '../evidencePage.ts';
import { ISSUER_OPTION, issuerOf } from '../issuerOf.ts';
import { jsonFile } from '../jsonFile.ts';
import { replaceFile } from '../leaseFile.ts';
import { printable } from '../table.ts';
import { UsageError } from '../usageError.ts';

/** Within which a step is in the log: it waits for what may follow soon, then for a round, of which each minute has one. */
const LOGGED_WITHIN_MS = (LIMITS.log.seconds + 60) * 1000;

/** `docaxis evidence`: asks for the signed steps of a dispatch or a delivery, and checks them without asking anybody. */
export const evidenceCommand: Command = {
  name: 'evidence',
  aliases: ['prove'],
  summary: {
    en: 'Prove what happened: signed steps that stand in the log, checked offline',
    vi: 'Chứng minh việc đã diễn ra: từng bước được ký số, có trong nhật ký, kiểm tra không cần mạng',
  },
  usage: 'DISPATCH_ID|DELIVERY_ID [--save FILE] | --file FILE [--issuer FILE]',
  example: 'docaxis evidence dlv_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa --save letter.evidence.json',
  options: {
    save: { type: 'string', value: 'FILE', help: 'keep it, if it holds; anybody can check it with --file' },
    file: { type: 'string', value: 'FILE', help: 'check what docaxis evidence --save kept, and ask nobody' },
    issuer: ISSUER_OPTION,
  },
  takes: [0, 1],
  async run(invocation, context) {
    checkUsage(invocation);
    const file = invocation.text('file');
    const issuer = await issuerOf(invocation, context);
    const evidence = file === undefined ? await askedFor(invocation.argument, context) : await keptIn(file, context);
    const verdict = checkEvidence(evidence, issuer);
    if (!verdict.ok) return failing(verdict, evidence, context);
    await keep(evidence, invocation, context);
    if (verdict.steps.length > 0) sayEvidence(evidence, verdict.steps, context);
    context.say(context.word(verdict.steps.length > 0 ? 'evidenceHolds' : 'evidenceEmpty'));
    const again = sayWaiting(evidence, file === undefined, context);
    // A file that shows no step proves none, whatever is said of it.
    const ok = file === undefined || verdict.steps.length > 0;
    const { of, dispatchId, waiting } = evidence;
    context.result({ ok, of, dispatchId, steps: verdict.steps, waiting, ...again });
    return ok ? EXIT.done : EXIT.refused;
  },
};

function failing(
  { n, code, message }: Extract<EvidenceVerdict, { ok: false }>,
  { of, dispatchId }: Evidence,
  context: CommandContext,
): ExitCode {
  context.say(printable(`${context.word('evidenceFails')}: ${context.word('step')} ${n} (${code}): ${message}`));
  context.result({ ok: false, of, dispatchId, n, code, message });
  return EXIT.refused;
}

/** What was not logged when the axis was asked; of a file nobody knows whether it is now. */
function sayWaiting(
  { waiting }: Evidence,
  isNew: boolean,
  { say, word, now }: CommandContext,
): { readonly askAfter?: string } {
  if (waiting === 0) return {};
  const at = now() + LOGGED_WITHIN_MS;
  say(`${word('notLogged')}: ${waiting}${isNew ? `; ${word('askAfter')} ${localTime(at)}` : ''}`);
  return isNew ? { askAfter: new Date(at).toISOString() } : {};
}

function checkUsage(invocation: Invocation): void {
  const { argument, positionals } = invocation;
  const file = invocation.text('file');
  if ((file === undefined) === (positionals.length === 0))
    throw new UsageError('prove one thing: a DISPATCH_ID or DELIVERY_ID, or --file FILE');
  if (file !== undefined && invocation.text('save') !== undefined)
    throw new UsageError('--save keeps what the axis answers, and --file asks nobody');
  if (file === undefined && !isDispatchId(argument) && !isDeliveryId(argument))
    throw new UsageError(`${argument} is not the id of a dispatch (dsp_…) or of a delivery (dlv_…)`);
}

async function askedFor(id: string, context: CommandContext): Promise<Evidence> {
  const client = await context.client();
  return isDispatchId(id) ? client.dispatchEvidence(id) : client.deliveryEvidence(id);
}

async function keptIn(file: string, context: CommandContext): Promise<Evidence> {
  const evidence = ANSWERS.dispatchEvidence.safeParse(await jsonFile(file, context));
  if (evidence.success) return evidence.data;
  throw new UsageError(`${file} is not evidence as docaxis evidence --save keeps it`);
}

async function keep(evidence: Evidence, invocation: Invocation, { cwd }: CommandContext): Promise<void> {
  const file = invocation.text('save');
  if (file !== undefined) await replaceFile(resolve(cwd, file), JSON.stringify(evidence, null, 2));
}
