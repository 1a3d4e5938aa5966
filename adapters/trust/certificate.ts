/** X.509 certificates as plain data, read strictly from DER (RFC 5280 section 4.1). */
import { createHash, type KeyObject } from 'node:crypto';
import type { Signer } from '../../core/contract/report.ts';
import { readSignatureScheme, type SignatureScheme } from './certificateSignature.ts';
import { contextTag, type DerElement, DerReader, enterWhole, refuse, Tag } from './derReader.ts';
import { readBitOctets, readInteger, readSmallInteger, readTime } from './derValues.ts';
import { type DistinguishedName, readName } from './distinguishedName.ts';
import { type Extensions, noExtensions, readExtensions } from './extensions.ts';
import { loadPublicKey, type PublicKeyKind, readPublicKeyKind } from './publicKey.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** Largest certificate read, in octets. Real ones have 1 to 3 KB. */
export const CERTIFICATE_BYTES = 16_384;

/** Longest serial number read, in octets (RFC 5280 section 4.1.2.2). */
const SERIAL_OCTETS = 20;

export interface Certificate {
  readonly der: Buffer;
  /** The octets that the issuer signed. */
  readonly tbs: Buffer;
  readonly version: 1 | 2 | 3;
  /** Serial number, lower-case hexadecimal of its octets. */
  readonly serial: string;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer;
  readonly keyKind: PublicKeyKind;
  readonly extensions: Extensions;
  /** How the issuer signed; absent if the algorithm is not on the allow-list. */
  readonly scheme?: SignatureScheme;
  readonly signature: Buffer;
}

/**
 * Reads one DER certificate: the whole buffer, nothing after it. Says nothing about trust.
 *
 * @throws TrustRefusal `too-large`, `der` or `certificate`.
 */
export function parseCertificate(der: Buffer): Certificate {
  if (der.length > CERTIFICATE_BYTES)
    throw new TrustRefusal('too-large', `a certificate over ${CERTIFICATE_BYTES} bytes`);
  const reader = enterWhole(der, Tag.sequence);
  const tbs = reader.read(Tag.sequence);
  const algorithm = reader.read(Tag.sequence);
  const signature = readBitOctets(reader.read(Tag.bitString));
  reader.end();
  const body = readBody(new DerReader(tbs.content), algorithm);
  return { der, tbs: tbs.encoded, signature, ...body };
}

function readBody(tbs: DerReader, outer: DerElement): Omit<Certificate, 'der' | 'tbs' | 'signature'> {
  const version = readVersion(tbs);
  const serial = readInteger(tbs.read(Tag.integer));
  if (serial.length > SERIAL_OCTETS) throw refuse('a serial number over 20 octets');
  const algorithm = tbs.read(Tag.sequence);
  if (!algorithm.encoded.equals(outer.encoded)) {
    throw new TrustRefusal('certificate', 'the signature algorithm inside differs from the one outside');
  }
  const scheme = readSignatureScheme(algorithm);
  const issuer = readName(tbs.read(Tag.sequence));
  if (issuer.empty) throw new TrustRefusal('certificate', 'an empty issuer name');
  const validity = tbs.enter(Tag.sequence);
  const notBefore = readTime(validity);
  const notAfter = readTime(validity);
  validity.end();
  const subject = readName(tbs.read(Tag.sequence));
  const key = tbs.read(Tag.sequence);
  return {
    version,
    serial: serial.toString('hex'),
    issuer,
    subject,
    notBefore,
    notAfter,
    spki: key.encoded,
    keyKind: readPublicKeyKind(key),
    extensions: readTail(tbs, version),
    ...(scheme && { scheme }),
  };
}

function readVersion(tbs: DerReader): Certificate['version'] {
  const explicit = tbs.optional(contextTag(0, true));
  if (explicit === undefined) return 1;
  const reader = new DerReader(explicit.content);
  const number = readSmallInteger(reader.read(Tag.integer));
  reader.end();
  if (number === 1) return 2;
  if (number === 2) return 3;
  throw new TrustRefusal('certificate', 'an unknown certificate version');
}

/** Unique identifiers (ignored, versions 2 and 3) and extensions (version 3 only). */
function readTail(tbs: DerReader, version: Certificate['version']): Extensions {
  const identifiers = [tbs.optional(contextTag(1)), tbs.optional(contextTag(2))];
  const wrapped = tbs.optional(contextTag(3, true));
  tbs.end();
  if (version === 1 && identifiers.some((identifier) => identifier !== undefined)) {
    throw new TrustRefusal('certificate', 'unique identifiers in a version 1 certificate');
  }
  if (wrapped === undefined) return noExtensions;
  if (version !== 3) throw new TrustRefusal('certificate', 'extensions in a certificate that is not version 3');
  return readExtensions(enterWhole(wrapped.content, Tag.sequence));
}

/** DER of the issuer's name as the certificate itself writes it. */
export function issuerNameOf({ tbs }: Certificate): Buffer {
  const reader = enterWhole(tbs, Tag.sequence);
  reader.optional(contextTag(0, true));
  reader.read(Tag.integer);
  reader.read(Tag.sequence);
  return reader.read(Tag.sequence).encoded;
}

/** SHA-256 of the DER bytes, base64url: the `x5t#S256` of RFC 7515 section 4.1.8. */
export function thumbprintOf(der: Buffer): string {
  return createHash('sha256').update(der).digest('base64url');
}

const keys = new WeakMap<Certificate, KeyObject>();

/** The certificate's public key, ready for node:crypto; loaded once, which costs as much as using it. @throws TrustRefusal `key`. */
export function publicKeyOf(certificate: Certificate): KeyObject {
  const key = keys.get(certificate) ?? loadPublicKey(certificate.spki);
  keys.set(certificate, key);
  return key;
}

/** The certificate's public key, or nothing if it cannot be loaded, such as a point that is not on its curve. */
export function usableKeyOf(certificate: Certificate): KeyObject | undefined {
  try {
    return publicKeyOf(certificate);
  } catch (error) {
    if (error instanceof TrustRefusal) return undefined;
    throw error;
  }
}

/** The certificate as it stands in a verification report. */
export function signerOf(certificate: Certificate): Signer {
  return {
    thumbprint: thumbprintOf(certificate.der),
    subject: certificate.subject.text,
    serial: certificate.serial,
    issuer: certificate.issuer.text,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
  };
}
