import { isSha256 } from '../../core/contract/ids.ts';
import { detachedName } from '../../core/edxml/detachedName.ts';
import { sampleDocument } from '../../world/documents.ts';
import type { PlaceCode } from '../../world/places.ts';

/** A file that travels beside a message. */
export interface Beside {
  readonly sha256: string;
  readonly name: string;
  readonly type: string;
}

let numbers = 5000;

/** A letter, unsigned, whose manifest names files by their digests. */
export function letterWithFiles(
  files: readonly Beside[],
  { from = 'X91.04', to = ['X92'] }: { readonly from?: PlaceCode; readonly to?: readonly string[] } = {},
): Buffer {
  numbers += 1;
  const letter = sampleDocument({ from, to, number: numbers, date: '2026/03/02', subject: `Thư số ${numbers}` });
  const references = files.map(({ sha256, name, type }) => {
    if (!isSha256(sha256)) throw new TypeError(sha256);
    const fields = { ContentId: detachedName(sha256), ContentType: type, AttachmentName: name };
    const lines = Object.entries(fields).map(([field, text]) => `<edXML:${field}>${text}</edXML:${field}>`);
    return `<edXML:Reference>${lines.join('')}</edXML:Reference>`;
  });
  const end = '</edXML:edXMLManifest>';
  return Buffer.from(letter.toString('utf8').replace(end, references.join('') + end));
}
