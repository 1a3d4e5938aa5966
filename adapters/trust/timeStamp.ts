/** Judging RFC 3161 time-stamp tokens: what was stamped, by whom, and whether that authority is believed. */
import { createHash } from 'node:crypto';
import type { PublishedTrust } from '../../core/contract/trustList.ts';
import type { XadesTimeStamp } from '../../core/verify/opened.ts';
import type { TimeStampJudge, TimeStampVerdict } from '../../core/verify/timeStampJudge.ts';
import { type Certificate, issuerNameOf, parseCertificate, usableKeyOf } from './certificate.ts';
import { isSignedBy } from './certificateSignature.ts';
import { createPathValidator, type RevocationPort } from './path.ts';
import type { PathRule } from './pathRules.ts';
import { type RevocationTerms, revocationAtHand } from './revocationAtHand.ts';
import { parseTimeStampToken, type TimeStampToken, type TokenHash } from './timeStampToken.ts';
import { TrustRefusal } from './trustRefusal.ts';
import { certificateRules } from './trustRules.ts';

export interface TimeStampTerms {
  /** The moment of judging: a time-stamp cannot come from the future. */
  readonly now: Date;
  /** What is known of an authority's certificate (DER) being revoked; not asked if absent. */
  readonly revocationOf?: (leaf: Buffer) => RevocationPort;
}

export type TimeStampValidator = (stamp: XadesTimeStamp, terms: TimeStampTerms) => TimeStampVerdict;

/** Milliseconds that an authority's clock may be ahead of ours. */
const AHEAD = 60_000;

/**
 * Judges tokens by the authorities below these anchors. It never throws for anything in a token.
 *
 * @throws TrustRefusal if a certificate of the options cannot be read: that is configuration, not input.
 */
export function createTimeStampValidator(options: {
  /** DER. */
  readonly anchors: readonly Buffer[];
  /** DER of authorities below the anchors, for tokens that leave them out. */
  readonly knownIntermediates?: readonly Buffer[];
  /** Rules of the trust list for certificates. */
  readonly further?: readonly PathRule[];
}): TimeStampValidator {
  const validate = createPathValidator({ ...options, purpose: 'time-stamps' });
  return (stamp, { now, revocationOf }) => {
    const token = readOrReason(stamp.token);
    if (typeof token === 'string') return { ok: false, reason: token };
    const { info } = token;
    if (!stamp.imprint(info.imprint.hash).equals(info.imprint.digest)) return no('it was made for something else');
    if (info.genTime.getTime() > now.getTime() + AHEAD) return no('its time lies in the future');
    const certificate = signerOf(token);
    if (typeof certificate === 'string') return no(certificate);
    const path = validate({
      leaf: certificate.der,
      intermediates: token.certificates.filter((der) => !der.equals(certificate.der)),
      at: info.genTime,
      ...(options.further && { further: options.further }),
      ...(revocationOf && { revocation: revocationOf(certificate.der) }),
    });
    const broken = path.checks.find(({ verdict }) => verdict === 'fail');
    if (broken) return no(broken.reason ?? broken.id);
    const doubt = path.checks.find(({ verdict }) => verdict === 'warn')?.reason;
    const { genTime: time, policy, accuracyMs } = info;
    const authority = certificate.subject.text;
    return {
      ok: true,
      time,
      authority,
      policy,
      ...(accuracyMs === undefined ? {} : { accuracyMs }),
      ...(doubt === undefined ? {} : { doubt }),
    };
  };
}

interface Reading {
  readonly sha256: string;
  readonly validate: TimeStampValidator;
  readonly terms: RevocationTerms;
}

/** Time-stamps as the walk judges them; the operator's authorities are read once per version of the trust list. */
export function createTimeStampJudge(): TimeStampJudge {
  let current: Reading | undefined;
  return {
    judge(stamp, { now, trust, news }) {
      if (trust.list.timeStamps.anchors.length === 0) return no('the trust list names no authority for time-stamps');
      if (current?.sha256 !== trust.sha256) current = readingOf(trust);
      const { validate, terms } = current;
      return validate(stamp, { now, revocationOf: (leaf) => revocationAtHand({ news, at: now }, terms, leaf) });
    },
  };
}

function readingOf({ sha256, list }: PublishedTrust): Reading {
  const read = (der: string): Buffer => Buffer.from(der, 'base64');
  const knownIntermediates = list.intermediates.map(read);
  return {
    sha256,
    validate: createTimeStampValidator({
      anchors: list.timeStamps.anchors.map(read),
      knownIntermediates,
      further: certificateRules(list),
    }),
    terms: { signers: knownIntermediates.map(parseCertificate), policy: list.revocation },
  };
}

/** The certificate whose key made the signature, after RFC 5652 section 5.6, or what is wrong. */
function signerOf({ content, signer, certificates }: TimeStampToken): Certificate | string {
  const digestOf = (hash: TokenHash, bytes: Buffer): Buffer => createHash(hash).update(bytes).digest();
  if (!digestOf(signer.hash, content).equals(signer.contentDigest)) return 'its content is not what was signed';
  const { hash, digest } = signer.certificateDigest;
  const der = certificates.find((candidate) => digestOf(hash, candidate).equals(digest));
  if (der === undefined) return "the authority's certificate is not in it";
  const certificate = parseOrNothing(der);
  if (certificate === undefined) return "the authority's certificate cannot be read";
  if (!isNamed(signer.id, certificate)) return "its signer and the authority's certificate differ";
  const key = usableKeyOf(certificate);
  const { scheme, signedBytes: bytes, signature } = signer;
  return key && isSignedBy({ scheme, bytes, signature }, key) ? certificate : 'its signature does not hold';
}

function isNamed(id: TimeStampToken['signer']['id'], certificate: Certificate): boolean {
  if ('keyIdentifier' in id) return certificate.extensions.subjectKeyIdentifier?.equals(id.keyIdentifier) === true;
  return id.serial === certificate.serial && id.issuerName.equals(issuerNameOf(certificate));
}

function parseOrNothing(der: Buffer): Certificate | undefined {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (error instanceof TrustRefusal) return undefined;
    throw error;
  }
}

function readOrReason(der: Buffer): TimeStampToken | string {
  try {
    return parseTimeStampToken(der);
  } catch (error) {
    if (error instanceof TrustRefusal) return error.message;
    throw error;
  }
}

const no = (reason: string): TimeStampVerdict => ({ ok: false, reason: `the time-stamp does not hold: ${reason}` });
