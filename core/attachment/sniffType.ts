/** How many of a file's first bytes its type is read from. */
export const SNIFF_BYTES = 4096;

const latin = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, SNIFF_BYTES)).toString('latin1');

const MAGIC: readonly (readonly [start: string, type: string])[] = [
  ['%PDF-', 'application/pdf'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['II*\0', 'image/tiff'],
  ['MM\0*', 'image/tiff'],
  ['7z\xbc\xaf\x27\x1c', 'application/x-7z-compressed'],
  ['Rar!\x1a\x07', 'application/vnd.rar'],
  ['\x1f\x8b', 'application/gzip'],
  ['{\\rtf', 'application/rtf'],
  // Word, Excel and PowerPoint before 2007: which of them stands too deep inside to be told from the beginning.
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'application/x-cfb'],
  ['MZ', 'application/vnd.microsoft.portable-executable'],
];

const OFFICE: readonly (readonly [folder: string, type: string])[] = [
  ['word/', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xl/', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['ppt/', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
];

/**
 * The media type of a file by its first bytes, never by its name or what a sender calls it. Never a type that a browser
 * would run: markup is plain text here.
 */
export function sniffType(bytes: Uint8Array): string {
  const start = latin(bytes);
  if (start.startsWith('PK\x03\x04')) return zipType(start);
  const known = MAGIC.find(([magic]) => start.startsWith(magic))?.[1];
  return known ?? (isText(bytes.subarray(0, SNIFF_BYTES)) ? 'text/plain' : 'application/octet-stream');
}

function zipType(start: string): string {
  // OpenDocument puts its type, uncompressed, into the first entry.
  const openDocument = /^.{30}mimetype(application\/vnd\.oasis\.opendocument\.[a-z-]{1,40})/s.exec(start)?.[1];
  if (openDocument !== undefined) return openDocument.replace(/PK$/, '');
  if (!/\[Content_Types\]\.xml|_rels\/\.rels/.test(start)) return 'application/zip';
  return OFFICE.find(([folder]) => start.includes(folder))?.[1] ?? 'application/zip';
}

/** UTF-8 without control characters; a character cut at the end counts as whole. */
function isText(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d))
    return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
