import { refuse, type XmlRefusalCode } from './refuse.ts';

/**
 * The bytes of base64 text (RFC 4648 section 4) with XML white space anywhere, as xs:base64Binary has it. Other
 * characters, wrong padding, and bits that belong to no byte are refused: one value has one text.
 */
export function decodeBase64(text: string, code: XmlRefusalCode, position: number): Buffer {
  const dense = text.replace(/[ \t\r\n]+/g, '');
  const padding = dense.search(/[^A-Za-z0-9+/]/);
  const sound = padding < 0 || /^==?$/.test(dense.slice(padding, padding + 3));
  if (dense.length % 4 !== 0 || !sound) refuse(code, position);
  const bytes = Buffer.from(dense, 'base64');
  // Only the last group can hold stray bits; writing it again shows them.
  const tail = bytes.length - (bytes.length % 3 || 3);
  if (bytes.length > 0 && bytes.toString('base64', tail) !== dense.slice(-4)) refuse(code, position);
  return bytes;
}
