import { EDXML_NAMESPACE } from '../../core/edxml/schema.ts';
import { FORBIDDEN, isBlank, TEXT_CLASS } from '../xml/characters.ts';
import { DEFAULT_LIMITS } from '../xml/limits.ts';
import { refuse, type XmlRefusalCode } from '../xml/refuse.ts';
import { documentStart } from './documentStart.ts';
import type { Forgiven } from './forgiven.ts';
import { type Kind, Namespaces } from './namespaces.ts';
import { readTokens, type Tag, type Token } from './tokens.ts';

interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** The same message in the strict reader's spelling. */
export interface Normalized {
  readonly bytes: Buffer;
  readonly forgiven: readonly Forgiven[];
  /** The place in the document as received that a place in `bytes` came from; exact within text that was not escaped. */
  received(position: number): number;
}

interface Frame {
  readonly tag: Tag;
  readonly kind: Kind;
  readonly prefixes: readonly string[];
  /** The end tag in the new spelling; empty for what is unwrapped. */
  readonly close: string;
  /** Whether this is the content of an attachment, which has to lie in one piece. */
  readonly isContent: boolean;
  content?: TextRange;
  elements: number;
  hasText: boolean;
  cdatas: number;
  /** The first comment or instruction: harmless as long as it stands between elements. */
  aside?: { readonly code: XmlRefusalCode; readonly from: number };
}

/** Tokens for each element that may be there. */
const MOST_TOKENS = DEFAULT_LIMITS.elements * 4;
/** Envelope and Body stand around the message. */
const WRAPPERS = 2;
/** No field is so long; and what is escaped takes several times its length. */
const LONGEST_CDATA = 16 * DEFAULT_LIMITS.fieldBytes;
const CONTENT_PATH = ['edXML', 'AttachmentEncoded', 'Attachment', 'ContentTransferEncoded'];
const FOREIGN = 'urn:docaxis:foreign';

/**
 * Writes a message of an old system anew in the spelling of the strict profile, and lists what had to be forgiven. It only
 * respells: names lose their prefixes, comments go, CDATA becomes text, a SOAP envelope is taken off. What fields there are, how
 * often and how long, the strict reader judges on the result. Whatever is or may be an XMLDSig signature is refused with
 * `signature-structure`. Throws XmlRefusal; time and memory are linear in the size.
 */
export function normalize(bytes: Buffer): Normalized {
  return new Normalizer(bytes).run();
}

class Normalizer {
  private readonly bytes: Buffer;
  private readonly forgiven = new Set<Forgiven>();
  private readonly namespaces = new Namespaces();
  private readonly frames: Frame[] = [];
  private readonly pieces: Buffer[] = [];
  private length = 0;
  /** Triples: where a piece begins in the new spelling, where it came from, and 1 where it was copied as it was. */
  private readonly places: number[] = [];
  private elements = 0;
  private rooted = false;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  run(): Normalized {
    const { at, forgiven } = documentStart(this.bytes);
    for (const what of forgiven) this.forgiven.add(what);
    this.refuseControls();
    let tokens = 0;
    for (const token of readTokens(this.bytes, at)) {
      if (++tokens > MOST_TOKENS) refuse('nodes', token.from);
      this.take(token);
    }
    if (!this.rooted || this.frames.length > 0) refuse('malformed', this.bytes.length);
    return {
      bytes: Buffer.concat(this.pieces, this.length),
      forgiven: [...this.forgiven],
      received: (position) => this.received(position),
    };
  }

  /** Also where nothing is read, so that no reader of these bytes meets what is no XML character. */
  private refuseControls(): void {
    const { bytes } = this;
    for (let at = 0; at < bytes.length; at++) if (TEXT_CLASS[bytes[at]!] === FORBIDDEN) refuse('character', at);
  }

  private take(token: Token): void {
    if (token.kind === 'start') this.start(token);
    else if (token.kind === 'text') this.text(token);
    else if (token.kind === 'cdata') this.cdata(token);
    else if (token.kind === 'end') {
      const frame = this.frames.pop();
      if (frame?.tag.name !== token.name) refuse('malformed', token.from);
      this.end(frame, token.from);
    } else {
      const frame = this.frames.at(-1);
      if (frame) frame.aside ??= { code: token.kind, from: token.from };
      this.forgiven.add(token.kind);
    }
  }

  private start(tag: Tag): void {
    const parent = this.frames.at(-1);
    if (this.frames.length >= DEFAULT_LIMITS.depth + WRAPPERS) refuse('depth', tag.from);
    if (++this.elements > DEFAULT_LIMITS.elements) refuse('nodes', tag.from);
    if (parent) parent.elements++;
    const prefixes = this.namespaces.enter(tag);
    const { kind, forgives } = this.namespaces.of(tag);
    if (kind === 'xmldsig') refuse('signature-structure', tag.from);
    if (forgives) this.forgiven.add(forgives);
    if (!tag.attributes.every(({ prefix }) => this.namespaces.isDeclared(prefix))) {
      this.forgiven.add('undeclared-prefix');
    }
    const wraps = this.isWrapper(tag, kind, parent);
    const frame: Frame = {
      tag,
      kind,
      prefixes,
      close: wraps ? '' : kind === 'edxml' ? `</${tag.local}>` : `</x:${tag.local}>`,
      isContent: kind === 'edxml' && this.isContent(tag),
      elements: 0,
      hasText: false,
      cdatas: 0,
    };
    if (!wraps) this.writeStart(tag, kind);
    if (tag.isEmpty) this.end(frame, tag.to);
    else this.frames.push(frame);
  }

  /** Whether a tag only wraps the message; refuses the second root, and every envelope but the plain one. */
  private isWrapper(tag: Tag, kind: Kind, parent: Frame | undefined): boolean {
    if (parent && parent.close !== '') return false;
    const { local, from } = tag;
    if (kind !== 'soap') {
      const mayBeRoot = parent ? parent.tag.local === 'Body' : !this.forgiven.has('soap-envelope');
      if (!mayBeRoot || this.rooted) refuse('root', from);
      this.rooted = true;
      return false;
    }
    const fits =
      parent === undefined
        ? local === 'Envelope' && !this.forgiven.has('soap-envelope')
        : parent.tag.local === 'Envelope' &&
          (parent.elements === 1 ? local === 'Header' || local === 'Body' : parent.elements === 2 && local === 'Body');
    // Actors, mustUnderstand and encodings ask for more than unwrapping.
    if (!fits || tag.attributes.length > 0 || this.rooted) refuse('root', from);
    this.forgiven.add('soap-envelope');
    return true;
  }

  private isContent({ local }: Tag): boolean {
    const path = this.frames.filter(({ close }) => close !== '').map((frame) => frame.tag.local);
    return local === 'ContentTransferEncoded' && [...path, local].join('/') === CONTENT_PATH.join('/');
  }

  private writeStart({ local, attributes, from }: Tag, kind: Kind): void {
    const name = kind === 'edxml' ? local : `x:${local} xmlns:x="${FOREIGN}"`;
    const root = this.length === 0 ? ` xmlns="${EDXML_NAMESPACE}"` : '';
    // Their names mean nothing, but what is in them has to be XML.
    const values = attributes.map(({ value }, place) => ` a${place}=${value}`).join('');
    this.write(`<${name}${root}${values}>`, from);
  }

  private end(frame: Frame, at: number): void {
    this.namespaces.leave(frame.prefixes);
    const { aside, hasText, cdatas, elements, content } = frame;
    if (aside && (hasText || cdatas > 0)) refuse(aside.code, aside.from);
    if (cdatas > 1 || (cdatas > 0 && (hasText || elements > 0))) refuse('cdata', at);
    if (content && elements > 0) refuse('field-structure', at);
    if (frame.close === '' && frame.tag.local === 'Body' && elements !== 1) refuse('root', at);
    if (content) this.copy(content);
    this.write(frame.close, at);
  }

  private text({ from, to }: TextRange): void {
    const frame = this.frames.at(-1);
    const blank = isBlank(this.bytes, from, to);
    if (frame === undefined || frame.close === '') {
      if (!blank) refuse('malformed', from);
      return;
    }
    if (!blank) frame.hasText = true;
    if (frame.isContent) {
      if (!blank || frame.content === undefined) frame.content = { from, to };
      return;
    }
    if (!this.isNullOrganId(frame, from, to)) this.copy({ from, to });
  }

  private cdata({ from, to }: TextRange): void {
    const frame = this.frames.at(-1);
    if (frame === undefined || frame.close === '') refuse('malformed', from);
    frame.cdatas++;
    this.forgiven.add('cdata');
    if (frame.isContent) {
      // Copied and cut out later as if it were text, where these would begin markup or a reference.
      const content = this.bytes.subarray(from, to);
      if (content.includes('<') || content.includes('&')) refuse('attachment-content', from);
      frame.content = { from, to };
      return;
    }
    if (this.isNullOrganId(frame, from, to)) return;
    if (to - from > LONGEST_CDATA) refuse('field-length', from);
    const text = this.bytes.toString('utf8', from, to);
    this.write(
      text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`),
      from,
    );
  }

  private isNullOrganId(frame: Frame, from: number, to: number): boolean {
    if (frame.tag.local !== 'OrganId' || this.bytes.toString('latin1', from, to).trim() !== 'null') return false;
    this.forgiven.add('null-organ-id');
    return true;
  }

  private write(text: string, from: number): void {
    if (text !== '') this.writePiece(Buffer.from(text), { from, copied: false });
  }

  private copy({ from, to }: TextRange): void {
    if (to > from) this.writePiece(this.bytes.subarray(from, to), { from, copied: true });
  }

  private writePiece(piece: Buffer, { from, copied }: { readonly from: number; readonly copied: boolean }): void {
    this.places.push(this.length, from, copied ? 1 : 0);
    this.pieces.push(piece);
    this.length += piece.length;
  }

  /** By halving: the last piece that begins at or before the place. */
  private received(position: number): number {
    const { places } = this;
    let low = 0;
    let high = places.length / 3;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (places[middle * 3]! <= position) low = middle;
      else high = middle;
    }
    const [start = 0, from = 0, copied = 0] = places.slice(low * 3, low * 3 + 3);
    return copied === 1 ? from + position - start : from;
  }
}
