import { trimText } from '../../core/edxml/completeMessage.ts';
import { AMPERSAND, isSpace, RETURN } from './characters.ts';
import { decodeText } from './references.ts';

const WINDOW = 2048;
const FIRST_BEYOND_ASCII = 0x80;

/**
 * The texts of one document's leaves. Most are short and plain ASCII: those are cut from one string per eight kilobytes of
 * the document, because a call per text would cost more than all the rest of its reading.
 */
export class LeafText {
  private readonly bytes: Buffer;
  private window = '';
  private windowFrom = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** What a range of character data means, without white space at its ends. */
  read(first: number, last: number): string {
    const { bytes } = this;
    let from = first;
    let to = last;
    while (from < to && isSpace(bytes[from])) from++;
    while (to > from && isSpace(bytes[to - 1])) to--;
    let seen = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at]!;
      if (byte === AMPERSAND || byte === RETURN) return trimText(decodeText(bytes, from, to));
      seen |= byte;
    }
    return seen < FIRST_BEYOND_ASCII ? this.ascii(from, to) : bytes.toString('utf8', from, to);
  }

  private ascii(from: number, to: number): string {
    if (to - from > WINDOW) return this.bytes.toString('latin1', from, to);
    if (from < this.windowFrom || to > this.windowFrom + this.window.length) {
      this.window = this.bytes.toString('latin1', from, from + WINDOW);
      this.windowFrom = from;
    }
    return this.window.slice(from - this.windowFrom, to - this.windowFrom);
  }
}
