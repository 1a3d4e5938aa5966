/** Finding certification paths from a leaf to a trust anchor, with every kind of work bounded. */
import type { CheckId } from '../../core/contract/report.ts';
import { type Certificate, usableKeyOf } from './certificate.ts';
import { isSignedBy } from './certificateSignature.ts';
import type { Path } from './pathRules.ts';
import type { PathWork } from './pathWork.ts';
import { keyWeakness } from './publicKey.ts';

/** Why a search ended without a path that was taken. */
export interface DeadEnd {
  readonly check: CheckId;
  readonly reason: string;
}

export interface PathSearch {
  readonly leaf: Certificate;
  readonly intermediates: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  /** Most certificates in one path, leaf and anchor included. */
  readonly certificates: number;
  readonly work: PathWork;
  /** Judges a complete path; the search ends at the first that is taken. */
  readonly take: (path: Path) => boolean;
}

/**
 * Walks from the leaf upwards through issuers whose name matches and whose key made the signature. Key identifiers only
 * order the attempts. Returns nothing when a path was taken, else the first dead end met.
 */
export function searchPaths(search: PathSearch): DeadEnd | undefined {
  const { work } = search;
  let deadEnd: DeadEnd | undefined;
  const stop = (check: CheckId, reason: string): false => {
    deadEnd ??= { check, reason };
    return false;
  };

  const isIssuedBy = (certificate: Certificate, issuer: Certificate): boolean => {
    const names = `"${certificate.subject.text}" by "${issuer.subject.text}"`;
    const weakness = keyWeakness(issuer.keyKind);
    if (weakness !== undefined) return stop('certificate-algorithm', `"${issuer.subject.text}" has ${weakness}`);
    const { scheme, tbs, signature } = certificate;
    if (scheme === undefined)
      return stop('certificate-algorithm', `the algorithm of the signature on ${names} is not accepted`);
    if (verified.get(certificate)?.has(issuer)) return true;
    if (!work.allows('signatureChecks')) return stop('certificate-path', 'too many signatures to check');
    const key = usableKeyOf(issuer);
    if (key && isSignedBy({ scheme, bytes: tbs, signature }, key)) return remember(certificate, issuer);
    return stop('certificate-path', `the signature on ${names} does not verify`);
  };

  const judge = (path: Path): boolean =>
    work.allows('paths') ? search.take(path) : stop('certificate-path', 'too many paths to an anchor to judge');

  const climb = (path: Path): boolean => {
    const top = path.issuers.at(-1) ?? path.leaf;
    if (path.issuers.length + 1 >= search.certificates) return stop('certificate-path', 'the path is too long');
    if (!work.allows('steps')) return stop('certificate-path', 'too many ways to an anchor to try');
    const anchors = issuersOf(top, search.anchors);
    const others = issuersOf(top, search.intermediates).filter((issuer) => !contains(path, issuer));
    if (anchors.length + others.length === 0) {
      return stop('certificate-path', `no accepted issuer for "${top.subject.text}", issued by "${top.issuer.text}"`);
    }
    const extend = (issuer: Certificate): Path => ({ leaf: path.leaf, issuers: [...path.issuers, issuer] });
    return (
      anchors.some((anchor) => isIssuedBy(top, anchor) && judge(extend(anchor))) ||
      others.some((issuer) => isIssuedBy(top, issuer) && climb(extend(issuer)))
    );
  };

  return climb({ leaf: search.leaf, issuers: [] })
    ? undefined
    : (deadEnd ?? { check: 'certificate-path', reason: 'no certification path holds' });
}

/** Candidates with the issuer's name; those whose key identifier fits come first. */
function issuersOf(certificate: Certificate, candidates: readonly Certificate[]): readonly Certificate[] {
  const wanted = certificate.extensions.authorityKeyIdentifier;
  const fits = (candidate: Certificate): number =>
    wanted !== undefined && candidate.extensions.subjectKeyIdentifier?.equals(wanted) ? 0 : 1;
  return candidates
    .filter((candidate) => candidate.subject.key === certificate.issuer.key)
    .toSorted((a, b) => fits(a) - fits(b));
}

/** Whether a path already holds the same name with the same key, which would only go round in a circle. */
function contains({ leaf, issuers }: Path, candidate: Certificate): boolean {
  return [leaf, ...issuers].some(
    (certificate) => certificate.subject.key === candidate.subject.key && certificate.spki.equals(candidate.spki),
  );
}

const verified = new WeakMap<Certificate, WeakSet<Certificate>>();

/** The operator's own certificates are checked against each other once; those of a sender are forgotten with the request. */
function remember(certificate: Certificate, issuer: Certificate): true {
  const issuers = verified.get(certificate) ?? new WeakSet();
  verified.set(certificate, issuers.add(issuer));
  return true;
}
