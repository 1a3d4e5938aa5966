import { isUtf8 } from 'node:buffer';
import { LESS } from '../xml/characters.ts';
import { readDeclaration } from '../xml/declaration.ts';
import { refuse, XmlRefusal } from '../xml/refuse.ts';
import type { Forgiven } from './forgiven.ts';

/** Bytes in front of the document within which it must begin. */
const MOST_BEFORE = 1024;
/** What writers declare whose text became UTF-8 on its way out. Any other name may be true, and then the text is another one. */
const HARMLESS = ['UTF8', 'UTF-16', 'UNICODE', 'US-ASCII', 'ASCII'];

export interface DocumentStart {
  /** Behind the XML declaration, or where the first markup is. */
  readonly at: number;
  readonly forgiven: readonly Forgiven[];
}

/** Where the document begins, behind what old systems put in front of it. Throws XmlRefusal. */
export function documentStart(bytes: Buffer): DocumentStart {
  const wrong = invalidUtf8At(bytes);
  if (wrong >= 0) refuse('encoding', wrong);
  const forgiven: Forgiven[] = [];
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  if (mark > 0) forgiven.push('byte-order-mark');
  const less = bytes.subarray(mark, mark + MOST_BEFORE).indexOf(LESS);
  if (less < 0) refuse('malformed', mark);
  const first = mark + less;
  const declared = declarationAt(bytes.subarray(first), first);
  const before = bytes.toString('utf8', mark, first);
  // White space is in order before an element, and nothing at all is before a declaration.
  if (before !== '' && (declared.end > 0 || before.trim() !== '')) forgiven.push('text-before');
  if (declared.encoding !== 'UTF-8') {
    if (!HARMLESS.includes(declared.encoding)) refuse('encoding', first);
    forgiven.push('declared-encoding');
  }
  return { at: first + declared.end, forgiven };
}

function declarationAt(bytes: Buffer, at: number): ReturnType<typeof readDeclaration> {
  // Other processing instructions may stand first as well.
  if (!/^<\?xml[ \t\r\n]/.test(bytes.toString('latin1', 0, 6))) return { end: 0, encoding: 'UTF-8' };
  try {
    return readDeclaration(bytes);
  } catch (error) {
    throw error instanceof XmlRefusal ? new XmlRefusal(error.code, at) : error;
  }
}

const CHUNK = 64 * 1024;

/** The first byte that is no UTF-8; -1 when all is. Slow only in the one piece where it is. */
function invalidUtf8At(bytes: Buffer): number {
  if (isUtf8(bytes)) return -1;
  let at = 0;
  for (let to = 0; at < bytes.length; at = to) {
    to = Math.min(at + CHUNK, bytes.length);
    while (to < bytes.length && to > at && isContinuation(bytes[to])) to--;
    if (to === at || !isUtf8(bytes.subarray(at, to))) break;
  }
  while (at < bytes.length) {
    const length = lengthByLead(bytes[at] ?? 0);
    if (!isUtf8(bytes.subarray(at, at + length))) return at;
    at += length;
  }
  return at;
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

const lengthByLead = (byte: number): number => (byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4);
