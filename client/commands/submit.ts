import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { nameInManifest, uploadFiles } from '../attachFiles.ts';
import { type Command, type CommandContext, EXIT, type Invocation } from '../command.ts';
import { expiryOf } from '../expiryOf.ts';
import { replaceFile } from '../leaseFile.ts';
import { signDocument } from '../signDocument.ts';
import type { SubmitProgress } from '../submitMessage.ts';
import { transferBar } from '../transferBar.ts';
import { UsageError } from '../usageError.ts';

/** `docaxis submit`: sends a message, byte for byte, and keeps the receipt. */
export const submitCommand: Command = {
  name: 'submit',
  aliases: ['send'],
  summary: { en: 'Submit a signed document and keep the receipt', vi: 'Gửi văn bản đã ký và giữ biên nhận' },
  usage: 'FILE [--sign [--attach FILE]...] [--expires WHEN] [--dry-run] [--background] [--receipt FILE]',
  example: 'docaxis submit letter.edxml --sign --attach annex.pdf --receipt letter.receipt.json',
  options: {
    sign: { type: 'boolean', help: "sign it first with the sender's key of the profile" },
    attach: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'send this file beside the message, up to 2 GB; named in the manifest before it is signed (--sign)',
    },
    'dry-run': { type: 'boolean', help: 'run every check of the axis and write nothing' },
    expires: {
      type: 'string',
      value: 'WHEN',
      help: 'when it expires for who has not collected it, as 2026-12-31T17:00+07:00, 5d or 36h (30d)',
    },
    background: { type: 'boolean', help: 'do not wait for the end; docaxis follow waits for it' },
    signature: { type: 'string', value: 'FILE', help: 'a detached signature (JWS) made by docaxis sign --detached' },
    revocation: { type: 'string', value: 'FILE', help: "an OCSP answer (DER) about the signer's certificate" },
    receipt: { type: 'string', value: 'FILE', help: 'save the receipt; check it with docaxis verify --receipt' },
  },
  takes: [1, 1],
  async run(invocation, context) {
    const expires = expiryOf(invocation, context.now());
    const message = await messageOf(invocation, context);
    const client = await context.client();
    const documentSignature = await signatureOf(invocation, context);
    const documentRevocation = await revocationOf(invocation, context);
    const answer = await client.submit(message, {
      dryRun: invocation.flag('dry-run'),
      background: invocation.flag('background'),
      documentSignature,
      documentRevocation,
      expires,
      onProgress: progressOf(invocation.argument, context),
    });
    context.progress('');
    await keepReceipt(answer, invocation, context);
    context.say(`${context.word(answer.outcome)}: ${answer.dispatchId}`);
    if (answer.submissionId !== undefined) context.say(`docaxis follow ${answer.submissionId}`);
    if (answer.report.signed === 'none') context.say(context.word('referenceOnly'));
    const rows = answer.recipients.map(({ code, name, deliveryId }) => [code, name, deliveryId]);
    context.table([context.word('code'), context.word('name'), context.word('delivery')], rows);
    if (answer.report.trust !== undefined) context.say(`${context.word('judgedBy')} ${answer.report.trust}`);
    context.result(answer);
    return EXIT.done;
  },
};

function progressOf(name: string, context: CommandContext): (progress: SubmitProgress) => void {
  const bar = transferBar(name, context);
  return (progress) =>
    progress.phase === 'working' ? context.progress(`${context.word('working')} …`) : bar(progress);
}

async function messageOf(invocation: Invocation, context: CommandContext): Promise<Buffer> {
  const file = resolve(context.cwd, invocation.argument);
  const { size } = await stat(file);
  const limit = LIMITS.uploadedMessageBytes;
  if (size > limit) throw new UsageError(`${invocation.argument} has ${size} bytes; the axis takes ${limit}`);
  const bytes = await readFile(file);
  const attached = invocation.texts('attach');
  if (attached.length > 0 && !invocation.flag('sign'))
    throw new UsageError('--attach changes the document and needs --sign; a signed one names its files already');
  if (!invocation.flag('sign')) return bytes;
  // The profile is asked for first: nothing is uploaded for a document that cannot be signed.
  const profile = await context.profile();
  return signDocument(nameInManifest(bytes, await uploadFiles(attached, context)), profile);
}

async function signatureOf(invocation: Invocation, { cwd }: CommandContext): Promise<string | undefined> {
  const file = invocation.text('signature');
  return file === undefined ? undefined : (await readFile(resolve(cwd, file), 'utf8')).trim();
}

async function revocationOf(invocation: Invocation, { cwd }: CommandContext): Promise<Buffer | undefined> {
  const file = invocation.text('revocation');
  return file === undefined ? undefined : readFile(resolve(cwd, file));
}

async function keepReceipt(answer: AnswerOf<'submit'>, invocation: Invocation, { cwd }: CommandContext): Promise<void> {
  const file = invocation.text('receipt');
  if (file === undefined || answer.receipt === undefined) return;
  const { dispatchId, receipt, receiptCertificate } = answer;
  await replaceFile(resolve(cwd, file), JSON.stringify({ dispatchId, receipt, receiptCertificate }, null, 2));
}
