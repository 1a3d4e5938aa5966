/** The values inside DER elements: numbers, identifiers, bits, times and texts, each refused when not in its one DER form. */
import { isUtf8 } from 'node:buffer';
import { type DerElement, DerReader, refuse, Tag } from './derReader.ts';
import { derOid } from './derWriter.ts';
import { attributeNames, Oid } from './oids.ts';

/** Longest object identifier read, in octets: the longest in use have about 20. */
const OID_OCTETS = 64;

/** BOOLEAN: 00 or FF and nothing else (X.690 section 11.1). */
export function readBoolean(element: DerElement): boolean {
  const octet = element.content[0];
  if (element.content.length !== 1 || (octet !== 0x00 && octet !== 0xff)) throw refuse('a BOOLEAN other than 00 or FF');
  return octet === 0xff;
}

/** INTEGER content in its shortest form (X.690 section 8.3.2), as the octets stand. */
export function readInteger(element: DerElement): Buffer {
  const [first, second] = element.content;
  if (first === undefined) throw refuse('an empty INTEGER');
  if (second !== undefined && (first === 0x00 || first === 0xff) && first >> 7 === second >> 7) {
    throw refuse('an INTEGER that is not the shortest form');
  }
  return element.content;
}

/** INTEGER that is not negative and fits 31 bits, such as a path length or a version. */
export function readSmallInteger(element: DerElement): number {
  const octets = readInteger(element);
  if (octets.length > 4 || octets[0]! >= 0x80) throw refuse('an INTEGER out of range');
  return octets.readUIntBE(0, octets.length);
}

/** The identifiers that have a name here, by their octets: they come again in every certificate, and decoding is slow. */
const knownOids: ReadonlyMap<string, string> = new Map(
  [...Object.values(Oid), ...Object.keys(attributeNames)].map((oid) => {
    const { content } = new DerReader(derOid(oid)).next();
    return [content.toString('latin1'), oid];
  }),
);

/** OBJECT IDENTIFIER in dotted form; arcs of any size, since `2.25` carries 128-bit ones (X.667). */
export function readOid({ content }: DerElement): string {
  if (content.length === 0 || content.length > OID_OCTETS) throw refuse('an OBJECT IDENTIFIER of improper length');
  return knownOids.get(content.toString('latin1')) ?? decodeOid(content);
}

function decodeOid(content: Buffer): string {
  const arcs: bigint[] = [];
  let arc = 0n;
  let fresh = true;
  for (const octet of content) {
    if (fresh && octet === 0x80) throw refuse('an OBJECT IDENTIFIER arc that is not the shortest form');
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    fresh = octet < 0x80;
    if (!fresh) continue;
    arcs.push(arc);
    arc = 0n;
  }
  if (!fresh) throw refuse('an OBJECT IDENTIFIER cut short');
  const [head = 0n, ...rest] = arcs;
  const root = head < 40n ? 0n : head < 80n ? 1n : 2n;
  return [root, head - root * 40n, ...rest].join('.');
}

export interface BitString {
  readonly bytes: Buffer;
  /** Number of unused bits at the end, 0 to 7; they are zero (X.690 section 11.2.1). */
  readonly unused: number;
}

/** BIT STRING, primitive form. */
export function readBits(element: DerElement): BitString {
  const unused = element.content[0];
  const bytes = element.content.subarray(1);
  if (unused === undefined || unused > 7 || (bytes.length === 0 && unused > 0)) throw refuse('an improper BIT STRING');
  const last = bytes.at(-1) ?? 0;
  if ((last & ((1 << unused) - 1)) !== 0) throw refuse('a BIT STRING with bits set in its padding');
  return { bytes, unused };
}

/** BIT STRING of whole octets: signatures and keys. */
export function readBitOctets(element: DerElement): Buffer {
  const { bytes, unused } = readBits(element);
  if (unused !== 0) throw refuse('a BIT STRING that is not of whole octets');
  return bytes;
}

const utcTime = /^\d{12}Z$/;
const generalizedTime = /^\d{14}Z$/;
const fractionalTime = /^(\d{14})(?:\.(\d{0,8}[1-9]))?Z$/;

/** UTCTime or GeneralizedTime in the one form of RFC 5280 section 4.1.2.5: seconds, `Z`, no fraction, a day that exists. */
export function readTime(reader: DerReader): Date {
  const { tag, content } = reader.next();
  if (tag !== Tag.utcTime && tag !== Tag.generalizedTime) throw refuse('a time of unknown type');
  const text = content.toString('latin1');
  if (!(tag === Tag.utcTime ? utcTime : generalizedTime).test(text)) throw refuse('an improper time');
  const century = tag === Tag.generalizedTime ? '' : text >= '50' ? '19' : '20';
  return instantOf(century + text.slice(0, -1));
}

/**
 * GeneralizedTime with or without a fraction of a second, which does not end in a zero (RFC 3161 section 2.4.2). The
 * fraction is cut to milliseconds.
 */
export function readFractionalTime({ content }: DerElement): Date {
  const [, digits, fraction = ''] = fractionalTime.exec(content.toString('latin1')) ?? [];
  if (digits === undefined) throw refuse('an improper time');
  return new Date(instantOf(digits).getTime() + Number(fraction.padEnd(3, '0').slice(0, 3)));
}

/** The moment that fourteen digits name, from the year to the second. */
function instantOf(digits: string): Date {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = [0, 4, 6, 8, 10, 12].map((at) =>
    Number(digits.slice(at, at === 0 ? 4 : at + 2)),
  );
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  time.setUTCHours(hour, minute, second);
  const same = time.getUTCMonth() === month - 1 && time.getUTCDate() === day && time.getUTCHours() === hour;
  if (!same || minute > 59 || second > 59) throw refuse('a time that does not exist');
  return time;
}

/** The text of a directory string, or nothing if the element is of a type that is compared by its octets only. */
export function readText(element: DerElement): string | undefined {
  const { tag, content } = element;
  switch (tag) {
    case Tag.utf8String:
      if (!isUtf8(content)) throw refuse('a UTF8String that is not UTF-8');
      return content.toString('utf8');
    case Tag.printableString:
    case Tag.ia5String:
    case Tag.numericString:
      if (content.some((octet) => octet >= 0x80)) throw refuse('an ASCII string with other octets');
      return content.toString('latin1');
    case Tag.bmpString:
      if (content.length % 2 !== 0) throw refuse('a BMPString of odd length');
      return Buffer.from(content).swap16().toString('utf16le');
    default:
      return undefined;
  }
}
