/**
 * The verification report: what was checked about one submitted document, the verdict of each check and its reason.
 * It is plain data, stored with the dispatch and shown to sender and operator; nothing in it is secret.
 */

/** Every check there is, in the order in which a report lists them. */
export const checkIds = [
  'xml-profile',
  'leniency',
  'signature-structure',
  'signing-policy',
  'signing-certificate',
  'time-stamp',
  'algorithm',
  'signature-value',
  'digest',
  'certificate-registered',
  'certificate-path',
  'certificate-algorithm',
  'certificate-validity',
  'key-usage',
  'revocation',
  'sender-match',
  'secrecy',
  'message-fields',
  'lengths',
  'recipients',
] as const;

export type CheckId = (typeof checkIds)[number];

export type Verdict = 'pass' | 'fail' | 'warn' | 'not-applicable';

export interface Check {
  readonly id: CheckId;
  readonly verdict: Verdict;
  /** Short English sentence, at most {@link REASON_LENGTH} characters; absent when there is nothing to say. */
  readonly reason?: string;
}

/** What kind of signature the document carried; `none` is only acceptable where the sender's policy allows it. */
export type SignedKind = 'xmldsig' | 'jws' | 'both' | 'none';

/** The signing certificate, as data. Times are ISO 8601 in UTC; `serial` is lower-case hexadecimal. */
export interface Signer {
  /** SHA-256 of the DER certificate, base64url without padding. */
  readonly thumbprint: string;
  readonly subject: string;
  readonly serial: string;
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** A time-stamp that holds (RFC 3161). */
export interface StampedTime {
  /** ISO 8601 in UTC. */
  readonly time: string;
  /** Subject of the authority's certificate. */
  readonly authority: string;
  /** Object identifier of the policy under which it stamps. */
  readonly policy: string;
}

export interface Report {
  readonly v: 1;
  /**
   * Validation time, ISO 8601 in UTC: the axis's time of receipt, or that of `timeStamp` where there is one. Never a time
   * that the document claims.
   */
  readonly at: string;
  /** The time-stamp that gave the validation time. */
  readonly timeStamp?: StampedTime;
  /** When the signer says that it signed: told as it stands, never used. */
  readonly claimedTime?: string;
  readonly signed: SignedKind;
  /** Version of the trust list by which it was judged; absent where there was none. */
  readonly trust?: number;
  readonly signer?: Signer;
  readonly checks: readonly Check[];
}

/** Longest reason kept: reports are stored with every dispatch, and parts of a reason may come from the document. */
export const REASON_LENGTH = 300;

/** A check that held. */
export function passed(id: CheckId): Check {
  return { id, verdict: 'pass' };
}

/** A check that did not hold: the document must be refused. */
export function failed(id: CheckId, reason: string): Check {
  return { id, verdict: 'fail', reason: bounded(reason) };
}

/** Something a person should know; it does not refuse the document. */
export function warned(id: CheckId, reason: string): Check {
  return { id, verdict: 'warn', reason: bounded(reason) };
}

/** A check without an object in this document, such as `digest` in an unsigned one. */
export function notApplicable(id: CheckId, reason?: string): Check {
  return reason === undefined
    ? { id, verdict: 'not-applicable' }
    : { id, verdict: 'not-applicable', reason: bounded(reason) };
}

/** A block that calls itself a signature, and that no verifier recognises: named, never quoted. */
export const FOREIGN_SIGNATURE: Check = warned(
  'signature-structure',
  'a signature block outside the XMLDSig namespace: not verified, has no effect',
);

export interface ReportParts {
  readonly at: Date;
  readonly signed: SignedKind;
  readonly trust?: number | undefined;
  readonly signer?: Signer;
  readonly timeStamp?: StampedTime | undefined;
  readonly claimedTime?: string | undefined;
  readonly checks: readonly Check[];
}

/** Puts a report together; the checks are listed in the fixed order of {@link checkIds}, several of one kind as given. */
export function buildReport(parts: ReportParts): Report {
  const checks = parts.checks.toSorted((a, b) => checkIds.indexOf(a.id) - checkIds.indexOf(b.id));
  return {
    v: 1,
    at: parts.at.toISOString(),
    ...(parts.timeStamp === undefined ? {} : { timeStamp: parts.timeStamp }),
    ...(parts.claimedTime === undefined ? {} : { claimedTime: parts.claimedTime }),
    signed: parts.signed,
    ...(parts.trust === undefined ? {} : { trust: parts.trust }),
    ...(parts.signer === undefined ? {} : { signer: parts.signer }),
    checks,
  };
}

/** The failed checks, first the one that comes first in the order of checking. */
export function failuresOf(report: Pick<Report, 'checks'>): readonly Check[] {
  return report.checks.filter((check) => check.verdict === 'fail');
}

/** The warnings, in order. */
export function warningsOf(report: Pick<Report, 'checks'>): readonly Check[] {
  return report.checks.filter((check) => check.verdict === 'warn');
}

/**
 * Whether a report lets the document in: at least one check was made, none failed, and every check in `required`
 * was made and held. Asking for the required ones by name keeps a check that was forgotten from passing in silence.
 */
export function isAcceptable(report: Pick<Report, 'checks'>, required: readonly CheckId[]): boolean {
  if (report.checks.length === 0 || failuresOf(report).length > 0) return false;
  return required.every((id) => report.checks.some((check) => check.id === id && check.verdict !== 'not-applicable'));
}

function bounded(reason: string): string {
  return reason.length <= REASON_LENGTH ? reason : `${reason.slice(0, REASON_LENGTH - 1)}…`;
}
