import { LESS, QUESTION } from './characters.ts';
import { refuse } from './refuse.ts';

const LONGEST = 200;
/** How nearly every message begins; compared before anything is parsed. */
const USUAL = Buffer.from('<?xml version="1.0" encoding="UTF-8"?>');
const DECLARATION =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"([A-Za-z0-9._-]+)"|'([A-Za-z0-9._-]+)'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>$/;

/** Where the XML declaration (XML 1.0 section 2.8) ends; 0 when there is none. Only version 1.0 and UTF-8 are taken. */
export function declarationEnd(bytes: Buffer): number {
  if (bytes.length > USUAL.length && bytes.compare(USUAL, 0, USUAL.length, 0, USUAL.length) === 0) return USUAL.length;
  const { end, encoding } = readDeclaration(bytes);
  if (encoding !== 'UTF-8') refuse('encoding', 0);
  return end;
}

/** Where the declaration ends, and the encoding that it names, in capitals. */
export function readDeclaration(bytes: Buffer): { readonly end: number; readonly encoding: string } {
  if (bytes[0] !== LESS || bytes[1] !== QUESTION) return { end: 0, encoding: 'UTF-8' };
  const close = bytes.subarray(0, LONGEST).indexOf('?>');
  if (close < 0) refuse('declaration', 0);
  const found = DECLARATION.exec(bytes.toString('latin1', 0, close + 2));
  if (found === null) refuse('declaration', 0);
  return { end: close + 2, encoding: (found[1] ?? found[2] ?? 'UTF-8').toUpperCase() };
}
