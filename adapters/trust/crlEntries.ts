/** The list of revoked certificates inside a CRL (RFC 5280 section 5.3), read without an object for each entry. */
import { DerReader, refuse, Tag } from './derReader.ts';
import { readInteger, readTime } from './derValues.ts';
import { readExtensions } from './extensions.ts';
import { Oid } from './oids.ts';

/** Most entries of one list: the largest public ones have some hundred thousand. */
export const CRL_ENTRIES = 400_000;

/** Octets of the shortest entry: SEQUENCE, one octet of serial number, UTCTime. */
const ENTRY_OCTETS = 20;
const SERIAL_OCTETS = 20;

/** Extensions with exactly one reason code that is not critical: what nearly all entries have, all but the code itself. */
const ONLY_REASON = Buffer.from('300c300a0603551d1504030a01', 'hex');

/** Names of reason codes in the order of their numbers (RFC 5280 section 5.3.1); 7 is not used. */
const REASONS: Readonly<Record<number, string>> = {
  0: 'unspecified',
  1: 'keyCompromise',
  2: 'cACompromise',
  3: 'affiliationChanged',
  4: 'superseded',
  5: 'cessationOfOperation',
  6: 'certificateHold',
  8: 'removeFromCRL',
  9: 'privilegeWithdrawn',
  10: 'aACompromise',
};

export const reasonName = (code: number): string => REASONS[code] ?? `reason ${code}`;

export interface CrlEntry {
  readonly revokedAt: Date;
  /** Name of the reason code; absent when the list gives none. */
  readonly reason?: string;
}

export interface CrlEntries {
  readonly count: number;
  /** Why no entry may be believed: one has a critical extension that is not processed. */
  readonly unprocessed?: string;
  /**
   * The entry of a serial number (content octets of the INTEGER). The first call makes an index, whose time only a list
   * of an honest issuer keeps short: check the list's signature before.
   */
  find(serial: Buffer): CrlEntry | undefined;
}

export const noEntries: CrlEntries = { count: 0, find: () => undefined };

/** Reads the content of `revokedCertificates` from end to end. @throws TrustRefusal `der` */
export function readCrlEntries(list: Buffer): CrlEntries {
  const offsets = new Uint32Array(Math.floor(list.length / ENTRY_OCTETS) + 1);
  let count = 0;
  let unprocessed: string | undefined;
  for (let at = 0; at < list.length; ) {
    if (count === CRL_ENTRIES) throw refuse('too many entries in a revocation list');
    if (count === offsets.length) throw refuse('an entry that is too short');
    offsets[count++] = at;
    const [content, end] = bounds(list, at, list.length);
    const time = endOfSerial(list, content, end);
    const extensions = endOfTime(list, time, end);
    if (extensions < end) unprocessed ??= strangeExtension(list.subarray(extensions, end));
    at = end;
  }
  let index: Uint32Array | undefined;
  const find = (serial: Buffer): CrlEntry | undefined => {
    index ??= indexOf(list, offsets.subarray(0, count));
    return lookUp(list, index, serial);
  };
  return unprocessed === undefined ? { count, find } : { count, find, unprocessed };
}

/** Where the content of the SEQUENCE at an offset begins and ends; lengths up to 64 KB in their shortest form. */
function bounds(list: Buffer, at: number, limit: number): readonly [content: number, end: number] {
  if (list[at] !== Tag.sequence) throw refuse('an entry that is not a SEQUENCE');
  const first = list[at + 1] ?? 0x80;
  let [content, length] = [at + 2, first];
  if (first === 0x81) [content, length] = [at + 3, list[at + 2] ?? 0];
  else if (first === 0x82) [content, length] = [at + 4, ((list[at + 2] ?? 0) << 8) | (list[at + 3] ?? 0)];
  else if (first > 0x7f) throw refuse('an entry of improper length');
  if ((first === 0x81 && length < 0x80) || (first === 0x82 && length < 0x100))
    throw refuse('a length too long written');
  if (content + length > limit) throw refuse('an element longer than its container');
  return [content, content + length];
}

function endOfSerial(list: Buffer, at: number, limit: number): number {
  const length = list[at + 1] ?? 0;
  const end = at + 2 + length;
  if (list[at] !== Tag.integer || length === 0 || length > SERIAL_OCTETS || end > limit) {
    throw refuse('an entry without a proper serial number');
  }
  const [first = 0, second = 0] = [list[at + 2], list[at + 3]];
  if (length > 1 && (first === 0x00 || first === 0xff) && first >> 7 === second >> 7) {
    throw refuse('an INTEGER that is not the shortest form');
  }
  return end;
}

function endOfTime(list: Buffer, at: number, limit: number): number {
  const length = list[at] === Tag.utcTime ? 13 : list[at] === Tag.generalizedTime ? 15 : -1;
  const end = at + 2 + length;
  if (list[at + 1] !== length || end > limit || list[end - 1] !== 0x5a) throw refuse('an entry without a proper date');
  for (let digit = at + 2; digit < end - 1; digit++) {
    const octet = list[digit] ?? 0;
    if (octet < 0x30 || octet > 0x39) throw refuse('an improper time');
  }
  return end;
}

/** Why an entry with these extensions makes the list useless, or nothing. */
function strangeExtension(encoded: Buffer): string | undefined {
  if (encoded.length === ONLY_REASON.length + 1 && ONLY_REASON.compare(encoded, 0, ONLY_REASON.length) === 0) return;
  const outer = new DerReader(encoded);
  const extensions = readExtensions(outer.enter(Tag.sequence));
  outer.end();
  for (const id of extensions.critical) {
    if (id === Oid.certificateIssuer) return 'it lists certificates of other issuers';
    if (id !== Oid.reasonCode && id !== Oid.invalidityDate) return `an entry has a critical extension ${id}`;
  }
  return undefined;
}

/** Offsets by a hash of the serial number, one more than the offset so that 0 is free; open addressing, at most half full. */
function indexOf(list: Buffer, offsets: Uint32Array): Uint32Array {
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(offsets.length * 2 + 2)));
  for (const offset of offsets) {
    const serial = serialAt(list, offset);
    let slot = hashOf(list, serial, serial + 2 + (list[serial + 1] ?? 0)) & (slots.length - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    slots[slot] = offset + 1;
  }
  return slots;
}

function lookUp(list: Buffer, slots: Uint32Array, serial: Buffer): CrlEntry | undefined {
  const wanted = Buffer.concat([Buffer.from([Tag.integer, serial.length]), serial]);
  let slot = hashOf(wanted, 0, wanted.length) & (slots.length - 1);
  for (let found = slots[slot]; found; found = slots[slot]) {
    const at = serialAt(list, found - 1);
    const end = at + 2 + (list[at + 1] ?? 0);
    if (end - at === wanted.length && wanted.compare(list, at, end) === 0) return readEntry(list, found - 1);
    slot = (slot + 1) & (slots.length - 1);
  }
  return undefined;
}

/** Offset of the serial number of an entry that was read before. */
function serialAt(list: Buffer, entry: number): number {
  const first = list[entry + 1] ?? 0;
  return entry + (first < 0x80 ? 2 : first === 0x81 ? 3 : 4);
}

/** FNV-1a, 32 bits. */
function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function readEntry(list: Buffer, offset: number): CrlEntry {
  const reader = new DerReader(list.subarray(offset)).enter(Tag.sequence);
  readInteger(reader.read(Tag.integer));
  const revokedAt = readTime(reader);
  if (reader.done) return { revokedAt };
  const value = readExtensions(reader.enter(Tag.sequence)).values.get(Oid.reasonCode);
  return value?.length === 3 ? { revokedAt, reason: reasonName(value[2] ?? 0) } : { revokedAt };
}
