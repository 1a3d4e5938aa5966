/** What kind of key a SubjectPublicKeyInfo holds, read from the DER itself (RFC 3279 section 2.3, RFC 5480). */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { type DerElement, DerReader, enterWhole, Tag } from './derReader.ts';
import { readBitOctets, readInteger, readOid } from './derValues.ts';
import { Oid } from './oids.ts';
import { TrustRefusal } from './trustRefusal.ts';

export type PublicKeyKind =
  | { readonly kind: 'rsa' /** Bits of the modulus. */; readonly bits: number; readonly exponent: bigint }
  | { readonly kind: 'ec'; readonly curve: 'P-256' | 'P-384' }
  | { readonly kind: 'other'; readonly oid: string };

/** Smallest and largest RSA modulus accepted, in bits: below is breakable, above costs too much time to check. */
const RSA_BITS = { min: 2048, max: 8192 } as const;
/** Smallest RSA exponent accepted: smaller ones make forgeries against careless padding checks practical. */
const RSA_EXPONENT_MIN = 65537n;

/** Reads a SubjectPublicKeyInfo element. Unknown algorithms and curves become `other`; they are refused by the path rules. */
export function readPublicKeyKind(element: DerElement): PublicKeyKind {
  const reader = new DerReader(element.content);
  const algorithm = reader.enter(Tag.sequence);
  const oid = readOid(algorithm.read(Tag.oid));
  const parameters = algorithm.done ? undefined : algorithm.next();
  algorithm.end();
  const key = readBitOctets(reader.read(Tag.bitString));
  reader.end();
  if (oid === Oid.rsaEncryption && parameters?.tag === Tag.null && parameters.content.length === 0) return readRsa(key);
  if (oid === Oid.ecPublicKey && parameters?.tag === Tag.oid) {
    const curve = readOid(parameters);
    if (curve === Oid.p256) return { kind: 'ec', curve: 'P-256' };
    if (curve === Oid.p384) return { kind: 'ec', curve: 'P-384' };
    return { kind: 'other', oid: curve };
  }
  return { kind: 'other', oid };
}

/** Says what is wrong with a key for signing documents or certificates, or nothing. */
export function keyWeakness(key: PublicKeyKind): string | undefined {
  if (key.kind === 'other') return `a key of type ${key.oid}; RSA, P-256 and P-384 are accepted`;
  if (key.kind === 'ec') return undefined;
  if (key.bits < RSA_BITS.min) return `an RSA key of ${key.bits} bits; at least ${RSA_BITS.min} are needed`;
  if (key.bits > RSA_BITS.max) return `an RSA key of ${key.bits} bits; at most ${RSA_BITS.max} are accepted`;
  if (key.exponent < RSA_EXPONENT_MIN || key.exponent % 2n === 0n || key.exponent >= 1n << 64n) {
    return 'an RSA key with an exponent that is too small, too large or even';
  }
  return undefined;
}

/** Loads a SubjectPublicKeyInfo. @throws TrustRefusal `key` where OpenSSL does not take it, such as a point off the curve. */
export function loadPublicKey(spki: Buffer): KeyObject {
  try {
    // As PEM, which takes node:crypto half as long as an object that holds DER.
    return createPublicKey(`-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`);
  } catch (cause) {
    throw new TrustRefusal('key', 'the public key cannot be loaded', { cause });
  }
}

function readRsa(key: Buffer): PublicKeyKind {
  const reader = enterWhole(key, Tag.sequence);
  const modulus = readInteger(reader.read(Tag.integer));
  const exponent = readInteger(reader.read(Tag.integer));
  reader.end();
  if (modulus[0]! >= 0x80 || exponent[0]! >= 0x80) throw new TrustRefusal('key', 'an RSA key with a negative number');
  return { kind: 'rsa', bits: bitLength(modulus), exponent: BigInt(`0x${exponent.subarray(0, 16).toString('hex')}`) };
}

function bitLength(unsigned: Buffer): number {
  const first = unsigned.findIndex((octet) => octet !== 0);
  return first < 0 ? 0 : (unsigned.length - first) * 8 - (Math.clz32(unsigned[first]!) - 24);
}
