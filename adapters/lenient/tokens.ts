import { BANG, GREATER, QUESTION, SLASH } from '../xml/characters.ts';
import { DEFAULT_LIMITS } from '../xml/limits.ts';
import { refuse } from '../xml/refuse.ts';

/** A start tag. `from` and `to` are byte offsets of the whole tag. */
export interface Tag {
  readonly kind: 'start';
  /** As written, for the end tag to repeat. */
  readonly name: string;
  readonly prefix: string;
  readonly local: string;
  readonly declarations: readonly { readonly prefix: string; readonly value: string }[];
  /** The other attributes, which mean nothing here: values as written, with their quotes. */
  readonly attributes: readonly { readonly prefix: string; readonly value: string }[];
  readonly isEmpty: boolean;
  readonly from: number;
  readonly to: number;
}

/** For CDATA, `from` and `to` are those of the text inside; `next` is behind the whole token. */
type Range<K extends string> = {
  readonly kind: K;
  readonly from: number;
  readonly to: number;
  readonly next: number;
};

export type Token =
  | Tag
  | { readonly kind: 'end'; readonly name: string; readonly from: number; readonly to: number }
  | Range<'text'>
  | Range<'cdata'>
  | Range<'comment'>
  | Range<'processing-instruction'>;

/** Attributes and declarations of one element. */
export const MOST_ATTRIBUTES = DEFAULT_LIMITS.attributes;
/** No longer name is known, and the strict reader takes none of more bytes. */
const NAME = '[^ \\t\\r\\n<>&"\'=/:]{1,256}';
const QNAME = new RegExp(`(?:(${NAME}):)?(${NAME})`, 'y');
const ATTRIBUTE = new RegExp(
  `[ \\t\\r\\n]+((?:(${NAME}):)?(${NAME}))[ \\t\\r\\n]*=[ \\t\\r\\n]*("[^"<]*"|'[^'<]*')`,
  'y',
);
const TAG_END = /^[ \t\r\n]*(\/?)$/;
const END_TAG = new RegExp(`^((?:${NAME}:)?${NAME})[ \\t\\r\\n]*$`);

/**
 * The tokens of a document, each read once, in time linear in its size. Knows tags, text, CDATA, comments and processing
 * instructions (XML 1.0 section 2); a document type declaration and whatever is no markup are refused with an XmlRefusal. What
 * references stand for is left to the strict reader.
 */
export function* readTokens(bytes: Buffer, start: number): Generator<Token, void> {
  for (let at = start; at < bytes.length; ) {
    const less = bytes.indexOf('<', at);
    const textEnd = less < 0 ? bytes.length : less;
    if (textEnd > at) yield { kind: 'text', from: at, to: textEnd, next: textEnd };
    if (less < 0) return;
    const next = bytes[less + 1];
    if (next === BANG || next === QUESTION) {
      const token = declarationLike(bytes, less);
      yield token;
      at = token.next;
    } else {
      const token = next === SLASH ? endTag(bytes, less) : startTag(bytes, less);
      yield token;
      at = token.to;
    }
  }
}

function declarationLike(bytes: Buffer, at: number): Range<'cdata' | 'comment' | 'processing-instruction'> {
  if (startsWith(bytes, at, '<!--')) {
    const to = closing(bytes, at, at + 4, '--');
    if (bytes[to + 2] !== GREATER) refuse('malformed', to);
    return { kind: 'comment', from: at, to, next: to + 3 };
  }
  if (startsWith(bytes, at, '<![CDATA[')) {
    const to = closing(bytes, at, at + 9, ']]>');
    return { kind: 'cdata', from: at + 9, to, next: to + 3 };
  }
  if (!startsWith(bytes, at, '<?')) refuse('doctype', at);
  const to = closing(bytes, at, at + 2, '?>');
  // A second declaration would be a second document.
  if (/^<\?xml[ \t\r\n?]/i.test(bytes.toString('latin1', at, at + 6))) refuse('declaration', at);
  return { kind: 'processing-instruction', from: at, to, next: to + 2 };
}

function closing(bytes: Buffer, at: number, from: number, mark: string): number {
  const found = bytes.indexOf(mark, from);
  return found < 0 ? refuse('malformed', at) : found;
}

const startsWith = (bytes: Buffer, at: number, mark: string): boolean =>
  bytes.toString('latin1', at, at + mark.length) === mark;

function endTag(bytes: Buffer, at: number): Token {
  const close = tagClose(bytes, at);
  const name = END_TAG.exec(bytes.toString('utf8', at + 2, close))?.[1];
  return name === undefined ? refuse('malformed', at) : { kind: 'end', name, from: at, to: close + 1 };
}

function startTag(bytes: Buffer, at: number): Tag {
  const close = tagClose(bytes, at);
  const text = bytes.toString('utf8', at + 1, close);
  QNAME.lastIndex = 0;
  const found = QNAME.exec(text);
  if (found === null) refuse('malformed', at);
  const [name, prefix = '', local = ''] = found;
  const { end, ...attributes } = readAttributes(text, name.length, at);
  const rest = TAG_END.exec(text.slice(end));
  if (rest === null) refuse('malformed', at);
  return {
    kind: 'start',
    name,
    prefix,
    local,
    ...attributes,
    isEmpty: rest[1] === '/',
    from: at,
    to: close + 1,
  };
}

/** The attributes of a tag from `start` on, and where in its text they end. */
function readAttributes(text: string, start: number, at: number) {
  const declarations: { prefix: string; value: string }[] = [];
  const attributes: { prefix: string; value: string }[] = [];
  const seen = new Set<string>();
  let end = start;
  for (;;) {
    ATTRIBUTE.lastIndex = end;
    const found = ATTRIBUTE.exec(text);
    if (found === null) break;
    end = ATTRIBUTE.lastIndex;
    const [, name = '', prefix = '', local = '', value = ''] = found;
    if (seen.has(name)) refuse('duplicate-attribute', at);
    if (seen.add(name).size > MOST_ATTRIBUTES) refuse('attributes', at);
    if (prefix === 'xml' && local === 'id') refuse('xml-id', at);
    if (name !== 'xmlns' && prefix !== 'xmlns') attributes.push({ prefix, value });
    // A reference in a namespace could hide which one it is.
    else if (value.includes('&')) refuse('namespace-uri', at);
    else declarations.push({ prefix: name === 'xmlns' ? '' : local, value: value.slice(1, -1) });
  }
  return { declarations, attributes, end };
}

/** The `>` of the tag that begins here: not one inside quotes. A `<` comes before it in no tag. */
function tagClose(bytes: Buffer, at: number): number {
  let quote = 0;
  for (let place = at + 1; place < bytes.length; place++) {
    const byte = bytes[place];
    if (byte === 0x3c) refuse('malformed', place);
    if (quote !== 0) {
      if (byte === quote) quote = 0;
    } else if (byte === GREATER) return place;
    else if (byte === 0x22 || byte === 0x27) quote = byte;
  }
  return refuse('malformed', at);
}
