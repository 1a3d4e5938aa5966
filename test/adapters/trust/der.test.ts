import { expect, test } from 'vitest';
import { DerReader, enterWhole, Tag } from '../../../adapters/trust/derReader.ts';
import {
  readBits,
  readBoolean,
  readInteger,
  readOid,
  readSmallInteger,
  readText,
  readTime,
} from '../../../adapters/trust/derValues.ts';
import { der, derOid, derSequence, derTime, derUnsigned } from '../../../adapters/trust/derWriter.ts';
import { readName } from '../../../adapters/trust/distinguishedName.ts';
import { TrustRefusal } from '../../../adapters/trust/trustRefusal.ts';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const first = (hex: string) => new DerReader(bytes(hex)).next();

test.each<[string, () => unknown]>([
  ['nothing at all', () => first('')],
  ['a tag without a length', () => first('30')],
  ['an indefinite length', () => first('3080 0000')],
  ['a long form for a short length', () => first('0481 01 00')],
  ['a length with a leading zero octet', () => first('0482 0080')],
  ['a length of four octets', () => first('0484 00000001 00')],
  ['a length beyond the end', () => first('0405 00')],
  ['a tag of several octets', () => first('1f81 00')],
  ['bytes after the whole', () => enterWhole(bytes('3000 00'), Tag.sequence)],
  ['another tag than expected', () => new DerReader(bytes('0500')).read(Tag.sequence)],
  ['a BOOLEAN of 01', () => readBoolean(first('0101 01'))],
  ['a BOOLEAN of two octets', () => readBoolean(first('0102 ffff'))],
  ['an empty INTEGER', () => readInteger(first('0200'))],
  ['an INTEGER with a superfluous zero', () => readInteger(first('0202 007f'))],
  ['an INTEGER with a superfluous sign', () => readInteger(first('0202 ff80'))],
  ['a negative number where none may be', () => readSmallInteger(first('0201 ff'))],
  ['a number over 31 bits', () => readSmallInteger(first('0205 0100000000'))],
  ['an empty OBJECT IDENTIFIER', () => readOid(first('0600'))],
  ['an arc with a leading 80', () => readOid(first('0603 2a8001'))],
  ['an arc cut short', () => readOid(first('0602 2a86'))],
  ['a BIT STRING without its first octet', () => readBits(first('0300'))],
  ['eight unused bits', () => readBits(first('0302 0800'))],
  ['unused bits of nothing', () => readBits(first('0301 01'))],
  ['padding bits that are set', () => readBits(first('0302 0701'))],
  ['a time without seconds', () => readTime(new DerReader(der(Tag.utcTime, Buffer.from('2601010000Z'))))],
  ['a time with an offset', () => readTime(new DerReader(der(Tag.utcTime, Buffer.from('260101000000+0700'))))],
  ['a time with a fraction', () => readTime(new DerReader(der(Tag.generalizedTime, Buffer.from('20260101000000.5Z'))))],
  ['30 February', () => readTime(new DerReader(der(Tag.utcTime, Buffer.from('260230000000Z'))))],
  ['hour 24', () => readTime(new DerReader(der(Tag.utcTime, Buffer.from('260101240000Z'))))],
  ['a UTF8String that is not UTF-8', () => readText(first('0c01 ff'))],
  ['a PrintableString with a high octet', () => readText(first('1301 e1'))],
  ['a BMPString of odd length', () => readText(first('1e01 41'))],
])('refuses %s', (_what, read) => {
  expect(read).toThrow(TrustRefusal);
});

test.each([
  '1.2.840.113549.1.1.11',
  '2.5.29.15',
  '0.9.2342.19200300.100.1.1',
  '2.999.3',
  '2.25.119644508012520455703729034241081383880',
])('object identifier %s is read as it was written', (oid) => {
  expect(readOid(new DerReader(derOid(oid)).next())).toBe(oid);
});

test.each([
  ['1950-01-01T00:00:00Z', Tag.utcTime],
  ['2049-12-31T23:59:59Z', Tag.utcTime],
  ['2050-01-01T00:00:00Z', Tag.generalizedTime],
  ['2028-02-29T12:00:00Z', Tag.utcTime],
])('time %s survives writing and reading', (iso, tag) => {
  const written = derTime(new Date(iso));
  expect(written[0]).toBe(tag);
  expect(readTime(new DerReader(written))).toEqual(new Date(iso));
});

test('unsigned numbers are written in their shortest form', () => {
  expect(derUnsigned(bytes('0000')).toString('hex')).toBe('020100');
  expect(derUnsigned(bytes('0000ff')).toString('hex')).toBe('020200ff');
  expect(derUnsigned(bytes('7f')).toString('hex')).toBe('02017f');
});

test('texts of every directory string type are read', () => {
  expect(readText(first('1e04 0053 1edf'))).toBe('Sở');
  expect(readText(new DerReader(der(Tag.utf8String, Buffer.from('Sở'))).next())).toBe('Sở');
  expect(readText(first('1402 53f8'))).toBeUndefined();
});

test('no text in a name reads like the octets of a string that is compared by them', () => {
  const nameOf = (value: Buffer) =>
    readName(new DerReader(derSequence(der(Tag.set, derSequence(derOid('2.5.4.3'), value)))).next()).key;
  const teletex = der(Tag.teletexString, Buffer.from('abc'));
  const posing = der(Tag.utf8String, Buffer.from(`#${teletex.toString('hex')}`));
  expect(nameOf(posing)).not.toBe(nameOf(teletex));
  expect(nameOf(der(Tag.printableString, Buffer.from('ABC')))).toBe(nameOf(der(Tag.utf8String, Buffer.from('abc '))));
});
