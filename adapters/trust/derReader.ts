/**
 * A strict reader of DER (X.690, section 10): one-byte tags, definite and shortest lengths, no bytes left over. It never
 * recurses by itself: each structure is walked by code that knows its shape, so the depth of the input cannot matter.
 */
import { TrustRefusal } from './trustRefusal.ts';

/** Identifier octets of the types that X.509 uses (X.690 section 8.1.2). */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Identifier octet of a context-specific tag: `[number]`, primitive unless said. */
export function contextTag(number: number, constructed = false): number {
  return (constructed ? 0xa0 : 0x80) | number;
}

/** One element: `tag` is its identifier octet, `content` its value, `encoded` all of it. Views on the input, no copies. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  readonly encoded: Buffer;
}

/** Reads the elements of one buffer in order. Every method throws {@link TrustRefusal} with code `der`. */
export class DerReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The next element, whatever it is. */
  next(): DerElement {
    const start = this.#at;
    const tag = this.#octet();
    if ((tag & 0x1f) === 0x1f) throw refuse('a tag of more than one octet');
    const length = this.#length();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw refuse('an element longer than its container');
    const content = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return { tag, content, encoded: this.#bytes.subarray(start, end) };
  }

  /** The next element, which must have this identifier octet. */
  read(tag: number): DerElement {
    const element = this.next();
    if (element.tag !== tag) throw refuse(`expected tag ${hex(tag)}, found ${hex(element.tag)}`);
    return element;
  }

  /** The next element if it has this identifier octet, else nothing and the position stays. */
  optional(tag: number): DerElement | undefined {
    return this.#bytes[this.#at] === tag ? this.read(tag) : undefined;
  }

  /** A reader of the content of the next element, which must have this identifier octet. */
  enter(tag: number): DerReader {
    return new DerReader(this.read(tag).content);
  }

  /** Refuses what is left over. */
  end(): void {
    if (!this.done) throw refuse('bytes after the last element');
  }

  #octet(): number {
    const octet = this.#bytes[this.#at];
    if (octet === undefined) throw refuse('the end inside an element');
    this.#at++;
    return octet;
  }

  #length(): number {
    const first = this.#octet();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0) throw refuse('an indefinite length');
    if (count > 3) throw refuse('a length of more than three octets');
    let length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + this.#octet();
    if (length < 0x80 || length < 256 ** (count - 1)) throw refuse('a length that is not the shortest form');
    return length;
  }
}

/** Reads `bytes` as exactly one element with this tag and returns a reader of its content. */
export function enterWhole(bytes: Buffer, tag: number): DerReader {
  const outer = new DerReader(bytes);
  const inner = outer.enter(tag);
  outer.end();
  return inner;
}

/** The refusal of bytes that are not the DER expected. */
export function refuse(what: string): TrustRefusal {
  return new TrustRefusal('der', `not the expected DER: ${what}`);
}

function hex(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}
