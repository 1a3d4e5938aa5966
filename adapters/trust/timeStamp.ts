/** Judging RFC 3161 time-stamp tokens: what was stamped, by whom, and whether that authority is believed. */
import { createHash } from 'node:crypto';
import type { XadesTimeStamp } from '../../core/verify/opened.ts';
import type { TimeStampJudge, TimeStampVerdict } from '../../core/verify/timeStampJudge.ts';
import { type Certificate, issuerNameOf, parseCertificate, usableKeyOf } from './certificate.ts';
import { isSignedBy } from './certificateSignature.ts';
import { createPathValidator, type RevocationPort } from './path.ts';
import { parseTimeStampToken, type TimeStampToken, type TokenHash } from './timeStampToken.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** Judges one token at a moment: a time-stamp cannot come from the future. */
export type TimeStampValidator = (stamp: XadesTimeStamp, now: Date) => TimeStampVerdict;

/** Milliseconds that an authority's clock may be ahead of ours. */
const AHEAD = 60_000;

/**
 * A judge that believes authorities below these anchors. It never throws for anything in a token.
 *
 * @throws TrustRefusal if an anchor cannot be read: that is configuration, not input.
 */
export function createTimeStampValidator(options: {
  readonly anchors: readonly Buffer[];
  readonly revocation?: RevocationPort;
}): TimeStampValidator {
  const validate = createPathValidator({ ...options, purpose: 'time-stamps' });
  return (stamp, now) => {
    const token = readOrReason(stamp.token);
    if (typeof token === 'string') return { ok: false, reason: token };
    const { info } = token;
    if (!stamp.imprint(info.imprint.hash).equals(info.imprint.digest)) return no('it was made for something else');
    if (info.genTime.getTime() > now.getTime() + AHEAD) return no('its time lies in the future');
    const certificate = signerOf(token);
    if (typeof certificate === 'string') return no(certificate);
    const intermediates = token.certificates.filter((der) => !der.equals(certificate.der));
    const path = validate({ leaf: certificate.der, intermediates, at: info.genTime });
    const broken = path.checks.find(({ verdict }) => verdict === 'fail');
    if (broken) return no(broken.reason ?? broken.id);
    const { genTime: time, policy, accuracyMs } = info;
    const authority = certificate.subject.text;
    return { ok: true, time, authority, policy, ...(accuracyMs === undefined ? {} : { accuracyMs }) };
  };
}

/** Time-stamps as the walk judges them; the operator's authorities are read once per version of the trust list. */
export function createTimeStampJudge(): TimeStampJudge {
  let current: { readonly sha256: string; readonly validate: TimeStampValidator } | undefined;
  return {
    judge(stamp, { now, trust: { sha256, list } }) {
      const anchors = list.timeStamps.anchors.map((der) => Buffer.from(der, 'base64'));
      if (anchors.length === 0) return no('the trust list names no authority for time-stamps');
      if (current?.sha256 !== sha256) current = { sha256, validate: createTimeStampValidator({ anchors }) };
      return current.validate(stamp, now);
    },
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
