import { LINE_FEED, SPACE, TAB } from './characters.ts';

const LOW_BYTE = 0x20202020;
const HIGH_BITS = 0x80808080;

/**
 * Finds control characters in long runs of text, four bytes at a time: subtracting 0x20 from each byte of a word borrows
 * into its top bit exactly where a byte is below 0x20 (and perhaps behind it, which the closer look sorts out).
 */
export class ControlScan {
  private bytes: Uint8Array = new Uint8Array(0);
  private words: Int32Array = new Int32Array(0);
  /** Bytes before the first aligned word. */
  private offset = 0;

  reset(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.offset = (4 - (bytes.byteOffset & 3)) & 3;
    const count = Math.max(0, (bytes.length - this.offset) >> 2);
    this.words = count === 0 ? new Int32Array(0) : new Int32Array(bytes.buffer, bytes.byteOffset + this.offset, count);
  }

  /** The first byte below 0x20 other than tab and line feed, or `to`. */
  find(from: number, to: number): number {
    const { bytes, words, offset } = this;
    const firstWord = (from - offset + 3) >> 2;
    const lastWord = Math.min((to - offset) >> 2, words.length);
    if (lastWord - firstWord < 4) return firstControl(bytes, from, to);
    const early = firstControl(bytes, from, offset + firstWord * 4);
    if (early < offset + firstWord * 4) return early;
    let word = firstWord;
    for (; word + 4 <= lastWord; word += 4) {
      const a = words[word]!;
      const b = words[word + 1]!;
      const c = words[word + 2]!;
      const d = words[word + 3]!;
      const low = ((a - LOW_BYTE) & ~a) | ((b - LOW_BYTE) & ~b) | ((c - LOW_BYTE) & ~c) | ((d - LOW_BYTE) & ~d);
      if ((low & HIGH_BITS) === 0) continue;
      const end = offset + word * 4 + 16;
      const found = firstControl(bytes, offset + word * 4, end);
      if (found < end) return found;
    }
    return firstControl(bytes, offset + word * 4, to);
  }
}

function firstControl(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte < SPACE && byte !== LINE_FEED && byte !== TAB) return at;
  }
  return to;
}
