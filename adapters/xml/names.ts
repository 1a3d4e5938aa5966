import { COLON, NAME_CLASS, NCNAME } from './characters.ts';
import type { Limits } from './limits.ts';
import { refuse } from './refuse.ts';
import { grown } from './tape.ts';
import { NOTHING, WORDS } from './words.ts';

const FNV_PRIME = 0x01000193;
const FIRST_NAMES = 256;
const WORD = 4;

/** Numbers for byte strings (prefixes, local names, namespace URIs): the known words first, then those of the document. */
export class NameTable {
  /** The bytes of all names, one after the other. */
  bytes = Buffer.alloc(1 << 13);
  offsets = new Int32Array(FIRST_NAMES);
  lengths = new Int32Array(FIRST_NAMES);
  count = 0;
  readonly seed: number;
  private hashes = new Int32Array(FIRST_NAMES);
  private top = 0;
  private readonly slots: Int32Array;
  private readonly usedSlots: Int32Array;
  private readonly mask: number;
  private readonly limit: number;
  private readonly wordsTop: number;

  constructor(limits: Limits, seed: number) {
    this.seed = seed;
    this.limit = WORDS.length + limits.names;
    const size = tableSize(this.limit);
    this.mask = size - 1;
    this.slots = new Int32Array(size);
    this.usedSlots = new Int32Array(this.limit);
    for (const word of WORDS) this.intern(Buffer.from(word), 0, Buffer.byteLength(word));
    this.wordsTop = this.top;
  }

  /** Forgets the names of the last document. */
  reset(): void {
    for (let id = WORDS.length; id < this.count; id++) this.slots[this.usedSlots[id]!] = 0;
    this.count = WORDS.length;
    this.top = this.wordsTop;
  }

  intern(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    let hash = this.seed;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, FNV_PRIME);
    hash ^= hash >>> 15;
    let slot = hash & this.mask;
    for (let id = this.slots[slot]! - 1; id >= 0; id = this.slots[slot]! - 1) {
      if (this.hashes[id] === hash && this.lengths[id] === length && this.holds(id, bytes, from)) return id;
      slot = (slot + 1) & this.mask;
    }
    const id = this.append(bytes, from, to);
    this.hashes[id] = hash;
    this.slots[slot] = id + 1;
    this.usedSlots[id] = slot;
    return id;
  }

  /** Byte order of two names, which is their code point order (UTF-8). */
  compare(left: number, right: number): number {
    if (left === right) return 0;
    const { bytes, offsets, lengths } = this;
    const [a, b, lengthA, lengthB] = [offsets[left]!, offsets[right]!, lengths[left]!, lengths[right]!];
    const shorter = Math.min(lengthA, lengthB);
    for (let k = 0; k < shorter; k++) {
      const difference = bytes[a + k]! - bytes[b + k]!;
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }

  private holds(id: number, bytes: Uint8Array, from: number): boolean {
    const offset = this.offsets[id]!;
    const length = this.lengths[id]!;
    for (let k = 0; k < length; k++) if (this.bytes[offset + k] !== bytes[from + k]) return false;
    return true;
  }

  private append(bytes: Uint8Array, from: number, to: number): number {
    const id = this.count;
    if (id >= this.limit) refuse('names', from);
    if (id >= this.offsets.length) {
      this.offsets = grown(this.offsets, id + 1);
      this.lengths = grown(this.lengths, id + 1);
      this.hashes = grown(this.hashes, id + 1);
    }
    const length = to - from;
    if (this.top + length > this.bytes.length) {
      const longer = Buffer.alloc(Math.max(this.top + length, this.bytes.length * 2));
      longer.set(this.bytes);
      this.bytes = longer;
    }
    this.bytes.set(bytes.subarray(from, to), this.top);
    this.offsets[id] = this.top;
    this.lengths[id] = length;
    this.top += length;
    this.count = id + 1;
    return id;
  }
}

/** Numbers for the qualified names of one document, by their bytes in it; each knows its prefix and local name. */
export class QNameTable {
  /** Behind the name that `read` found last. */
  next = 0;
  readonly prefixes: Int32Array;
  readonly locals: Int32Array;
  readonly positions: Int32Array;
  readonly lengths: Int32Array;
  private readonly hashes: Int32Array;
  private readonly slots: Int32Array;
  private readonly usedSlots: Int32Array;
  private readonly mask: number;
  /** The name that came after each name when it was last read: messages repeat themselves. */
  private readonly followers: Int32Array;
  private readonly limits: Limits;
  private readonly names: NameTable;
  private bytes: Buffer = Buffer.alloc(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  private count = 0;
  private last = 0;

  constructor(names: NameTable, limits: Limits) {
    this.names = names;
    this.limits = limits;
    const size = tableSize(limits.names);
    this.mask = size - 1;
    this.slots = new Int32Array(size);
    this.usedSlots = new Int32Array(limits.names);
    this.hashes = new Int32Array(limits.names);
    this.positions = new Int32Array(limits.names);
    this.lengths = new Int32Array(limits.names);
    this.prefixes = new Int32Array(limits.names);
    this.locals = new Int32Array(limits.names);
    this.followers = new Int32Array(limits.names);
  }

  /** Begins another document. */
  reset(bytes: Buffer): void {
    for (let id = 0; id < this.count; id++) {
      this.slots[this.usedSlots[id]!] = 0;
      this.followers[id] = 0;
    }
    this.count = this.last = 0;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The number of the qualified name that begins here; sets `next`. */
  read(from: number): number {
    const guess = this.followers[this.last]!;
    const end = from + this.lengths[guess]!;
    const fits = guess < this.count && this.isAt(guess, from) && NAME_CLASS[this.bytes[end]!] !== 1;
    const id = fits ? guess : this.find(from);
    if (fits) this.next = end;
    this.followers[this.last] = id;
    this.last = id;
    return id;
  }

  /** Whether the bytes here are those of the name; what follows them is not looked at. */
  isAt(id: number, from: number): boolean {
    const { bytes, view } = this;
    const length = this.lengths[id]!;
    const position = this.positions[id]!;
    if (from + length > bytes.length) return false;
    if (length < WORD) {
      for (let k = 0; k < length; k++) if (bytes[position + k] !== bytes[from + k]) return false;
      return true;
    }
    // Four bytes at a time; the last four may overlap those before.
    const last = length - WORD;
    for (let k = 0; k < last; k += WORD)
      if (view.getInt32(position + k, true) !== view.getInt32(from + k, true)) return false;
    return view.getInt32(position + last, true) === view.getInt32(from + last, true);
  }

  private find(from: number): number {
    const { bytes } = this;
    let hash = this.names.seed;
    let to = from;
    while (NAME_CLASS[bytes[to]!] === 1) hash = Math.imul(hash ^ bytes[to++]!, FNV_PRIME);
    hash ^= hash >>> 15;
    this.next = to;
    const length = to - from;
    let slot = hash & this.mask;
    for (let id = this.slots[slot]! - 1; id >= 0; id = this.slots[slot]! - 1) {
      if (this.hashes[id] === hash && this.lengths[id] === length && this.isAt(id, from)) return id;
      slot = (slot + 1) & this.mask;
    }
    const id = this.count;
    if (id >= this.limits.names) refuse('names', from);
    this.split(bytes, from, to);
    this.hashes[id] = hash;
    this.positions[id] = from;
    this.lengths[id] = length;
    this.slots[slot] = id + 1;
    this.usedSlots[id] = slot;
    this.count = id + 1;
    return id;
  }

  /** Checks a name that is new to the document (Namespaces in XML 1.0 section 4) and numbers its two parts. */
  private split(bytes: Buffer, from: number, to: number): void {
    if (to - from > this.limits.nameBytes) refuse('name', from);
    let colon = from;
    while (colon < to && bytes[colon] !== COLON) colon++;
    const local = colon < to ? colon + 1 : from;
    this.prefixes[this.count] = colon < to ? this.part(bytes, from, colon) : NOTHING;
    this.locals[this.count] = this.part(bytes, local, to);
  }

  private part(bytes: Buffer, from: number, to: number): number {
    const id = this.names.intern(bytes, from, to);
    // The known words are names already, except for the empty one.
    if (id >= WORDS.length || id === NOTHING) checkPart(bytes, from, to);
    return id;
  }
}

function checkPart(bytes: Buffer, from: number, to: number): void {
  const text = bytes.toString('utf8', from, to);
  if (!NCNAME.test(text)) refuse('name', from);
  // Names that begin or end in `xmlns` have fooled other canonicalisers into dropping an attribute; nobody needs them.
  if (/^xmlns|xmlns$/i.test(text)) refuse('reserved-name', from);
}

/** A power of two with at least three free places for each taken one. */
function tableSize(entries: number): number {
  return 2 ** Math.ceil(Math.log2(entries * 4));
}
