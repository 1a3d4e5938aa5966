import { HASH, SEMICOLON } from './characters.ts';
import { refuse } from './refuse.ts';

const LENGTH_BITS = 4;
const MOST_DIGITS = 10;
const NAMED: readonly (readonly [text: Buffer, code: number])[] = [
  [Buffer.from('&amp;'), 0x26],
  [Buffer.from('&lt;'), 0x3c],
  [Buffer.from('&gt;'), 0x3e],
  [Buffer.from('&quot;'), 0x22],
  [Buffer.from('&apos;'), 0x27],
];

/**
 * Reads the reference that begins at an ampersand: a character reference or one of the five predefined entities. The
 * answer packs the character and the number of bytes, because an object per reference would cost more than the reading:
 * take it apart with `referenceCode` and `referenceLength`.
 */
export function readReference(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] === HASH) return readNumber(bytes, at);
  for (const [text, code] of NAMED) if (startsWith(bytes, at, text)) return (code << LENGTH_BITS) | text.length;
  return refuse('reference', at);
}

export function referenceCode(packed: number): number {
  return packed >> LENGTH_BITS;
}

export function referenceLength(packed: number): number {
  return packed & ((1 << LENGTH_BITS) - 1);
}

function readNumber(bytes: Uint8Array, at: number): number {
  const hex = bytes[at + 2] === 0x78;
  const first = at + (hex ? 3 : 2);
  let code = 0;
  let digit = first;
  for (; bytes[digit] !== SEMICOLON; digit++) {
    const value = digitValue(bytes[digit], hex);
    if (value < 0 || digit - first >= MOST_DIGITS) refuse('reference', at);
    code = code * (hex ? 16 : 10) + value;
  }
  if (digit === first || !isXmlCharacter(code)) refuse('reference', at);
  return (code << LENGTH_BITS) | (digit + 1 - at);
}

function digitValue(byte: number | undefined, hex: boolean): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return hex && letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Char of XML 1.0 section 2.2. */
export function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return code < 0xd800 || (code >= 0xe000 && code <= 0x10ffff && code !== 0xfffe && code !== 0xffff);
}

function startsWith(bytes: Uint8Array, at: number, text: Buffer): boolean {
  for (let k = 1; k < text.length; k++) if (bytes[at + k] !== text[k]) return false;
  return true;
}

/**
 * True when a character reference has the form in which canonical XML prints tab, line feed and return: `&#x9;`, `&#xA;`,
 * `&#xD;` (C14N 1.0 section 2.3).
 */
export function isCanonicalReference(bytes: Uint8Array, at: number, length: number): boolean {
  if (length !== 5 || bytes[at + 2] !== 0x78) return false;
  const digit = bytes[at + 3];
  return digit === 0x44 || digit === 0x39 || digit === 0x41;
}

/** The text that a range of already checked character data stands for: line ends normalised, references resolved. */
export function decodeText(bytes: Buffer, from: number, to: number): string {
  const written = bytes.toString('utf8', from, to);
  const raw = written.includes('\r') ? written.replace(/\r\n?/g, '\n') : written;
  return raw.includes('&') ? raw.replace(/&(?:#(?:x([0-9a-fA-F]+)|([0-9]+))|([a-z]+));/g, resolve) : raw;
}

function resolve(whole: string, hex: string | undefined, decimal: string | undefined): string {
  if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
  if (decimal !== undefined) return String.fromCodePoint(Number.parseInt(decimal, 10));
  const named = NAMED.find(([text]) => text.toString() === whole);
  return named === undefined ? whole : String.fromCodePoint(named[1]);
}
