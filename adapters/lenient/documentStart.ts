import { LESS } from '../xml/characters.ts';
import { readDeclaration } from '../xml/declaration.ts';
import { invalidUtf8At } from '../xml/invalidUtf8.ts';
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
