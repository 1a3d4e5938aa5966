import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LIMITS } from '../../core/contract/limits.ts';
import { type Command, type CommandContext, EXIT, type Invocation } from '../command.ts';
import { replaceFile } from '../leaseFile.ts';
import { signDetachedDocument, signDocument } from '../signDocument.ts';
import { UsageError } from '../usageError.ts';

/** `docaxis sign`: signs an edXML file with the sender's key, and checks it with the axis's own verifier. */
export const signCommand: Command = {
  name: 'sign',
  aliases: [],
  summary: { en: "Sign a document with the sender's key", vi: 'Ký số văn bản bằng khóa của bên gửi' },
  usage: 'FILE [--out FILE] [--as CODE] [--xades] [--tsa URL] [--detached]',
  example: 'docaxis sign letter.edxml --out letter.signed.edxml',
  options: {
    out: { type: 'string', value: 'FILE', help: 'where to write (default: FILE with .signed before its ending)' },
    as: { type: 'string', value: 'CODE', help: 'sign as this agency (default: the one in From)' },
    detached: {
      type: 'boolean',
      help: 'write the signature (JWS) to a file of its own and leave the document as it is',
    },
    xades: { type: 'boolean', help: 'name the certificate and the time inside the signature (XAdES B-B)' },
    tsa: {
      type: 'string',
      value: 'URL',
      help: 'have the signature stamped with the time by this authority, RFC 3161 (XAdES B-T)',
    },
  },
  takes: [1, 1],
  async run(invocation, context) {
    const detached = invocation.flag('detached');
    const bytes = await documentAt(invocation.argument, context);
    const profile = await context.profile();
    const as = invocation.text('as');
    const options = { as, xades: invocation.flag('xades'), tsa: timeStamperOf(invocation, detached) };
    const signed = detached
      ? await signDetachedDocument(bytes, profile, as)
      : await signDocument(bytes, profile, options);
    const out = invocation.text('out') ?? outputName(invocation.argument, detached);
    await replaceFile(resolve(context.cwd, out), signed);
    context.say(`${context.word('signed')}: ${out}`);
    context.result({ file: out });
    return EXIT.done;
  },
};

function timeStamperOf(invocation: Invocation, detached: boolean): string | undefined {
  const url = invocation.text('tsa');
  if (detached && (url !== undefined || invocation.flag('xades')))
    throw new UsageError('--detached signs beside the document; --xades and --tsa belong into it');
  if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new UsageError('--tsa is the http or https address of a time-stamping authority');
  return url;
}

async function documentAt(name: string, { cwd }: CommandContext): Promise<Buffer> {
  const file = resolve(cwd, name);
  const { size } = await stat(file);
  if (size > LIMITS.uploadedMessageBytes)
    throw new UsageError(`${name} has ${size} bytes; the axis takes ${LIMITS.uploadedMessageBytes}`);
  return readFile(file);
}

function outputName(name: string, detached: boolean): string {
  if (detached) return `${name}.jws`;
  return /\.[a-z]{1,8}$/i.test(name) ? name.replace(/(\.[a-z]{1,8})$/i, '.signed$1') : `${name}.signed`;
}
