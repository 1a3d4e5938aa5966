/** Whether the certificates of a path were revoked, judged from lists and OCSP answers at hand (RFC 5280 6.3, RFC 6960). */
import { type Certificate, parseCertificate, usableKeyOf } from './certificate.ts';
import { isSignedBy } from './certificateSignature.ts';
import { type Crl, parseCrl } from './crl.ts';
import { brokenCrlRule, coveredReasons } from './crlRules.ts';
import { ALL_REASONS, readDistributionPoints, readRevocationAddresses, readScope } from './distributionPoints.ts';
import { type OcspResponse, parseOcspResponse } from './ocspResponse.ts';
import { answerFor, brokenOcspRule, ocspEnd } from './ocspRules.ts';
import { Oid } from './oids.ts';
import { orNothing, readable } from './orNothing.ts';
import type { RevocationPort, RevocationStatus } from './path.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** What to do with a certificate of which nothing fresh is known. */
export interface StalePolicy {
  readonly whenStale: 'refuse' | 'accept-and-flag';
  /** For `accept-and-flag`: hours after the end of the last news for which it is accepted. */
  readonly hours: number;
}

export interface RevocationSources {
  /** Revocation lists that were read; see {@link readCrls}. */
  readonly crls: readonly Crl[];
  readonly ocsp?: readonly OcspResponse[];
  /** Certificates that may sign lists in their issuer's name beside those of the path; nothing of them is trusted. */
  readonly signers?: readonly Certificate[];
  readonly policy: StalePolicy;
  /** Since when an address that a certificate names has given nothing at all. */
  readonly failingSince?: (address: string) => Date | undefined;
}

/** As {@link RevocationSources}, in DER. */
export interface RevocationRequest extends Pick<RevocationSources, 'failingSince'> {
  readonly crls: readonly Buffer[];
  readonly ocsp?: readonly Buffer[];
  readonly signers?: readonly Buffer[];
  /** `refuse` unless said. */
  readonly policy?: StalePolicy;
}

const HOUR_MS = 3_600_000;

/** Judges revocation by evidence in DER; what cannot be read is passed over, and so tells nothing. */
export function createRevocation(request: RevocationRequest): RevocationPort {
  return revocationFrom({
    ...request,
    crls: readable(request.crls, parseCrl),
    ocsp: readable(request.ocsp ?? [], parseOcspResponse),
    signers: readable(request.signers ?? [], parseCertificate),
    policy: request.policy ?? { whenStale: 'refuse', hours: 0 },
  });
}

/** The same with evidence that was read before. */
export function revocationFrom(sources: RevocationSources): RevocationPort {
  return (path, at) => {
    const chain = [path.leaf, ...path.issuers];
    const findings = chain.slice(0, -1).map((certificate, index) => {
      const use = { certificate, issuers: chain.slice(index + 1), at };
      return settle(inquire(use, sources, []), use, sources);
    });
    const worst = (status: RevocationStatus['status']) => findings.filter((finding) => finding.status === status);
    for (const status of ['revoked', 'undetermined', 'not-checked'] as const) {
      const reasons = worst(status).map((finding) => ('reason' in finding ? finding.reason : ''));
      if (reasons.length > 0) return { status, reason: reasons.join('; ') };
    }
    return { status: 'good' };
  };
}

/** What the evidence says of one certificate. */
type Finding =
  | { readonly says: 'good' }
  | { readonly says: 'revoked' | 'unknown'; readonly why: string }
  /** Nothing fresh. `since`: the end of the newest news that said nothing bad. */
  | { readonly says: 'nothing'; readonly why: string; readonly since?: Date };

interface Inquiry {
  readonly certificate: Certificate;
  /** From the certificate's issuer up to the anchor. */
  readonly issuers: readonly Certificate[];
  readonly at: Date;
}

/** Revoked by any evidence is revoked; good needs one whole and fresh piece of it. */
function inquire(use: Inquiry, sources: RevocationSources, asking: readonly Certificate[]): Finding {
  const byList = inquireLists(use, sources, asking);
  if (byList.says === 'revoked') return byList;
  const answers = (sources.ocsp ?? []).map((response) => inquireOcsp(use, response, { sources, asking }));
  const find = (says: Finding['says']) => answers.find((finding) => finding?.says === says);
  return (
    find('revoked') ?? (byList.says === 'good' ? byList : (find('good') ?? find('unknown') ?? latest(byList, answers)))
  );
}

function latest(byList: Finding, answers: readonly (Finding | undefined)[]): Finding {
  let newest = byList;
  for (const answer of answers) {
    if (answer?.says !== 'nothing' || newest.says !== 'nothing') continue;
    const why = [newest.why, answer.why].filter((text) => text !== '').join(', ');
    const since = [newest.since, answer.since].filter((date) => date !== undefined).toSorted((a, b) => +b - +a)[0];
    newest = { says: 'nothing', why, ...(since && { since }) };
  }
  return newest;
}

function inquireLists(use: Inquiry, sources: RevocationSources, asking: readonly Certificate[]): Finding {
  const { certificate, at } = use;
  const why: string[] = [];
  let covered = 0;
  let since: Date | undefined;
  for (const crl of sources.crls) {
    if (crl.issuer.key !== certificate.issuer.key) continue;
    const found = consult(crl, use, { sources, asking });
    if (typeof found === 'string') {
      why.push(`a list of its issuer cannot be used: ${found}`);
      continue;
    }
    const entry = crl.entries.find(Buffer.from(certificate.serial, 'hex'));
    if (entry) return { says: 'revoked', why: revokedText(entry) };
    const end = endOf(crl, certificate, crl.nextUpdate ?? crl.thisUpdate);
    if (end >= at) covered |= found.reasons;
    else if (since === undefined || end > since) since = end;
  }
  if (covered === ALL_REASONS) {
    const hasDelta = [certificate, ...sources.crls.filter((crl) => crl.issuer.key === certificate.issuer.key)].some(
      ({ extensions }) => extensions.present.has(Oid.freshestCrl),
    );
    if (!hasDelta) return { says: 'good' };
    why.push('its issuer publishes what changed in delta lists, which are not processed');
  } else if (covered !== 0) why.push('the lists at hand cover some reasons only');
  if (since) why.push(endedText('revocation list', since, certificate));
  return { says: 'nothing', why: why.join(', '), ...(since && { since }) };
}

/** The reasons that a list covers for a certificate, or why it cannot be used. */
function consult(
  crl: Crl,
  { certificate, issuers, at }: Inquiry,
  by: { sources: RevocationSources; asking: readonly Certificate[] },
): string | { readonly reasons: number } {
  try {
    const scope = readScope(crl.extensions, crl.issuer);
    const points = readDistributionPoints(certificate.extensions, certificate.issuer);
    const own = issuers.filter(({ subject }) => subject.key === crl.issuer.key);
    const use = { crl, scope, certificate, points, at };
    const broken = brokenCrlRule({ ...use, signers: own });
    if (broken === undefined) return { reasons: coveredReasons(use) };
    const delegates = delegatesOf(crl, { certificate, issuers, at }, by);
    if (delegates.length > 0 && brokenCrlRule({ ...use, signers: delegates }) === undefined) {
      return { reasons: coveredReasons(use) };
    }
    return broken;
  } catch (error) {
    if (error instanceof TrustRefusal) return error.message;
    throw error;
  }
}

/**
 * Certificates in the name of the list's issuer, for signing lists, that an authority of the path issued and that are in
 * good standing themselves: an authority may keep another key for its lists (RFC 5280 section 6.3.3 (f)).
 */
function delegatesOf(
  crl: Crl,
  { issuers, at }: Inquiry,
  { sources, asking }: { sources: RevocationSources; asking: readonly Certificate[] },
): readonly Certificate[] {
  return (sources.signers ?? []).filter((signer) => {
    const { subject, extensions, notBefore, notAfter } = signer;
    if (subject.key !== crl.issuer.key || extensions.keyUsage?.has('cRLSign') !== true) return false;
    if (at < notBefore || at > notAfter || asking.includes(signer)) return false;
    if ([...extensions.critical].some((id) => id !== Oid.keyUsage && id !== Oid.basicConstraints)) return false;
    const level = issuers.findIndex((issuer) => isIssuedBy(signer, issuer));
    if (level < 0) return false;
    const use = { certificate: signer, issuers: issuers.slice(level), at };
    return inquire(use, sources, [...asking, signer]).says === 'good';
  });
}

function isIssuedBy({ issuer: name, scheme, tbs, signature }: Certificate, issuer: Certificate): boolean {
  if (name.key !== issuer.subject.key || scheme === undefined) return false;
  const key = usableKeyOf(issuer);
  return key !== undefined && isSignedBy({ scheme, bytes: tbs, signature }, key);
}

function inquireOcsp(
  { certificate, issuers, at }: Inquiry,
  response: OcspResponse,
  { sources, asking }: { sources: RevocationSources; asking: readonly Certificate[] },
): Finding | undefined {
  const [issuer] = issuers;
  const single = issuer && answerFor(response, certificate, issuer);
  if (!issuer || !single) return undefined;
  // Of a delegate only lists are asked: an answer that it gives about itself says nothing.
  const isInGoodStanding = (delegate: Certificate): boolean =>
    !asking.includes(delegate) &&
    inquireLists({ certificate: delegate, issuers, at }, sources, [...asking, delegate]).says === 'good';
  const broken = brokenOcspRule({ response, single, certificate, issuer, at, isInGoodStanding });
  if (broken !== undefined) return { says: 'nothing', why: `an OCSP answer cannot be used: ${broken}` };
  const { status } = single;
  if (status.status === 'revoked') return { says: 'revoked', why: revokedText(status) };
  const end = endOf(single, certificate, ocspEnd(single));
  if (end < at) return { says: 'nothing', why: endedText('OCSP answer', end, certificate), since: end };
  return status.status === 'good'
    ? { says: 'good' }
    : { says: 'unknown', why: 'the responder of its issuer does not know it' };
}

/**
 * When news stop calling a certificate good. Those made after it expired never did: authorities may drop it from their lists
 * by then, and responders forget it (RFC 5280 section 3.3).
 */
const endOf = ({ thisUpdate }: { readonly thisUpdate: Date }, { notAfter }: Certificate, end: Date): Date =>
  thisUpdate > notAfter ? notAfter : end;

const endedText = (what: string, end: Date, { notAfter }: Certificate): string =>
  end === notAfter
    ? `it expired at ${end.toISOString()}, and its ${what} is of later`
    : `its ${what} ended at ${end.toISOString()}`;

/** What becomes of a finding by the operator's policy. */
function settle(finding: Finding, use: Inquiry, { policy, failingSince }: RevocationSources): RevocationStatus {
  const name = `"${use.certificate.subject.text}"`;
  switch (finding.says) {
    case 'good':
      return { status: 'good' };
    case 'revoked':
      return { status: 'revoked', reason: `${name} ${finding.why}` };
    case 'unknown':
      return { status: 'undetermined', reason: `${name}: ${finding.why}` };
    case 'nothing': {
      const since = finding.since ?? earliestFailure(use.certificate, failingSince);
      const hours = since && Math.max(0, Math.floor((use.at.getTime() - since.getTime()) / HOUR_MS));
      const why = finding.why === '' ? 'nothing is known about its revocation' : finding.why;
      const age = hours === undefined ? '' : `, ${hours} h ago`;
      const isAccepted = policy.whenStale === 'accept-and-flag' && (hours ?? 0) <= policy.hours;
      return { status: isAccepted ? 'not-checked' : 'undetermined', reason: `${name}: ${why}${age}` };
    }
  }
}

function earliestFailure(certificate: Certificate, failingSince: RevocationSources['failingSince']): Date | undefined {
  if (failingSince === undefined) return undefined;
  const named = orNothing(() => readRevocationAddresses(certificate.extensions, certificate.issuer));
  const dates = [...(named?.crl ?? []), ...(named?.ocsp ?? [])].map(failingSince).filter((date) => date !== undefined);
  return dates.toSorted((a, b) => +a - +b)[0];
}

const revokedText = ({ revokedAt, reason }: { readonly revokedAt: Date; readonly reason?: string }): string =>
  `was revoked at ${revokedAt.toISOString()}${reason === undefined ? '' : ` (${reason})`}`;
