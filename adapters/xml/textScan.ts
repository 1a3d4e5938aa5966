import * as ch from './characters.ts';
import { isCanonicalReference, readReference, referenceCode, referenceLength } from './references.ts';
import { refuse } from './refuse.ts';
import type { Tape } from './tape.ts';

/** A text longer than this is left to memchr and to looks at four bytes at once. */
const SHORT_RUN = 192;

const LOW_BYTE = 0x20202020;
/** What base64 is written in begins at `+`: whatever lies below deserves a look, and little does. */
const BELOW_BASE64 = 0x2b2b2b2b;
const HIGH_BITS = 0x80808080;
/** Bytes of `&#13;`. */
const RETURN_REFERENCE = 5;

/**
 * Reads character data: finds where it ends, refuses what XML does not allow in it, and puts on the tape what is not
 * canonical as it stands. The time is linear in the bytes, however many of them mean something.
 */
export class TextScan {
  private readonly tape: Tape;
  private bytes: Buffer = Buffer.alloc(0);
  private words: Int32Array = new Int32Array(0);
  /** Bytes before the first aligned word. */
  private offset = 0;
  /** The next of each of these bytes at or behind the place last looked at; -1 before the first look. */
  private nextLess = -1;
  private nextGreater = -1;
  private nextLead = -1;
  private nextAmpersand = -1;

  constructor(tape: Tape) {
    this.tape = tape;
  }

  reset(bytes: Buffer): void {
    this.bytes = bytes;
    this.offset = (4 - (bytes.byteOffset & 3)) & 3;
    const count = Math.max(0, (bytes.length - this.offset) >> 2);
    this.words = count === 0 ? new Int32Array(0) : new Int32Array(bytes.buffer, bytes.byteOffset + this.offset, count);
    this.nextLess = this.nextGreater = this.nextLead = this.nextAmpersand = -1;
  }

  /** Where the next tag begins, which must come. */
  read(from: number): number {
    const { bytes } = this;
    const kinds = ch.TEXT_CLASS;
    const stop = from + SHORT_RUN;
    for (let at = from; ; ) {
      // Behind the end of the input there is nothing, which is no plain byte.
      while (at < stop && kinds[bytes[at]!] === ch.PLAIN) at++;
      if (at >= stop) return this.long(at, from);
      const kind = kinds[bytes[at]!];
      if (kind === ch.IS_LESS) return at;
      if (kind === undefined) refuse('malformed', bytes.length);
      at = this.special(at, from);
    }
  }

  /** As `read`, from a place inside a long text. */
  private long(place: number, from: number): number {
    const { bytes } = this;
    for (let at = place; ; ) {
      this.lookAhead(at);
      const less = this.nextLess;
      const to = Math.min(less, this.nextGreater, this.nextLead);
      at = this.next(at, to);
      if (at === less) {
        if (at === bytes.length) refuse('malformed', at);
        return at;
      }
      at = this.special(at, from);
    }
  }

  private lookAhead(at: number): void {
    const { bytes } = this;
    if (this.nextLess < at) this.nextLess = indexOrEnd(bytes, ch.LESS, at);
    if (this.nextGreater < at) this.nextGreater = indexOrEnd(bytes, ch.GREATER, at);
    if (this.nextLead < at) this.nextLead = indexOrEnd(bytes, ch.NONCHARACTER_LEAD, at);
  }

  /** The next character that means something; `to` when there is none before it. */
  private next(from: number, to: number): number {
    const low = this.encoded(from, to);
    if (low === to || isMarked(this.bytes[low]!)) return low;
    // Prose: blanks and punctuation are below `+` too, so the ampersands are left to memchr.
    if (this.nextAmpersand < low) this.nextAmpersand = indexOrEnd(this.bytes, ch.AMPERSAND, low);
    return this.firstBelow(low, Math.min(to, this.nextAmpersand), LOW_BYTE);
  }

  /** Reads on through base64 and the ends of its lines, as encoders for other systems and Java's write them. */
  private encoded(from: number, to: number): number {
    const { bytes, tape } = this;
    for (let at = from; ; ) {
      at = this.firstBelow(at, to, BELOW_BASE64);
      if (at === to) return to;
      const end = isReturnReference(bytes, at) ? at + RETURN_REFERENCE : at;
      if (end === at) return at;
      tape.patch(at, end, ch.RETURN);
      at = end;
    }
  }

  /**
   * The first byte below that of the bound other than tab and line feed, or `to`. Four bytes at a time: subtracting the
   * bound from a word borrows into the top bit exactly where a byte is below it, and perhaps behind it, which the look at
   * the byte itself sorts out.
   */
  private firstBelow(from: number, to: number, bound: number): number {
    const { bytes, words, offset } = this;
    const byte = bound & 0xff;
    if (from < offset) {
      const early = firstLow(bytes, from, Math.min(offset, to), byte);
      if (early < offset || to <= offset) return early;
      return this.firstBelow(offset, to, bound);
    }
    const last = Math.min(words.length, (to - offset + 3) >> 2);
    let word = (from - offset) >> 2;
    // Bytes of the first word that lie before `from` do not count.
    let ignored = HIGH_BITS << (((from - offset) & 3) << 3);
    for (; word < last; word++) {
      const a = words[word]!;
      let low = (a - bound) & ~a & ignored;
      ignored = HIGH_BITS;
      for (; low !== 0; low &= low - 1) {
        const at = offset + (word << 2) + ((31 - Math.clz32(low & -low)) >> 3);
        if (at >= to) return to;
        if (isLow(bytes[at]!, byte)) return at;
      }
      while (word + 4 < last && !this.isLowAhead(word + 1, bound)) word += 4;
    }
    return firstLow(bytes, Math.max(from, offset + (last << 2)), to, byte);
  }

  /** Whether one of four words may have a byte below the bound. */
  private isLowAhead(word: number, bound: number): boolean {
    const { words } = this;
    const a = words[word]!;
    const b = words[word + 1]!;
    const c = words[word + 2]!;
    const d = words[word + 3]!;
    const low = ((a - bound) & ~a) | ((b - bound) & ~b) | ((c - bound) & ~c) | ((d - bound) & ~d);
    return (low & HIGH_BITS) !== 0;
  }

  /** One character of text that is not plain; `from` is where this text began. Where to go on. */
  private special(at: number, from: number): number {
    const { bytes, tape } = this;
    const kind = ch.TEXT_CLASS[bytes[at]!];
    if (kind === ch.IS_AMPERSAND) {
      const packed = readReference(bytes, at);
      const length = referenceLength(packed);
      if (!isCanonicalTextReference(bytes, at, packed)) tape.patch(at, at + length, referenceCode(packed));
      return at + length;
    }
    if (kind === ch.IS_NONCHARACTER_LEAD) return ch.afterLead(bytes, at);
    if (kind === ch.IS_SPACING) {
      const to = at + (bytes[at + 1] === ch.LINE_FEED ? 2 : 1);
      tape.patch(at, to, ch.LINE_FEED);
      return to;
    }
    if (kind !== ch.IS_GREATER) refuse('character', at);
    if (at - from >= 2 && bytes[at - 1] === ch.CLOSE_BRACKET && bytes[at - 2] === ch.CLOSE_BRACKET)
      refuse('malformed', at);
    tape.patch(at, at + 1, ch.GREATER);
    return at + 1;
  }
}

function isMarked(byte: number): boolean {
  return byte < ch.SPACE || byte === ch.AMPERSAND;
}

function isLow(byte: number, bound: number): boolean {
  return byte < bound && byte !== ch.LINE_FEED && byte !== ch.TAB;
}

function firstLow(bytes: Uint8Array, from: number, to: number, bound: number): number {
  for (let at = from; at < to; at++) if (isLow(bytes[at]!, bound)) return at;
  return to;
}

function indexOrEnd(bytes: Buffer, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at < 0 ? bytes.length : at;
}

/** Whether `&#13;` is here. */
function isReturnReference(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === ch.AMPERSAND &&
    bytes[at + 1] === ch.HASH &&
    bytes[at + 2] === 0x31 &&
    bytes[at + 3] === 0x33 &&
    bytes[at + 4] === ch.SEMICOLON
  );
}

/** In text, canonical XML keeps `&amp;` `&lt;` `&gt;` and `&#xD;` and resolves every other reference. */
function isCanonicalTextReference(bytes: Uint8Array, at: number, packed: number): boolean {
  const code = referenceCode(packed);
  if (bytes[at + 1] === ch.HASH) return code === ch.RETURN && isCanonicalReference(bytes, at, referenceLength(packed));
  return code !== ch.QUOTE && code !== ch.APOSTROPHE;
}
