/**
 * When an OCSP response may be believed for one certificate (RFC 6960 section 3.2 and 4.2.2.2): one named rule a line.
 * Freshness is not a rule: an old answer still tells what was revoked.
 */
import { createHash } from 'node:crypto';
import { type Certificate, usableKeyOf } from './certificate.ts';
import { keyOctets, names } from './certificateId.ts';
import { isSignedBy } from './certificateSignature.ts';
import { CLOCK_AHEAD_MS } from './crlRules.ts';
import { DerReader, Tag } from './derReader.ts';
import type { OcspResponse, SingleResponse } from './ocspResponse.ts';
import { Oid } from './oids.ts';
import { keyWeakness } from './publicKey.ts';

/** An answer put to use for a certificate. */
export interface OcspUse {
  readonly response: OcspResponse;
  /** The answer for the certificate. */
  readonly single: SingleResponse;
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly at: Date;
  /** What was sent along, if the axis itself asked. */
  readonly nonce?: Buffer | undefined;
  /** Whether a delegate that does not say `ocsp-nocheck` is known not to be revoked. */
  readonly isInGoodStanding: (delegate: Certificate) => boolean;
}

export interface OcspRule {
  readonly name: string;
  readonly broken: (use: OcspUse) => string | undefined;
}

export const ocspRules: readonly OcspRule[] = [
  {
    name: 'critical extensions are known',
    broken: ({ response, single }) => {
      const [unknown] = [...response.extensions.critical, ...single.extensions.critical].filter(
        (id) => id !== Oid.ocspNonce,
      );
      return unknown && `it has a critical extension ${unknown} that is not processed`;
    },
  },
  {
    name: 'it is not from the future',
    broken: ({ single, response, at }) =>
      Math.max(single.thisUpdate.getTime(), response.producedAt.getTime()) > at.getTime() + CLOCK_AHEAD_MS
        ? `it is only valid from ${single.thisUpdate.toISOString()}`
        : undefined,
  },
  { name: 'the nonce is the one that was sent', broken: otherNonce },
  { name: 'an authorised responder signed it', broken: unauthorised },
];

/** The first rule that a use breaks, in words. */
export function brokenOcspRule(use: OcspUse): string | undefined {
  for (const rule of ocspRules) {
    const reason = rule.broken(use);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Milliseconds after which an answer that names no next update counts as old. */
const LIFE_MS = 24 * 3_600_000;

/** When an answer stops being fresh. */
export const ocspEnd = ({ thisUpdate, nextUpdate }: SingleResponse): Date =>
  nextUpdate ?? new Date(thisUpdate.getTime() + LIFE_MS);

/** The answer for a certificate, if the response has one. */
export function answerFor(
  response: OcspResponse,
  certificate: Certificate,
  issuer: Certificate,
): SingleResponse | undefined {
  return response.responses.find(({ id }) => names(id, certificate, issuer));
}

/** Responders that sign ahead of time send none, which RFC 6960 section 4.4.1 allows: the dates speak for them. */
function otherNonce({ response, nonce }: OcspUse): string | undefined {
  const value = response.extensions.values.get(Oid.ocspNonce);
  if (nonce === undefined || value === undefined) return undefined;
  return new DerReader(value).read(Tag.octetString).content.equals(nonce)
    ? undefined
    : 'its nonce is not the one that was sent';
}

/** RFC 6960 section 4.2.2.2: the issuer itself, or whom the issuer itself certified for OCSP signing. */
function unauthorised(use: OcspUse): string | undefined {
  const { response, issuer } = use;
  if (response.scheme === undefined) return 'the algorithm of its signature is not accepted';
  const claimed = [issuer, ...response.certificates].filter((signer) => isResponder(response, signer));
  let reason = 'its responder is not the issuer and no certificate of it came along';
  for (const signer of claimed) {
    const isIssuer = signer.spki.equals(issuer.spki) && signer.subject.key === issuer.subject.key;
    const unfit = isIssuer ? undefined : unfitDelegate(signer, use);
    if (unfit === undefined && holds(response, signer)) return undefined;
    reason = unfit ?? 'its signature does not verify';
  }
  return reason;
}

function isResponder({ responder }: OcspResponse, signer: Certificate): boolean {
  if ('nameKey' in responder) return signer.subject.key === responder.nameKey;
  return createHash('sha1').update(keyOctets(signer)).digest().equals(responder.keyHash);
}

function unfitDelegate(delegate: Certificate, { issuer, at, isInGoodStanding }: OcspUse): string | undefined {
  const { extensions, scheme, tbs, signature } = delegate;
  if (extensions.extendedKeyUsage?.includes(Oid.ocspSigning) !== true) return 'its responder may not sign for OCSP';
  if (extensions.keyUsage?.has('digitalSignature') === false) return "its responder's key may not sign";
  if (extensions.basicConstraints?.ca === true) return 'its responder is another authority';
  const key = usableKeyOf(issuer);
  const issued = delegate.issuer.key === issuer.subject.key && !!key && !!scheme;
  if (!issued || !isSignedBy({ scheme, bytes: tbs, signature }, key)) {
    return "its responder was not certified by the certificate's own issuer";
  }
  if (at < delegate.notBefore || at > delegate.notAfter) return "its responder's certificate is not valid at the time";
  const strange = [...extensions.critical].find((id) => !responderExtensions.has(id));
  if (strange !== undefined) return `its responder's certificate has a critical extension ${strange}`;
  if (!extensions.present.has(Oid.ocspNoCheck) && !isInGoodStanding(delegate)) {
    return 'whether its responder was revoked is not known';
  }
  return undefined;
}

const responderExtensions: ReadonlySet<string> = new Set([
  Oid.basicConstraints,
  Oid.keyUsage,
  Oid.extKeyUsage,
  Oid.ocspNoCheck,
  Oid.subjectAltName,
]);

const verified = new WeakMap<OcspResponse, WeakMap<Certificate, boolean>>();

function holds(response: OcspResponse, signer: Certificate): boolean {
  const known = verified.get(response) ?? new WeakMap<Certificate, boolean>();
  verified.set(response, known);
  const before = known.get(signer);
  if (before !== undefined) return before;
  const { scheme, tbs, signature } = response;
  const key = keyWeakness(signer.keyKind) === undefined ? usableKeyOf(signer) : undefined;
  const result = !!key && !!scheme && isSignedBy({ scheme, bytes: tbs, signature }, key);
  known.set(signer, result);
  return result;
}
