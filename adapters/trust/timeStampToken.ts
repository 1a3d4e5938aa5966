/** RFC 3161 time-stamp tokens as plain data: a CMS SignedData (RFC 5652) around a TSTInfo, read strictly from DER. */
import type { SignatureScheme } from './certificateSignature.ts';
import { readSignatureScheme } from './certificateSignature.ts';
import { contextTag, type DerElement, DerReader, enterWhole, refuse, Tag } from './derReader.ts';
import { readBoolean, readFractionalTime, readInteger, readOid, readSmallInteger } from './derValues.ts';
import { hashNames, Oid } from './oids.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** Largest token read, in octets: real ones have 0.5 KB without certificates to 8 KB with a chain. */
export const TOKEN_BYTES = 32_768;

const CERTIFICATES = 8;
const ATTRIBUTES = 16;

export type TokenHash = SignatureScheme['hash'];

/** RFC 3161 section 2.4.2. */
export interface TstInfo {
  readonly policy: string;
  readonly imprint: { readonly hash: TokenHash; readonly digest: Buffer };
  /** Lower-case hexadecimal of the INTEGER's octets. */
  readonly serial: string;
  readonly genTime: Date;
  /** Milliseconds by which the time may be off, if the authority says. */
  readonly accuracyMs?: number;
  readonly nonce?: Buffer;
}

/** RFC 5652 sections 5.3 and 5.4, of the one signer. */
export interface TokenSigner {
  readonly id: { readonly issuerName: Buffer; readonly serial: string } | { readonly keyIdentifier: Buffer };
  readonly hash: TokenHash;
  readonly scheme: SignatureScheme;
  /** The octets that were signed: the attributes under the tag of a SET. */
  readonly signedBytes: Buffer;
  readonly signature: Buffer;
  /** The attribute message-digest. */
  readonly contentDigest: Buffer;
  /** Digest of the signer's certificate in signing-certificate-v2 (RFC 5816). */
  readonly certificateDigest: { readonly hash: TokenHash; readonly digest: Buffer };
}

export interface TimeStampToken {
  /** DER of the TSTInfo: what contentDigest must be the digest of. */
  readonly content: Buffer;
  readonly info: TstInfo;
  readonly signer: TokenSigner;
  /** DER of certificates that came along; nothing of them is trusted. */
  readonly certificates: readonly Buffer[];
}

/**
 * Reads one DER token: the whole buffer, nothing after it. Says nothing about trust.
 *
 * @throws TrustRefusal `too-large`, `der`, or `time-stamp` for what is well-formed and not accepted.
 */
export function parseTimeStampToken(der: Buffer): TimeStampToken {
  if (der.length > TOKEN_BYTES) throw new TrustRefusal('too-large', `a time-stamp token over ${TOKEN_BYTES} bytes`);
  const outer = enterWhole(der, Tag.sequence);
  if (readOid(outer.read(Tag.oid)) !== Oid.signedData) throw unaccepted('it is not CMS SignedData');
  const wrapped = outer.read(contextTag(0, true));
  outer.end();
  const data = enterWhole(wrapped.content, Tag.sequence);
  // CMSVersion: 3 where the content is not plain data (RFC 5652 section 5.1); some authorities write 1.
  readSmallInteger(data.read(Tag.integer));
  data.read(Tag.set);
  const content = readContent(data.enter(Tag.sequence));
  const certificates = readCertificates(data.optional(contextTag(0, true)));
  data.optional(contextTag(1, true));
  const signers = data.enter(Tag.set);
  data.end();
  const signer = readSigner(signers.enter(Tag.sequence));
  if (!signers.done) throw unaccepted('it has more than one signer');
  return { content, info: readTstInfo(content), signer, certificates };
}

function readContent(encapsulated: DerReader): Buffer {
  if (readOid(encapsulated.read(Tag.oid)) !== Oid.tstInfo) throw unaccepted('it holds something else than a time');
  const wrapped = encapsulated.read(contextTag(0, true));
  encapsulated.end();
  const inner = new DerReader(wrapped.content);
  const { content } = inner.read(Tag.octetString);
  inner.end();
  return content;
}

function readCertificates(set: DerElement | undefined): readonly Buffer[] {
  const reader = new DerReader(set?.content ?? Buffer.alloc(0));
  const certificates: Buffer[] = [];
  while (!reader.done) {
    if (certificates.length === CERTIFICATES) throw refuse('too many certificates in a time-stamp token');
    const { tag, encoded } = reader.next();
    if (tag === Tag.sequence) certificates.push(encoded);
  }
  return certificates;
}

function readTstInfo(content: Buffer): TstInfo {
  const reader = enterWhole(content, Tag.sequence);
  if (readSmallInteger(reader.read(Tag.integer)) !== 1) throw unaccepted('an unknown version');
  const policy = readOid(reader.read(Tag.oid));
  const imprint = reader.enter(Tag.sequence);
  const hash = readHash(imprint.read(Tag.sequence));
  const { content: digest } = imprint.read(Tag.octetString);
  imprint.end();
  const serial = readInteger(reader.read(Tag.integer)).toString('hex');
  const genTime = readFractionalTime(reader.read(Tag.generalizedTime));
  const accuracy = reader.optional(Tag.sequence);
  const ordering = reader.optional(Tag.boolean);
  if (ordering) readBoolean(ordering);
  const nonce = reader.optional(Tag.integer);
  reader.optional(contextTag(0, true));
  if (reader.optional(contextTag(1, true))) throw unaccepted('it has extensions, and none is known');
  reader.end();
  return {
    policy,
    imprint: { hash, digest },
    serial,
    genTime,
    ...(accuracy ? { accuracyMs: readAccuracy(new DerReader(accuracy.content)) } : {}),
    ...(nonce ? { nonce: readInteger(nonce) } : {}),
  };
}

/** Seconds, milliseconds and microseconds, each optional; rounded up to whole milliseconds. */
function readAccuracy(reader: DerReader): number {
  const part = (tag: number): number => {
    const element = reader.optional(tag);
    return element ? readSmallInteger(element) : 0;
  };
  const seconds = part(Tag.integer);
  const millis = part(contextTag(0));
  const micros = part(contextTag(1));
  reader.end();
  return seconds * 1000 + millis + Math.ceil(micros / 1000);
}

function readSigner(reader: DerReader): TokenSigner {
  readSmallInteger(reader.read(Tag.integer));
  const id = readSignerId(reader);
  const hash = readHash(reader.read(Tag.sequence));
  const attributes = reader.read(contextTag(0, true));
  const scheme = readScheme(reader.read(Tag.sequence), hash);
  const signature = reader.read(Tag.octetString).content;
  // Unsigned attributes, such as an archive's own time-stamps: nobody answers for them.
  reader.optional(contextTag(1, true));
  reader.end();
  const values = readAttributes(new DerReader(attributes.content));
  const attributeOf = (oid: string, name: string): Buffer => {
    const value = values.get(oid);
    if (!value) throw unaccepted(`the signed attribute ${name} is missing`);
    return value;
  };
  if (readOid(new DerReader(attributeOf(Oid.contentType, 'content-type')).read(Tag.oid)) !== Oid.tstInfo)
    throw unaccepted('its signature is made for something else than a time');
  const digest = new DerReader(attributeOf(Oid.messageDigest, 'message-digest'));
  return {
    id,
    hash,
    scheme,
    signedBytes: Buffer.concat([Buffer.from([Tag.set]), attributes.encoded.subarray(1)]),
    signature,
    contentDigest: digest.read(Tag.octetString).content,
    certificateDigest: readSigningCertificate(attributeOf(Oid.signingCertificateV2, 'signing-certificate-v2')),
  };
}

function readSignerId(reader: DerReader): TokenSigner['id'] {
  const keyIdentifier = reader.optional(contextTag(0));
  if (keyIdentifier) return { keyIdentifier: keyIdentifier.content };
  const id = reader.enter(Tag.sequence);
  const issuerName = id.read(Tag.sequence).encoded;
  const serial = readInteger(id.read(Tag.integer)).toString('hex');
  id.end();
  return { issuerName, serial };
}

/** Each attribute once, each with one value: two of a kind would leave open which one counts (RFC 5652 section 11). */
function readAttributes(reader: DerReader): ReadonlyMap<string, Buffer> {
  const values = new Map<string, Buffer>();
  while (!reader.done) {
    if (values.size === ATTRIBUTES) throw refuse('too many signed attributes');
    const attribute = reader.enter(Tag.sequence);
    const oid = readOid(attribute.read(Tag.oid));
    const set = attribute.enter(Tag.set);
    attribute.end();
    const value = set.next().encoded;
    if (!set.done || values.has(oid)) throw unaccepted(`the signed attribute ${oid} is there twice`);
    values.set(oid, value);
  }
  return values;
}

/** ESSCertIDv2 of the first certificate, which is the signer's (RFC 5035 section 3). */
function readSigningCertificate(value: Buffer): TokenSigner['certificateDigest'] {
  const ids = enterWhole(value, Tag.sequence).enter(Tag.sequence);
  const first = ids.enter(Tag.sequence);
  const algorithm = first.optional(Tag.sequence);
  return { hash: algorithm ? readHash(algorithm) : 'sha256', digest: first.read(Tag.octetString).content };
}

/** PKCS #1 v1.5 may be named by the key's own identifier; the digest then follows from digestAlgorithm (RFC 3370 section 3.2). */
function readScheme(element: DerElement, hash: TokenHash): SignatureScheme {
  const reader = new DerReader(element.content);
  if (readOid(reader.read(Tag.oid)) === Oid.rsaEncryption) return { key: 'rsa', hash };
  const scheme = readSignatureScheme(element);
  if (scheme?.hash !== hash) throw unaccepted('the algorithm of its signature is not accepted');
  return scheme;
}

function readHash(element: DerElement): TokenHash {
  const reader = new DerReader(element.content);
  const hash = hashNames[readOid(reader.read(Tag.oid))];
  if (!reader.done && reader.next().tag !== Tag.null) throw refuse('parameters of a digest algorithm');
  reader.end();
  if (!hash) throw unaccepted('a digest that is not accepted; SHA-256, SHA-384 and SHA-512 are');
  return hash;
}

const unaccepted = (what: string): TrustRefusal => new TrustRefusal('time-stamp', `the time-stamp token: ${what}`);
