/**
 * When a revocation list may be believed for one certificate (RFC 5280 section 6.3.3): one named rule a line. Deltas and
 * lists of other issuers' certificates are refused by name rather than guessed at. Whether the list is still fresh is not
 * a rule: a stale one still tells what was revoked.
 */
import { type Certificate, usableKeyOf } from './certificate.ts';
import { isSignedBy } from './certificateSignature.ts';
import type { Crl } from './crl.ts';
import { ALL_REASONS, type CrlScope, type DistributionPoint, nameText } from './distributionPoints.ts';
import { Oid } from './oids.ts';
import { keyWeakness } from './publicKey.ts';

/** Milliseconds that a responder's clock may be ahead. */
export const CLOCK_AHEAD_MS = 5 * 60_000;

/** A list that somebody claims to have signed. */
export interface CrlClaim {
  readonly crl: Crl;
  readonly scope: CrlScope;
  /** Certificates with the issuer's name that may have signed it: of the path, or delegates that it vouches for. */
  readonly signers: readonly Certificate[];
  readonly at: Date;
}

/** A list put to use for a certificate. */
export interface CrlUse extends CrlClaim {
  readonly certificate: Certificate;
  readonly points: readonly DistributionPoint[];
}

export interface CrlRule<T> {
  readonly name: string;
  /** Says how the list breaks the rule, or nothing. */
  readonly broken: (use: T) => string | undefined;
}

/** Extensions that the rules below act on, or that restrict nothing: they may be critical. */
const processedExtensions: ReadonlySet<string> = new Set([
  Oid.crlNumber,
  Oid.authorityKeyIdentifier,
  Oid.issuingDistributionPoint,
  Oid.deltaCrlIndicator,
]);

/** What must hold of a list whichever certificate it is asked about. */
export const crlRules: readonly CrlRule<CrlClaim>[] = [
  {
    name: 'it is a whole list',
    broken: ({ crl }) =>
      crl.extensions.present.has(Oid.deltaCrlIndicator) ? 'it is a delta list, which is not processed' : undefined,
  },
  {
    name: 'it is of one issuer',
    broken: ({ scope }) => (scope.indirect ? 'it is an indirect list, which is not processed' : undefined),
  },
  { name: 'critical extensions are known', broken: unknownCritical },
  { name: 'entries are known', broken: ({ crl }) => crl.entries.unprocessed },
  {
    name: 'it says when the next one comes',
    broken: ({ crl }) => (crl.nextUpdate === undefined ? 'it does not say when the next one comes' : undefined),
  },
  {
    name: 'it is not from the future',
    broken: ({ crl, at }) =>
      crl.thisUpdate.getTime() > at.getTime() + CLOCK_AHEAD_MS
        ? `it is only valid from ${crl.thisUpdate.toISOString()}`
        : undefined,
  },
  { name: 'the issuer signed it', broken: unsigned },
];

/** What must hold besides, for one certificate. */
export const crlScopeRules: readonly CrlRule<CrlUse>[] = [
  { name: 'it covers this kind of certificate', broken: outOfScope },
  { name: 'it is of a distribution point of the certificate', broken: otherPoint },
];

/** The first rule that a list breaks whatever it is asked about, in words. */
export const brokenCrlClaim = (claim: CrlClaim): string | undefined => firstBroken(crlRules, claim);

/** The first rule that a list breaks for a certificate, in words; its signature, which costs most, is looked at last. */
export const brokenCrlRule = (use: CrlUse): string | undefined =>
  firstBroken(crlScopeRules, use) ?? brokenCrlClaim(use);

function firstBroken<T>(rules: readonly CrlRule<T>[], use: T): string | undefined {
  for (const rule of rules) {
    const reason = rule.broken(use);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Bits of the reasons for which a list that breaks no rule tells about the certificate. */
export function coveredReasons({ scope, points }: Pick<CrlUse, 'scope' | 'points'>): number {
  if (scope.names === undefined) return scope.reasons;
  const { names } = scope;
  const fitting = points.filter((point) => point.names.some((name) => names.includes(name)));
  const asked = fitting.reduce((bits, point) => bits | point.reasons, 0);
  return scope.reasons & (fitting.length === 0 ? ALL_REASONS : asked);
}

function unknownCritical({ crl }: CrlClaim): string | undefined {
  const unknown = [...crl.extensions.critical].find((id) => !processedExtensions.has(id));
  return unknown && `it has a critical extension ${unknown} that is not processed`;
}

function outOfScope({ scope, certificate }: CrlUse): string | undefined {
  const isAuthority = certificate.extensions.basicConstraints?.ca === true;
  if (isAuthority ? scope.authorityCertificates : scope.userCertificates) return undefined;
  return `it covers only ${scope.attributeCertificates ? 'attribute' : isAuthority ? "users'" : "authorities'"} certificates`;
}

/** RFC 5280 section 6.3.3 (b)(2)(i): a list of one distribution point serves the certificates that name that point. */
function otherPoint({ scope, points, certificate }: CrlUse): string | undefined {
  if (scope.names === undefined) return undefined;
  const own = points.filter(({ crlIssuers }) => crlIssuers.length === 0).flatMap((point) => point.names);
  const asked = points.length === 0 ? [nameText(certificate.issuer)] : own;
  return scope.names.some((name) => asked.includes(name))
    ? undefined
    : 'it is of another distribution point than the certificate names';
}

function unsigned({ crl, signers }: CrlClaim): string | undefined {
  if (crl.scheme === undefined) return 'the algorithm of its signature is not accepted';
  const allowed = signers.filter((signer) => signer.extensions.keyUsage?.has('cRLSign') !== false);
  if (allowed.length === 0) return 'its issuer may not sign revocation lists';
  return allowed.some((signer) => isCrlSignedBy(crl, signer)) ? undefined : 'its signature does not verify';
}

const verified = new WeakMap<Crl, WeakMap<Certificate, boolean>>();

/** Whether the certificate's key made the list's signature; hashed and checked once for each pair. */
function isCrlSignedBy(crl: Crl, signer: Certificate): boolean {
  const known = verified.get(crl) ?? new WeakMap<Certificate, boolean>();
  verified.set(crl, known);
  const before = known.get(signer);
  if (before !== undefined) return before;
  const key = keyWeakness(signer.keyKind) === undefined ? usableKeyOf(signer) : undefined;
  const { scheme, tbs, signature } = crl;
  const holds = !!key && !!scheme && isSignedBy({ scheme, bytes: tbs, signature }, key);
  known.set(signer, holds);
  return holds;
}
