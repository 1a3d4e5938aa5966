import { isUtf8 } from 'node:buffer';
import { Bindings, UNBOUND } from './bindings.ts';
import * as ch from './characters.ts';
import { declarationEnd } from './declaration.ts';
import { invalidUtf8At } from './invalidUtf8.ts';
import type { Limits } from './limits.ts';
import { NameTable, QNameTable } from './names.ts';
import { isCanonicalReference, readReference, referenceCode, referenceLength } from './references.ts';
import { refuse } from './refuse.ts';
import * as tp from './tape.ts';
import { TextScan } from './textScan.ts';
import * as words from './words.ts';

const DS = words.wordId(words.SIGNATURE_NAMESPACE);
const SIGNATURE = words.wordId('Signature');
const ID = words.wordId('id');

/**
 * Pass 1: reads a document once, checks all that the strict profile asks of its syntax and namespaces (XML 1.0 fifth
 * edition, Namespaces in XML 1.0), and leaves a tape. One instance serves one document after the other; `scan` clears
 * whatever the last one left, also one that was refused half way.
 */
export class Scanner {
  readonly tape: tp.Tape;
  readonly names: NameTable;
  readonly qnames: QNameTable;
  bytes: Buffer = Buffer.alloc(0);
  /** Start record of the first ds:Signature, -1 when there is none; `signatureEnd` is the record behind it. */
  signature = -1;
  signatureEnd = -1;
  signatures = 0;

  private readonly limits: Limits;
  private readonly text: TextScan;
  private depth = 0;
  /** Start record of the innermost open element. */
  private open = -1;
  private rooted = false;
  private elements = 0;
  private readonly bindings: Bindings;
  /** Count of bindings before each open element. */
  private readonly undoAt: Int32Array;

  /** Attributes and declarations of the start tag being read. */
  private readonly attributeCells: Int32Array;
  private readonly declarationCells: Int32Array;
  private attributes = 0;
  private declarations = 0;
  private clean = true;
  /** The start tag in which each qualified name was last an attribute. */
  private readonly lastTag: Int32Array;
  private tag = 0;

  constructor(limits: Limits) {
    this.limits = limits;
    this.tape = new tp.Tape(limits.cells);
    this.text = new TextScan(this.tape);
    this.names = new NameTable(limits, (Math.random() * 0x7fffffff) | 1);
    this.qnames = new QNameTable(this.names, limits);
    this.bindings = new Bindings(this.names, words.WORDS.length + limits.names);
    this.undoAt = new Int32Array(limits.depth + 1);
    this.attributeCells = new Int32Array(limits.attributes * tp.ATTRIBUTE_SIZE);
    this.declarationCells = new Int32Array(limits.attributes * tp.DECLARATION_SIZE);
    this.lastTag = new Int32Array(limits.names);
  }

  /** Reads the whole document onto the tape; its root's start record is the first. Throws XmlRefusal. */
  scan(bytes: Buffer): void {
    this.reset(bytes);
    let at = declarationEnd(bytes);
    for (;;) {
      at = this.depth === 0 ? this.outside(at) : this.text.read(at);
      if (at >= bytes.length) break;
      const next = bytes[at + 1];
      if (next === ch.SLASH) at = this.endTag(at);
      else if (next === ch.BANG || next === ch.QUESTION) this.refuseMarkup(at);
      else at = this.startTag(at);
    }
    if (!this.rooted) refuse('malformed', at);
  }

  private reset(bytes: Buffer): void {
    this.tape.length = 0;
    this.names.reset();
    this.qnames.reset(bytes);
    this.bytes = bytes;
    this.signature = this.signatureEnd = -1;
    this.signatures = this.depth = this.elements = this.tag = 0;
    this.open = -1;
    this.rooted = false;
    this.bindings.reset();
    this.lastTag.fill(0);
    if (bytes.length > this.limits.bytes) refuse('too-large', -1);
    if (!isUtf8(bytes)) refuse('encoding', invalidUtf8At(bytes));
    if (bytes[0] === 0xef && bytes[1] === 0xbb) refuse('encoding', 0);
    this.text.reset(bytes);
  }

  private refuseMarkup(at: number): never {
    const [, mark, kind] = this.bytes.subarray(at, at + 3);
    if (mark === ch.QUESTION) refuse('processing-instruction', at);
    if (kind === ch.HYPHEN) refuse('comment', at);
    return refuse(kind === ch.OPEN_BRACKET ? 'cdata' : 'doctype', at);
  }

  /** Before and behind the root: white space only. Where the next tag begins, or the end of the input. */
  private outside(from: number): number {
    const { bytes } = this;
    let at = from;
    while (at < bytes.length && bytes[at] !== ch.LESS) if (!ch.isSpace(bytes[at++])) refuse('malformed', at - 1);
    return at;
  }

  /** An end tag repeats the start tag's name byte for byte. */
  private endTag(at: number): number {
    if (this.depth === 0) refuse('malformed', at);
    const { bytes, qnames, tape, open } = this;
    const qname = tape.cells[open + tp.START_QNAME]!;
    if (!qnames.isAt(qname, at + 2)) refuse('malformed', at);
    const nameEnd = at + 2 + qnames.lengths[qname]!;
    const close = afterSpace(bytes, nameEnd);
    if (bytes[close] !== ch.GREATER) refuse('malformed', at);
    tape.end(close === nameEnd ? 0 : tp.REWRITE, at, close + 1, open);
    this.leave(open, this.undoAt[this.depth]!);
    this.depth--;
    this.open = tape.cells[open + tp.START_PARENT]!;
    return close + 1;
  }

  private startTag(at: number): number {
    const { bytes, limits } = this;
    if (this.depth === 0 && this.rooted) refuse('malformed', at);
    if (this.depth >= limits.depth) refuse('depth', at);
    if (++this.elements > limits.elements) refuse('nodes', at);
    this.rooted = true;
    const qname = this.qnames.read(at + 1);
    const undoTo = this.bindings.count;
    let close = this.startTagRest(this.qnames.next);
    const empty = bytes[close] === ch.SLASH;
    if (empty && bytes[++close] !== ch.GREATER) refuse('malformed', close);
    const to = close + 1;
    const start = this.writeStart(qname, at, to);
    if (empty) {
      this.tape.cells[start]! |= tp.REWRITE;
      this.tape.end(0, to, to, start);
      this.leave(start, undoTo);
    } else {
      this.depth++;
      this.undoAt[this.depth] = undoTo;
      this.open = start;
    }
    return to;
  }

  /** Attributes and declarations up to the `>` or `/` of a start tag. */
  private startTagRest(from: number): number {
    const { bytes } = this;
    this.attributes = this.declarations = 0;
    this.clean = true;
    this.tag++;
    for (let at = from; ; ) {
      const name = afterSpace(bytes, at);
      const next = bytes[name];
      if (next === ch.GREATER || next === ch.SLASH) {
        if (name !== at) this.clean = false;
        return name;
      }
      if (name === at) refuse('malformed', at);
      if (name !== at + 1 || bytes[at] !== ch.SPACE) this.clean = false;
      if (this.attributes + this.declarations >= this.limits.attributes) refuse('attributes', name);
      at = this.attribute(name);
    }
  }

  /** One attribute or namespace declaration; where the tag goes on. */
  private attribute(at: number): number {
    const { bytes, qnames } = this;
    const qname = qnames.read(at);
    if (this.lastTag[qname] === this.tag) refuse('duplicate-attribute', at);
    this.lastTag[qname] = this.tag;
    const equals = afterSpace(bytes, qnames.next);
    if (bytes[equals] !== ch.EQUALS) refuse('malformed', equals);
    const open = afterSpace(bytes, equals + 1);
    const quote = bytes[open]!;
    if (quote !== ch.QUOTE && quote !== ch.APOSTROPHE) refuse('malformed', open);
    if (quote === ch.APOSTROPHE || equals !== qnames.next || open !== equals + 1) this.clean = false;
    const packed = this.value(open + 1, quote);
    const close = packed >> 1;
    const prefix = qnames.prefixes[qname]!;
    if (prefix === words.XMLNS_PREFIX) this.declaration(qnames.locals[qname]!, open + 1, close);
    else if (prefix === words.NOTHING && qnames.locals[qname] === words.XMLNS_PREFIX)
      this.declaration(words.NOTHING, open + 1, close);
    else {
      const cell = this.attributes++ * tp.ATTRIBUTE_SIZE;
      this.attributeCells[cell + tp.ATTRIBUTE_QNAME] = qname;
      this.attributeCells[cell + tp.ATTRIBUTE_FROM] = open + 1;
      this.attributeCells[cell + tp.ATTRIBUTE_TO] = close;
      this.attributeCells[cell + tp.ATTRIBUTE_CLEAN] = packed & 1;
      if ((packed & 1) === 0) this.clean = false;
    }
    return close + 1;
  }

  /** Where the value that begins here ends (the quote), times two, plus one when it is canonical as it stands. */
  private value(from: number, quote: number): number {
    const { bytes } = this;
    let clean = 1;
    for (let at = from; ; ) {
      while (ch.VALUE_CLASS[bytes[at]!] === ch.PLAIN) at++;
      const kind = ch.VALUE_CLASS[bytes[at]!] ?? ch.FORBIDDEN;
      if (kind === ch.IS_QUOTE) {
        if (bytes[at] === quote) return at * 2 + clean;
        if (bytes[at] === ch.QUOTE) clean = 0;
        at++;
      } else if (kind === ch.IS_AMPERSAND) {
        const packed = readReference(bytes, at);
        if (!isCanonicalValueReference(bytes, at, packed)) clean = 0;
        at += referenceLength(packed);
      } else if (kind === ch.IS_SPACING) {
        clean = 0;
        at++;
      } else if (kind === ch.IS_NONCHARACTER_LEAD) at = ch.afterLead(bytes, at);
      else refuse(at >= bytes.length || bytes[at] === ch.LESS ? 'malformed' : 'character', at);
    }
  }

  private declaration(prefix: number, from: number, to: number): void {
    const uri = this.bindings.bind(prefix, this.bytes, { from, to });
    // Canonical form puts declarations before attributes.
    if (this.attributes > 0) this.clean = false;
    const cell = this.declarations++ * tp.DECLARATION_SIZE;
    this.declarationCells[cell + tp.DECLARATION_PREFIX] = prefix;
    this.declarationCells[cell + tp.DECLARATION_URI] = uri;
  }

  /** Puts the start tag that was read on the tape, with its namespaces resolved. */
  private writeStart(qname: number, from: number, to: number): number {
    const { tape, attributes, declarations, attributeCells, declarationCells } = this;
    const prefix = this.qnames.prefixes[qname]!;
    const uri = this.bindings.uri(prefix);
    if (uri === UNBOUND || prefix === words.XMLNS_PREFIX) refuse('undeclared-prefix', from);
    tape.reserve(tp.START_SIZE + attributes * tp.ATTRIBUTE_SIZE + declarations * tp.DECLARATION_SIZE, from);
    const { cells, length: start } = tape;
    cells[start] = this.clean ? tp.START : tp.START | tp.REWRITE;
    cells[start + tp.START_QNAME] = qname;
    cells[start + tp.START_FROM] = from;
    cells[start + tp.START_TO] = to;
    cells[start + tp.START_URI] = uri;
    cells[start + tp.START_ATTRIBUTES] = attributes;
    cells[start + tp.START_DECLARATIONS] = declarations;
    cells[start + tp.START_PARENT] = this.open;
    if (attributes > 0) this.resolveAttributes();
    let at = start + tp.START_SIZE;
    for (let k = 0; k < attributes * tp.ATTRIBUTE_SIZE; k++) cells[at++] = attributeCells[k]!;
    for (let k = 0; k < declarations * tp.DECLARATION_SIZE; k++) cells[at++] = declarationCells[k]!;
    tape.length = at;
    if (uri === DS && this.qnames.locals[qname] === SIGNATURE && this.signatures++ === 0) this.signature = start;
    return start;
  }

  /** Namespaces of the attributes; no two may have the same expanded name, and `xml:id` would be a second kind of id. */
  private resolveAttributes(): void {
    const { attributes, attributeCells, qnames } = this;
    for (let k = 0; k < attributes; k++) {
      const cell = k * tp.ATTRIBUTE_SIZE;
      const qname = attributeCells[cell]!;
      const prefix = qnames.prefixes[qname]!;
      const uri = prefix === words.NOTHING ? words.NOTHING : this.bindings.uri(prefix);
      const position = attributeCells[cell + tp.ATTRIBUTE_FROM]!;
      if (uri === UNBOUND) refuse('undeclared-prefix', position);
      attributeCells[cell + tp.ATTRIBUTE_URI] = uri;
      if (prefix === words.NOTHING) continue;
      const local = qnames.locals[qname]!;
      if (prefix === words.XML_PREFIX && local === ID) refuse('xml-id', position);
      for (let other = 0; other < cell; other += tp.ATTRIBUTE_SIZE) {
        const same =
          attributeCells[other + tp.ATTRIBUTE_URI] === uri && qnames.locals[attributeCells[other]!] === local;
        if (same) refuse('duplicate-attribute', position);
      }
    }
  }

  /** Behind an element: its declarations no longer hold. */
  private leave(start: number, undoTo: number): void {
    if (start === this.signature) this.signatureEnd = this.tape.length;
    this.bindings.undoTo(undoTo);
  }
}

function afterSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (ch.isSpace(bytes[at])) at++;
  return at;
}

/** In attribute values, canonical XML keeps `&amp;` `&lt;` `&quot;` `&#x9;` `&#xA;` `&#xD;`. */
function isCanonicalValueReference(bytes: Uint8Array, at: number, packed: number): boolean {
  if (bytes[at + 1] === ch.HASH) {
    const code = referenceCode(packed);
    const spacing = code === ch.TAB || code === ch.LINE_FEED || code === ch.RETURN;
    return spacing && isCanonicalReference(bytes, at, referenceLength(packed));
  }
  return referenceCode(packed) !== ch.GREATER && referenceCode(packed) !== ch.APOSTROPHE;
}
