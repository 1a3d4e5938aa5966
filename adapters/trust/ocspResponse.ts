/** OCSP responses as plain data, read strictly from DER (RFC 6960 section 4.2). */
import { type Certificate, parseCertificate } from './certificate.ts';
import { readSignatureScheme, type SignatureScheme } from './certificateSignature.ts';
import { reasonName } from './crlEntries.ts';
import { contextTag, type DerElement, DerReader, enterWhole, refuse, Tag } from './derReader.ts';
import { readBitOctets, readInteger, readOid, readTime } from './derValues.ts';
import { readName } from './distinguishedName.ts';
import { type Extensions, noExtensions, readExtensions } from './extensions.ts';
import { Oid } from './oids.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** Largest response read, in octets: real ones have 0.5 to 3 KB. */
export const OCSP_BYTES = 16_384;

const RESPONSES = 16;
const CERTIFICATES = 4;

/** Names one certificate by hashes of its issuer's name and key; SHA-1 is an identifier here and protects nothing. */
export interface CertificateId {
  readonly hash: 'sha1' | 'sha256' | 'other';
  readonly issuerName: Buffer;
  readonly issuerKey: Buffer;
  /** Lower-case hexadecimal of the INTEGER's octets. */
  readonly serial: string;
}

export type OcspStatus =
  | { readonly status: 'good' | 'unknown' }
  | { readonly status: 'revoked'; readonly revokedAt: Date; readonly reason?: string };

export interface SingleResponse {
  readonly id: CertificateId;
  readonly status: OcspStatus;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  readonly extensions: Extensions;
}

export interface OcspResponse {
  /** The octets that the responder signed. */
  readonly tbs: Buffer;
  readonly responder: { readonly nameKey: string } | { readonly keyHash: Buffer };
  readonly producedAt: Date;
  readonly responses: readonly SingleResponse[];
  readonly extensions: Extensions;
  readonly scheme?: SignatureScheme;
  readonly signature: Buffer;
  /** Certificates that came along; nothing of them is trusted. */
  readonly certificates: readonly Certificate[];
}

/** Names of responses without an answer (RFC 6960 section 4.2.1). */
const FAILURES: Readonly<Record<number, string>> = {
  1: 'malformedRequest',
  2: 'internalError',
  3: 'tryLater',
  5: 'sigRequired',
  6: 'unauthorized',
};

/**
 * Reads one DER response: the whole buffer, nothing after it. Says nothing about trust.
 *
 * @throws TrustRefusal `too-large`, `der`, or `revocation` for a response that holds no answer.
 */
export function parseOcspResponse(der: Buffer): OcspResponse {
  if (der.length > OCSP_BYTES) throw new TrustRefusal('too-large', `an OCSP response over ${OCSP_BYTES} bytes`);
  const outer = enterWhole(der, Tag.sequence);
  const status = readInteger(outer.read(Tag.enumerated))[0] ?? 0;
  const wrapped = outer.optional(contextTag(0, true));
  outer.end();
  if (status !== 0 || wrapped === undefined) {
    throw new TrustRefusal('revocation', `the responder gave no answer: ${FAILURES[status] ?? `status ${status}`}`);
  }
  const bytes = enterWhole(wrapped.content, Tag.sequence);
  if (readOid(bytes.read(Tag.oid)) !== Oid.ocspBasic) {
    throw new TrustRefusal('revocation', 'an OCSP response of another type than basic');
  }
  const basic = enterWhole(bytes.read(Tag.octetString).content, Tag.sequence);
  bytes.end();
  const tbs = basic.read(Tag.sequence);
  const scheme = readSignatureScheme(basic.read(Tag.sequence));
  const signature = readBitOctets(basic.read(Tag.bitString));
  const certificates = basic.optional(contextTag(0, true));
  basic.end();
  return {
    tbs: tbs.encoded,
    ...readData(new DerReader(tbs.content)),
    ...(scheme && { scheme }),
    signature,
    certificates: certificates ? readCertificates(certificates) : [],
  };
}

function readData(data: DerReader): Pick<OcspResponse, 'responder' | 'producedAt' | 'responses' | 'extensions'> {
  const version = data.optional(contextTag(0, true));
  if (version && new DerReader(version.content).read(Tag.integer).content[0] !== 0) {
    throw new TrustRefusal('revocation', 'an unknown version of OCSP response');
  }
  const byName = data.optional(contextTag(1, true));
  const responder = byName
    ? { nameKey: readName(new DerReader(byName.content).next()).key }
    : { keyHash: enterOctets(data.read(contextTag(2, true))) };
  const producedAt = readTime(data);
  const list = data.enter(Tag.sequence);
  const responses: SingleResponse[] = [];
  while (!list.done) {
    if (responses.length === RESPONSES) throw refuse('too many answers in an OCSP response');
    responses.push(readSingle(list.enter(Tag.sequence)));
  }
  const extensions = readWrapped(data.optional(contextTag(1, true)));
  data.end();
  return { responder, producedAt, responses, extensions };
}

function readSingle(single: DerReader): SingleResponse {
  const id = single.enter(Tag.sequence);
  const algorithm = readOid(id.enter(Tag.sequence).read(Tag.oid));
  const hash = algorithm === Oid.sha1 ? 'sha1' : algorithm === Oid.sha256 ? 'sha256' : 'other';
  const issuerName = id.read(Tag.octetString).content;
  const issuerKey = id.read(Tag.octetString).content;
  const serial = readInteger(id.read(Tag.integer)).toString('hex');
  id.end();
  const status = readStatus(single.next());
  const thisUpdate = readTime(single);
  const next = single.optional(contextTag(0, true));
  const extensions = readWrapped(single.optional(contextTag(1, true)));
  single.end();
  return {
    id: { hash, issuerName, issuerKey, serial },
    status,
    thisUpdate,
    ...(next && { nextUpdate: readTime(new DerReader(next.content)) }),
    extensions,
  };
}

function readStatus({ tag, content }: DerElement): OcspStatus {
  if (tag === contextTag(0) && content.length === 0) return { status: 'good' };
  if (tag === contextTag(2) && content.length === 0) return { status: 'unknown' };
  if (tag !== contextTag(1, true)) throw refuse('an improper certificate status');
  const reader = new DerReader(content);
  const revokedAt = readTime(reader);
  const reason = reader.optional(contextTag(0, true));
  reader.end();
  if (reason === undefined) return { status: 'revoked', revokedAt };
  const [code = 0] = new DerReader(reason.content).read(Tag.enumerated).content;
  return { status: 'revoked', revokedAt, reason: reasonName(code) };
}

function readCertificates(wrapped: DerElement): readonly Certificate[] {
  const list = enterWhole(wrapped.content, Tag.sequence);
  const certificates: Certificate[] = [];
  while (!list.done) {
    if (certificates.length === CERTIFICATES) throw refuse('too many certificates in an OCSP response');
    certificates.push(parseCertificate(list.next().encoded));
  }
  return certificates;
}

function readWrapped(element: DerElement | undefined): Extensions {
  return element === undefined ? noExtensions : readExtensions(enterWhole(element.content, Tag.sequence));
}

function enterOctets(element: DerElement): Buffer {
  const reader = new DerReader(element.content);
  const { content } = reader.read(Tag.octetString);
  reader.end();
  return content;
}
