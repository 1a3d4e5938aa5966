import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { type Command, type CommandContext, EXIT, type Invocation } from '../command.ts';
import { replaceFile } from '../leaseFile.ts';
import { signDocument } from '../signDocument.ts';
import { UsageError } from '../usageError.ts';

/** `docaxis submit`: sends a message, byte for byte, and keeps the receipt. */
export const submitCommand: Command = {
  name: 'submit',
  aliases: ['send'],
  summary: { en: 'Submit a signed document and keep the receipt', vi: 'Gửi văn bản đã ký và giữ biên nhận' },
  usage: 'FILE [--sign] [--dry-run] [--receipt FILE]',
  example: 'docaxis submit letter.signed.edxml --receipt letter.receipt.json',
  options: {
    sign: { type: 'boolean', help: "sign it first with the sender's key of the profile" },
    'dry-run': { type: 'boolean', help: 'run every check of the axis and write nothing' },
    signature: { type: 'string', value: 'FILE', help: 'a detached signature (JWS) made by docaxis sign --detached' },
    revocation: { type: 'string', value: 'FILE', help: "an OCSP answer (DER) about the signer's certificate" },
    receipt: { type: 'string', value: 'FILE', help: 'save the receipt; check it with docaxis verify --receipt' },
  },
  takes: [1, 1],
  async run(invocation, context) {
    const message = await messageOf(invocation, context);
    const client = await context.client();
    const documentSignature = await signatureOf(invocation, context);
    const documentRevocation = await revocationOf(invocation, context);
    const dryRun = invocation.flag('dry-run');
    const answer = await client.submit(message, { dryRun, documentSignature, documentRevocation });
    await keepReceipt(answer, invocation, context);
    context.say(`${context.word(answer.outcome)}: ${answer.dispatchId}`);
    if (answer.report.signed === 'none') context.say(context.word('referenceOnly'));
    const rows = answer.recipients.map(({ code, name, deliveryId }) => [code, name, deliveryId]);
    context.table([context.word('code'), context.word('name'), context.word('delivery')], rows);
    context.result(answer);
    return EXIT.done;
  },
};

async function messageOf(invocation: Invocation, context: CommandContext): Promise<Buffer> {
  const file = resolve(context.cwd, invocation.argument);
  const { size } = await stat(file);
  if (size > LIMITS.messageBytes) {
    throw new UsageError(`${invocation.argument} has ${size} bytes; the axis takes ${LIMITS.messageBytes}`);
  }
  const bytes = await readFile(file);
  return invocation.flag('sign') ? signDocument(bytes, await context.profile()) : bytes;
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
