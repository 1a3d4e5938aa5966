import { createHash } from 'node:crypto';
import { type Check, failed, passed, type StampedTime, warned } from '../contract/report.ts';
import type { XadesFacts, XadesTimeStamp } from './opened.ts';
import type { TimeStampVerdict } from './timeStampJudge.ts';

/** The time that certificates are judged at, and why that one. */
export interface ValidationTime {
  readonly at: Date;
  /** The time-stamp that gave it; without one it is the time of receipt. */
  readonly timeStamp?: StampedTime;
  readonly checks: readonly Check[];
}

/**
 * The time of the first time-stamp that holds, else the time of receipt. A time-stamp that does not hold helps nobody and
 * harms nobody: it is told, and the time of receipt counts. What the signer claims is never used.
 */
export function validationTimeOf(
  xades: XadesFacts | undefined,
  received: Date,
  judge: (stamp: XadesTimeStamp) => TimeStampVerdict,
): ValidationTime {
  const reasons: string[] = [];
  for (const stamp of xades?.timeStamps ?? []) {
    const verdict = judge(stamp);
    if (verdict.ok) {
      const { time, authority, policy, doubt } = verdict;
      const check =
        doubt === undefined ? passed('time-stamp') : warned('time-stamp', `it holds; its authority: ${doubt}`);
      return { at: time, timeStamp: { time: time.toISOString(), authority, policy }, checks: [check] };
    }
    reasons.push(verdict.reason);
  }
  if (reasons.length === 0) return { at: received, checks: [] };
  return { at: received, checks: [warned('time-stamp', `${reasons.join('; ')}; the time of receipt counts`)] };
}

/** Whether a XAdES signature names the certificate that it is judged by (ETSI EN 319 132-1 section 5.2.2). */
export function signingCertificateChecks(xades: XadesFacts | undefined, certificate: Buffer): readonly Check[] {
  if (!xades) return [];
  const { hash, digest } = xades.certificateDigest;
  const same = createHash(hash).update(certificate).digest().equals(digest);
  return [
    same ? passed('signing-certificate') : failed('signing-certificate', 'the signature names another certificate'),
  ];
}
