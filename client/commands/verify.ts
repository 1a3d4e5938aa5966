import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod/mini';
import { CHECK_NAMES_VI } from '../../core/contract/checkNames.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { CheckId, Report } from '../../core/contract/report.ts';
import { checkReceipt } from '../checkReceipt.ts';
import { type Command, type CommandContext, EXIT, type ExitCode, type Invocation } from '../command.ts';
import { ISSUER_OPTION, issuerOf } from '../issuerOf.ts';
import { jsonFile } from '../jsonFile.ts';
import { readPemCertificates } from '../pemCertificates.ts';
import { profileTrust } from '../profileTrust.ts';
import { printable } from '../table.ts';
import { UsageError } from '../usageError.ts';
import { type DetachedSignature, type DocumentTrust, verifyDocument } from '../verifyDocument.ts';
import type { Word } from '../words.ts';

const RECEIPT = z.object({ receipt: z.string(), receiptCertificate: z.string() });

/** `docaxis verify`: judges a signed document, or a receipt, without asking anybody. */
export const verifyCommand: Command = {
  name: 'verify',
  aliases: [],
  summary: {
    en: 'Verify a signed document or a receipt, offline',
    vi: 'Kiểm tra chữ ký số hoặc biên nhận, không cần mạng',
  },
  usage:
    'FILE [--anchors FILE]... [--tsa-anchors FILE]... [--signature FILE --signer FILE] | --receipt FILE [--issuer FILE]',
  example: 'docaxis verify letter.signed.edxml --anchors root-ca.pem',
  options: {
    anchors: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'trusted certificates, PEM (default: those of the profile)',
    },
    signature: { type: 'string', value: 'FILE', help: 'a signature beside the document (JWS), as receive saves it' },
    signer: { type: 'string', value: 'FILE', help: 'the certificate that it names, PEM, as receive saves it' },
    'tsa-anchors': {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'authorities whose time-stamps count, PEM (default: those of the profile)',
    },
    at: { type: 'string', value: 'TIME', help: 'judge certificates at this time, ISO 8601 (default: now)' },
    receipt: { type: 'string', value: 'FILE', help: 'verify a receipt that docaxis submit --receipt saved' },
    issuer: ISSUER_OPTION,
  },
  takes: [0, 1],
  async run(invocation, context) {
    const receipt = invocation.text('receipt');
    if ((receipt === undefined) === (invocation.positionals.length === 0)) {
      throw new UsageError('verify one thing: a document FILE, or --receipt FILE');
    }
    return receipt === undefined ? verifyFile(invocation, context) : verifyReceiptFile(receipt, invocation, context);
  },
};

async function verifyFile(invocation: Invocation, context: CommandContext): Promise<ExitCode> {
  const file = resolve(context.cwd, invocation.argument);
  // What this machine can verify is a matter of memory, not of what the axis takes in one piece.
  if ((await stat(file)).size > 64 * LIMITS.messageBytes) throw new UsageError(`${invocation.argument} is too large`);
  const trust = await trustOf(invocation, context);
  const { ok, report, message } = verifyDocument(await readFile(file), trust, {
    at: timeOf(invocation, context),
    beside: await besideOf(invocation, context),
  });
  const rows = report.checks.map(({ id, verdict, reason }) => [
    nameOf(id, context),
    context.word(verdict),
    reason ?? '',
  ]);
  context.table([context.word('check'), context.word('verdict'), context.word('reason')], rows);
  if (report.timeStamp) {
    const { time, authority } = report.timeStamp;
    context.say(`${context.word('stampedAt')}: ${time} (${printable(authority)})`);
  }
  context.say(context.word(ok ? 'documentHolds' : sayingOf(report, message !== undefined)));
  context.result({ ok, report });
  return ok ? EXIT.done : EXIT.refused;
}

function sayingOf({ signed }: Report, wasRead: boolean): Word {
  if (!wasRead) return 'documentUnread';
  return signed === 'none' ? 'documentUnsigned' : 'documentFails';
}

const nameOf = (id: CheckId, { language }: CommandContext): string => (language === 'vi' ? CHECK_NAMES_VI[id] : id);

async function besideOf(invocation: Invocation, { cwd }: CommandContext): Promise<DetachedSignature | undefined> {
  const [signature, signer] = [invocation.text('signature'), invocation.text('signer')];
  if (signature === undefined && signer === undefined) return undefined;
  if (signature === undefined || signer === undefined)
    throw new UsageError('--signature and --signer go together: the JWS and the certificate that it names');
  const jws = (await readFile(resolve(cwd, signature), 'utf8')).trim();
  const [certificate = Buffer.alloc(0)] = readPemCertificates(await readFile(resolve(cwd, signer), 'utf8'));
  return { jws, certificate };
}

async function trustOf(invocation: Invocation, context: CommandContext): Promise<DocumentTrust> {
  const certificatesIn = async (option: string): Promise<readonly Buffer[]> => {
    const files = invocation.texts(option).map((file) => readFile(resolve(context.cwd, file), 'utf8'));
    return (await Promise.all(files)).flatMap(readPemCertificates);
  };
  const timeStamps = await certificatesIn('tsa-anchors');
  const anchors = await certificatesIn('anchors');
  if (anchors.length > 0) return { anchors, intermediates: [], timeStamps };
  const trust = profileTrust(await context.profile());
  return timeStamps.length > 0 ? { ...trust, timeStamps } : trust;
}

function timeOf(invocation: Invocation, { now }: CommandContext): Date {
  const text = invocation.text('at');
  const at = text === undefined ? new Date(now()) : new Date(text);
  if (Number.isNaN(at.getTime())) throw new UsageError('--at is a time such as 2026-11-21T08:00:00Z');
  return at;
}

async function verifyReceiptFile(file: string, invocation: Invocation, context: CommandContext): Promise<ExitCode> {
  const receipt = RECEIPT.safeParse(await jsonFile(file, context));
  if (!receipt.success) throw new UsageError(`${file} is not a receipt as docaxis submit --receipt saves it`);
  const verdict = checkReceipt(receipt.data, await issuerOf(invocation, context));
  if (verdict.ok) {
    context.say(context.word('receiptHolds'));
    if (verdict.payload.signed === 'none') context.say(context.word('referenceOnly'));
    context.say(printable(JSON.stringify(verdict.payload)));
    context.result({ ok: true, payload: verdict.payload });
    return EXIT.done;
  }
  context.say(`${context.word('receiptFails')}: ${printable(`${verdict.code}: ${verdict.message}`)}`);
  context.result(verdict);
  return EXIT.refused;
}
