/** The revocation side of the miniature authorities: lists, OCSP answers, and the pointers to both in certificates. */
import { createHash, sign } from 'node:crypto';
import { parseCertificate } from '../adapters/trust/certificate.ts';
import { keyOctets } from '../adapters/trust/certificateId.ts';
import { contextTag, Tag } from '../adapters/trust/derReader.ts';
import {
  der,
  derBitOctets,
  derExplicit,
  derOid,
  derSequence,
  derTime,
  derUnsigned,
} from '../adapters/trust/derWriter.ts';
import { Oid } from '../adapters/trust/oids.ts';
import { type Digest, extension, type Issued, nameDer, signatureAlgorithm } from './certificates.ts';

export interface Revoked {
  readonly certificate: Buffer;
  readonly at: Date;
  /** Number of the reason (RFC 5280 section 5.3.1). */
  readonly reason?: number;
  /** Further extensions of the entry. */
  readonly extensions?: readonly Buffer[];
}

export interface CrlDraft {
  readonly issuer: Pick<Issued, 'name' | 'privateKey'>;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  readonly revoked?: readonly Revoked[];
  /** Entries as they are, instead of `revoked`. */
  readonly entries?: Buffer;
  readonly extensions?: readonly Buffer[];
  readonly digest?: Digest;
}

/** Signs a revocation list (RFC 5280 section 5.1). */
export function issueCrl(draft: CrlDraft): Buffer {
  const { issuer, thisUpdate, nextUpdate, revoked = [], extensions = [], digest = 'sha256' } = draft;
  const algorithm = signatureAlgorithm(issuer.privateKey, digest);
  const entries = draft.entries ?? Buffer.concat(revoked.map(entryOf));
  const tbs = derSequence(
    derUnsigned(Buffer.from([1])),
    algorithm,
    nameDer(issuer.name),
    derTime(thisUpdate),
    ...(nextUpdate ? [derTime(nextUpdate)] : []),
    ...(entries.length > 0 ? [derSequence(entries)] : []),
    ...(extensions.length > 0 ? [derExplicit(0, derSequence(...extensions))] : []),
  );
  return derSequence(tbs, algorithm, derBitOctets(sign(digest, tbs, issuer.privateKey)));
}

function entryOf({ certificate, at, reason, extensions = [] }: Revoked): Buffer {
  const code = reason === undefined ? [] : [extension(Oid.reasonCode, enumerated(reason), false)];
  const all = [...code, ...extensions];
  const { serial } = parseCertificate(certificate);
  return derSequence(
    der(Tag.integer, Buffer.from(serial, 'hex')),
    derTime(at),
    ...(all.length > 0 ? [derSequence(...all)] : []),
  );
}

/** Points of an issuing distribution point extension; its flags by their numbers (RFC 5280 section 5.2.5). */
export function issuingDistributionPoint(point: {
  readonly url?: string;
  readonly flags?: readonly (1 | 2 | 4 | 5)[];
  /** Octets of ReasonFlags. */
  readonly someReasons?: Buffer;
}): Buffer {
  const { url, flags = [], someReasons } = point;
  const flag = (number: 1 | 2 | 4 | 5) =>
    flags.includes(number) ? [der(contextTag(number), Buffer.from([0xff]))] : [];
  const reasons = someReasons ? [der(contextTag(3), Buffer.from([0]), someReasons)] : [];
  const value = derSequence(
    ...(url === undefined ? [] : [derExplicit(0, pointName(url))]),
    ...flag(1),
    ...flag(2),
    ...reasons,
    ...flag(4),
    ...flag(5),
  );
  return extension(Oid.issuingDistributionPoint, value, true);
}

/** Extension of a certificate whose revocation list lies at this address. */
export function crlDistributionPoint(url: string): Buffer {
  return extension(Oid.crlDistributionPoints, derSequence(derSequence(derExplicit(0, pointName(url)))), false);
}

/** Extension of a certificate whose responder has this address. */
export function ocspResponder(url: string): Buffer {
  const access = derSequence(derOid(Oid.ocsp), der(contextTag(6), Buffer.from(url, 'latin1')));
  return extension(Oid.authorityInfoAccess, derSequence(access), false);
}

const pointName = (url: string): Buffer => der(contextTag(0, true), der(contextTag(6), Buffer.from(url, 'latin1')));

export interface OcspDraft {
  readonly certificate: Buffer;
  readonly issuer: Pick<Issued, 'name' | 'certificate'>;
  readonly responder: Pick<Issued, 'name' | 'certificate' | 'privateKey'>;
  readonly status: 'good' | 'unknown' | { readonly revokedAt: Date; readonly reason?: number };
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  /** Certificates that go along. */
  readonly chain?: readonly Buffer[];
  readonly nonce?: Buffer;
  readonly by?: 'name' | 'key';
  readonly idHash?: 'sha1' | 'sha256';
  readonly digest?: Digest;
  /** Extensions of the single answer. */
  readonly extensions?: readonly Buffer[];
}

/** Signs an OCSP answer (RFC 6960 section 4.2.1). */
export function answerOcsp(draft: OcspDraft): Buffer {
  const { responder, thisUpdate, nextUpdate, chain = [], nonce, digest = 'sha256' } = draft;
  const key = keyOctets(parseCertificate(responder.certificate));
  const single = derSequence(
    certificateId(draft),
    statusOf(draft.status),
    generalizedTime(thisUpdate),
    ...(nextUpdate ? [derExplicit(0, generalizedTime(nextUpdate))] : []),
    ...(draft.extensions ? [derExplicit(1, derSequence(...draft.extensions))] : []),
  );
  const data = derSequence(
    draft.by === 'key'
      ? derExplicit(2, der(Tag.octetString, createHash('sha1').update(key).digest()))
      : derExplicit(1, nameDer(responder.name)),
    generalizedTime(thisUpdate),
    derSequence(single),
    ...(nonce ? [derExplicit(1, derSequence(extension(Oid.ocspNonce, der(Tag.octetString, nonce), false)))] : []),
  );
  const basic = derSequence(
    data,
    signatureAlgorithm(responder.privateKey, digest),
    derBitOctets(sign(digest, data, responder.privateKey)),
    ...(chain.length > 0 ? [derExplicit(0, derSequence(...chain))] : []),
  );
  const bytes = derSequence(derOid(Oid.ocspBasic), der(Tag.octetString, basic));
  return derSequence(enumerated(0), derExplicit(0, bytes));
}

/** An OCSP response without an answer, such as 3, "try later". */
export const ocspFailure = (status: number): Buffer => derSequence(enumerated(status));

function certificateId({ certificate, issuer, idHash = 'sha1' }: OcspDraft): Buffer {
  const digest = (bytes: Buffer) => createHash(idHash).update(bytes).digest();
  return derSequence(
    derSequence(derOid(Oid[idHash]), der(Tag.null)),
    der(Tag.octetString, digest(nameDer(issuer.name))),
    der(Tag.octetString, digest(keyOctets(parseCertificate(issuer.certificate)))),
    der(Tag.integer, Buffer.from(parseCertificate(certificate).serial, 'hex')),
  );
}

function statusOf(status: OcspDraft['status']): Buffer {
  if (status === 'good') return der(contextTag(0));
  if (status === 'unknown') return der(contextTag(2));
  const reason = status.reason === undefined ? [] : [derExplicit(0, enumerated(status.reason))];
  return der(contextTag(1, true), generalizedTime(status.revokedAt), ...reason);
}

const enumerated = (value: number): Buffer => der(Tag.enumerated, Buffer.from([value]));

/** OCSP writes all of its times so, whatever the year. */
const generalizedTime = (time: Date): Buffer =>
  der(Tag.generalizedTime, Buffer.from(`${time.toISOString().replace(/\.\d+Z$|[-:T]/g, '')}Z`, 'ascii'));
