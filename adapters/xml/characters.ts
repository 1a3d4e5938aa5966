import { refuse } from './refuse.ts';

/*
 * What each byte can mean, by table. Bytes from 0x80 on belong to characters that UTF-8 has already been checked for; of
 * those only U+FFFE and U+FFFF are not allowed in XML (section 2.2), and both begin with 0xEF.
 */

export const TAB = 0x09;
export const LINE_FEED = 0x0a;
export const RETURN = 0x0d;
export const SPACE = 0x20;
export const BANG = 0x21;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const AMPERSAND = 0x26;
export const APOSTROPHE = 0x27;
export const HYPHEN = 0x2d;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const LESS = 0x3c;
export const EQUALS = 0x3d;
export const GREATER = 0x3e;
export const QUESTION = 0x3f;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const NONCHARACTER_LEAD = 0xef;

export const PLAIN = 0;
export const IS_LESS = 1;
export const FORBIDDEN = 2;
export const IS_SPACING = 3;
export const IS_GREATER = 4;
export const IS_AMPERSAND = 5;
export const IS_NONCHARACTER_LEAD = 6;
export const IS_QUOTE = 7;

/** Classes of bytes in character data. Tab and line feed are plain there. */
export const TEXT_CLASS = new Uint8Array(256);
TEXT_CLASS.fill(FORBIDDEN, 0, SPACE);
TEXT_CLASS[TAB] = TEXT_CLASS[LINE_FEED] = PLAIN;
TEXT_CLASS[RETURN] = IS_SPACING;
TEXT_CLASS[LESS] = IS_LESS;
TEXT_CLASS[GREATER] = IS_GREATER;
TEXT_CLASS[AMPERSAND] = IS_AMPERSAND;
TEXT_CLASS[NONCHARACTER_LEAD] = IS_NONCHARACTER_LEAD;

/** Classes of bytes in attribute values, where every white space but a space itself becomes a space. */
export const VALUE_CLASS = new Uint8Array(256);
VALUE_CLASS.fill(FORBIDDEN, 0, SPACE);
VALUE_CLASS[TAB] = VALUE_CLASS[LINE_FEED] = VALUE_CLASS[RETURN] = IS_SPACING;
VALUE_CLASS[LESS] = FORBIDDEN;
VALUE_CLASS[QUOTE] = VALUE_CLASS[APOSTROPHE] = IS_QUOTE;
VALUE_CLASS[AMPERSAND] = IS_AMPERSAND;
VALUE_CLASS[NONCHARACTER_LEAD] = IS_NONCHARACTER_LEAD;

/** 1 for a byte that may belong to a qualified name; whether the name is one is left to NCNAME, once per name. */
export const NAME_CLASS = new Uint8Array(256);
for (const character of '-.0123456789:_') NAME_CLASS[character.charCodeAt(0)] = 1;
for (let letter = 0x41; letter <= 0x5a; letter++) NAME_CLASS[letter] = NAME_CLASS[letter + 0x20] = 1;
NAME_CLASS.fill(1, 0x80);

const NAME_START_RANGES =
  'A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}';
const NAME_MORE_RANGES = '0-9.\\u00B7\\u0300-\\u036F\\u203F\\u2040\\-';
/** NCName of Namespaces in XML 1.0: a Name (XML 1.0 section 2.3, fifth edition) without a colon. */
export const NCNAME = new RegExp(`^[${NAME_START_RANGES}][${NAME_START_RANGES}${NAME_MORE_RANGES}]*$`, 'u');

/** Characters of a URI (RFC 3986) without `&` and quotes: canonicalisers disagree on those inside a namespace URI. */
export const URI_CHARACTER = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$()*+,;=%') {
  URI_CHARACTER[character.charCodeAt(0)] = 1;
}

/** XML white space (section 2.3). */
export function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === TAB || byte === RETURN;
}

/** True when there is nothing but XML white space in the range. */
export function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!isSpace(bytes[at])) return false;
  return true;
}

/** Behind a character that begins with 0xEF; U+FFFE and U+FFFF are no XML characters. */
export function afterLead(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] === 0xbf && bytes[at + 2]! >= 0xbe) refuse('character', at);
  return at + 3;
}
