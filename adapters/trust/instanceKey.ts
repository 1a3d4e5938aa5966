/**
 * The key with which one running function signs receipts. The axis's long-lived key certifies it once at start, so that
 * accepting a dispatch costs no call to the key service. The certificate is ordinary X.509 and short-lived.
 */
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { thumbprintOf } from './certificate.ts';
import { isSignedBy } from './certificateSignature.ts';
import { contextTag, Tag } from './derReader.ts';
import {
  der,
  derBitOctets,
  derBoolean,
  derExplicit,
  derName,
  derOid,
  derSequence,
  derTime,
  derUnsigned,
} from './derWriter.ts';
import { Oid } from './oids.ts';
import { TrustRefusal } from './trustRefusal.ts';

/**
 * The extended key usage "signs receipts of an exchange axis". It lies under 2.25, where a UUID is its own registration
 * (X.667), and stands critical and alone in the certificate, so that no other software takes the key for anything else.
 */
export const RECEIPT_SIGNING = '2.25.119644508012520455703729034241081383880';

/** How long an instance key may sign, and how far its certificate reaches back for clocks that lag, in milliseconds. */
export const INSTANCE_KEY_LIFE_MS = 6 * 60 * 60_000;
const INSTANCE_KEY_SLACK_MS = 60_000;

/** KMS signs messages of at most this many bytes without a digest made outside. */
const TBS_BYTES = 4096;

/** Longest name part, in characters (RFC 5280 appendix A, ub-common-name). */
const NAME_LENGTH = 64;

export interface InstanceKeyRequest {
  readonly issuer: ReceiptIssuer;
  /** Which function, which version of it, and a value that differs for every instance. */
  readonly instance: { readonly function: string; readonly version: string; readonly nonce: string };
  readonly now: Date;
  /** 16 random octets: the certificate's serial number. */
  readonly serial: Buffer;
}

export interface ReceiptIssuer {
  /** Name of the axis's receipt issuer, such as its axis id; at most 64 characters. */
  readonly name: string;
  /** Public key (P-256) of the axis's receipt issuer. */
  readonly publicKey: KeyObject;
  /** Signs the bytes with ECDSA P-256 and SHA-256, over the raw message; answers with a DER signature. */
  readonly sign: (tbs: Buffer) => Promise<Buffer>;
}

export interface InstanceKey {
  readonly privateKey: KeyObject;
  /** DER of the delegation certificate. */
  readonly certificate: Buffer;
  /** Its SHA-256, base64url. */
  readonly thumbprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/**
 * Makes a P-256 key pair and has it certified. What the issuer signed is checked before it is returned.
 *
 * @throws TrustRefusal `signing` if the issuer's signature does not verify or a name is too long.
 */
export async function createInstanceKey(request: InstanceKeyRequest): Promise<InstanceKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const notBefore = wholeSeconds(request.now.getTime() - INSTANCE_KEY_SLACK_MS);
  const notAfter = wholeSeconds(request.now.getTime() + INSTANCE_KEY_LIFE_MS);
  const tbs = delegation(request, publicKey.export({ format: 'der', type: 'spki' }), { notBefore, notAfter });
  if (tbs.length > TBS_BYTES) throw new TrustRefusal('signing', 'the certificate to be signed is too large');
  const signature = await request.issuer.sign(tbs);
  if (!isSignedBy({ scheme: { key: 'ec', hash: 'sha256' }, bytes: tbs, signature }, request.issuer.publicKey)) {
    throw new TrustRefusal('signing', 'the issuer returned a signature that its public key does not verify');
  }
  const certificate = derSequence(tbs, ecdsaWithSha256, derBitOctets(signature));
  return { privateKey, certificate, thumbprint: thumbprintOf(certificate), notBefore, notAfter };
}

const ecdsaWithSha256 = derSequence(derOid(Oid.ecdsaWithSha256));

function delegation(
  { issuer, instance, serial }: InstanceKeyRequest,
  spki: Buffer,
  validity: { notBefore: Date; notAfter: Date },
): Buffer {
  const names = [issuer.name, instance.function, instance.version, instance.nonce];
  if (names.some((name) => name.length === 0 || name.length > NAME_LENGTH)) {
    throw new TrustRefusal('signing', `a name in the certificate is empty or longer than ${NAME_LENGTH} characters`);
  }
  return derSequence(
    derExplicit(0, derUnsigned(Buffer.from([2]))),
    derUnsigned(positiveSerial(serial)),
    ecdsaWithSha256,
    receiptIssuerName(issuer.name),
    derSequence(derTime(validity.notBefore), derTime(validity.notAfter)),
    derName([
      [Oid.commonName, instance.function],
      ['2.5.4.11', instance.version],
      ['2.5.4.5', instance.nonce],
    ]),
    spki,
    derExplicit(3, extensions(issuer.publicKey, spki)),
  );
}

/** The issuer name that every delegation certificate of an axis carries. */
function receiptIssuerName(name: string): Buffer {
  return derName([
    ['2.5.4.11', 'Receipt issuer'],
    [Oid.commonName, name],
  ]);
}

function extensions(issuerKey: KeyObject, spki: Buffer): Buffer {
  const authority = keyIdentifier(issuerKey.export({ format: 'der', type: 'spki' }));
  return derSequence(
    extension(Oid.basicConstraints, derSequence(), true),
    extension(Oid.keyUsage, der(Tag.bitString, Buffer.from([7, 0x80])), true),
    extension(Oid.extKeyUsage, derSequence(derOid(RECEIPT_SIGNING)), true),
    extension(Oid.subjectKeyIdentifier, der(Tag.octetString, keyIdentifier(spki)), false),
    extension(Oid.authorityKeyIdentifier, derSequence(der(contextTag(0), authority)), false),
  );
}

function extension(oid: string, value: Buffer, critical: boolean): Buffer {
  const flag = critical ? [derBoolean(true)] : [];
  return derSequence(derOid(oid), ...flag, der(Tag.octetString, value));
}

/** Leftmost 160 bits of the SHA-256 of the SubjectPublicKeyInfo (RFC 7093 section 2, method 4). */
function keyIdentifier(spki: Buffer): Buffer {
  return createHash('sha256').update(spki).digest().subarray(0, 20);
}

/** A serial number is positive and at most 20 octets (RFC 5280 section 4.1.2.2). */
function positiveSerial(serial: Buffer): Buffer {
  if (serial.length !== 16) throw new TrustRefusal('signing', 'a serial number needs 16 octets');
  return Buffer.concat([Buffer.from([0x01]), serial]);
}

function wholeSeconds(ms: number): Date {
  return new Date(Math.floor(ms / 1000) * 1000);
}
