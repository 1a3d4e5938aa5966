/** Writes DER (X.690 section 10). It only composes the fixed structures of this folder, so sizes stay below 16 MB. */
import { contextTag, Tag } from './derReader.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** One element: identifier octet, shortest length, content. */
export function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const value = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...lengthOctets(value.length)]), value]);
}

export function derSequence(...items: readonly Buffer[]): Buffer {
  return der(Tag.sequence, ...items);
}

/** `[number] EXPLICIT`. */
export function derExplicit(number: number, inner: Buffer): Buffer {
  return der(contextTag(number, true), inner);
}

/** A non-negative INTEGER from its big-endian octets, shortened and with a sign octet where needed. */
export function derUnsigned(octets: Buffer): Buffer {
  const first = octets.findIndex((octet) => octet !== 0);
  const shortest = first < 0 ? Buffer.from([0]) : octets.subarray(first);
  return shortest[0]! >= 0x80 ? der(Tag.integer, Buffer.from([0]), shortest) : der(Tag.integer, shortest);
}

export function derBoolean(value: boolean): Buffer {
  return der(Tag.boolean, Buffer.from([value ? 0xff : 0x00]));
}

/** BIT STRING of whole octets. */
export function derBitOctets(bytes: Buffer): Buffer {
  return der(Tag.bitString, Buffer.from([0]), bytes);
}

/** OBJECT IDENTIFIER from its dotted form, arcs of any size. */
export function derOid(dotted: string): Buffer {
  const [root = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  const octets = [root * 40n + second, ...rest].flatMap(base128);
  return der(Tag.oid, Buffer.from(octets));
}

/** A time as RFC 5280 section 4.1.2.5 wants it: UTCTime up to 2049, GeneralizedTime from then on; whole seconds. */
export function derTime(time: Date): Buffer {
  const digits = time.toISOString().replace(/\.\d+Z$|[-:T]/g, '');
  const year = time.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? der(Tag.utcTime, Buffer.from(`${digits.slice(2)}Z`, 'ascii'))
    : der(Tag.generalizedTime, Buffer.from(`${digits}Z`, 'ascii'));
}

/** Country and serial number are PrintableString by definition (RFC 5280 appendix A). */
const printableAttributes: ReadonlySet<string> = new Set(['2.5.4.5', '2.5.4.6']);

/** A Name with one attribute per relative name, values as UTF8String where the attribute leaves the choice. */
export function derName(attributes: readonly (readonly [oid: string, value: string])[]): Buffer {
  return derSequence(
    ...attributes.map(([oid, value]) =>
      der(
        Tag.set,
        derSequence(
          derOid(oid),
          der(printableAttributes.has(oid) ? Tag.printableString : Tag.utf8String, Buffer.from(value, 'utf8')),
        ),
      ),
    ),
  );
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  if (length < 0x10000) return [0x82, length >> 8, length & 0xff];
  if (length < 0x1000000) return [0x83, length >> 16, (length >> 8) & 0xff, length & 0xff];
  throw new TrustRefusal('too-large', 'a structure over 16 MB');
}

function base128(arc: bigint): readonly number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80);
  return octets;
}
