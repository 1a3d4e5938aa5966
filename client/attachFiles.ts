import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { createEngine } from '../adapters/xml/engine.ts';
import { SNIFF_BYTES, sniffType } from '../core/attachment/sniffType.ts';
import { isSha256 } from '../core/contract/ids.ts';
import { LIMITS } from '../core/contract/limits.ts';
import { detachedName } from '../core/edxml/detachedName.ts';
import { detachedReferences } from '../core/submit/detachedReferences.ts';
import type { CommandContext } from './command.ts';
import { transferBar } from './transferBar.ts';
import { UsageError } from './usageError.ts';

/** A file that was uploaded, as a message names it. */
interface Uploaded {
  readonly sha256: string;
  readonly name: string;
  readonly type: string;
}

/** Uploads files, each going on where an earlier try stood. */
export async function uploadFiles(names: readonly string[], context: CommandContext): Promise<readonly Uploaded[]> {
  const uploaded: Uploaded[] = [];
  for (const name of names) uploaded.push(await uploadFile(name, context));
  if (names.length > 0) context.progress('');
  return uploaded;
}

async function uploadFile(given: string, context: CommandContext): Promise<Uploaded> {
  const path = resolve(context.cwd, given);
  const { size } = await stat(path);
  if (size === 0 || size > LIMITS.uploadBytes)
    throw new UsageError(`${given} has ${size} bytes; an attachment has 1 to ${LIMITS.uploadBytes}`);
  const content = await openAsBlob(path);
  const type = sniffType(new Uint8Array(await content.slice(0, SNIFF_BYTES).arrayBuffer()));
  const client = await context.client();
  const { sha256 } = await client.upload(content, { what: 'attachment', onProgress: transferBar(given, context) });
  return { sha256, name: basename(path), type };
}

/**
 * Names files in the manifest of a message that is not signed yet: each by its digest (RFC 6920), which the signature then covers.
 *
 * @throws UsageError when the message has no manifest to name them in.
 */
export function nameInManifest(message: Buffer, files: readonly Uploaded[]): Buffer {
  if (files.length === 0) return message;
  const text = message.toString('utf8');
  const end = [...text.matchAll(/<\/(?:([A-Za-z_][\w.-]{0,50}):)?edXMLManifest\s*>/g)].at(-1);
  if (end === undefined) throw new UsageError('the document has no edXMLManifest in which attachments are named');
  const tag = (name: string): string => (end[1] === undefined ? name : `${end[1]}:${name}`);
  const element = (name: string, content: string): string => `<${tag(name)}>${content}</${tag(name)}>`;
  const references = files.map(({ sha256, name, type }) => {
    if (!isSha256(sha256)) throw new UsageError(`the digest of ${name} is none`);
    const fields = {
      ContentId: detachedName(sha256),
      ContentType: type,
      AttachmentName: escaped(name.normalize('NFC')),
    };
    const inside = Object.entries(fields).map(([field, value]) => element(field, value));
    return element('Reference', inside.join(''));
  });
  const named = Buffer.from(text.slice(0, end.index) + references.join('') + text.slice(end.index));
  requireNamed(named, files);
  return named;
}

/** Read back by the axis's own reader: what it does not see there, nobody would get. */
function requireNamed(message: Buffer, files: readonly Uploaded[]): void {
  const seen = new Set<string>(detachedReferences(createEngine().open(message).message).map(({ sha256 }) => sha256));
  const missing = files.filter(({ sha256 }) => !seen.has(sha256));
  if (missing.length > 0) throw new UsageError(`the manifest takes no reference to ${missing[0]?.name}`);
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
