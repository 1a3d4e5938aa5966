/** Certification path validation (RFC 5280 section 6) for the signer of a document, as a list of report checks. */
import { type Check, type CheckId, failed, passed, warned } from '../../core/contract/report.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { type Path, pathRules } from './pathRules.ts';
import { defaultPathLimits, type PathLimits, searchPaths } from './pathSearch.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** What is known about revocation of the certificates of a path at a time. */
export type RevocationStatus =
  | { readonly status: 'good' }
  | { readonly status: 'revoked'; readonly reason: string }
  /** Nothing fresh is known, and the operator's policy lets that pass. */
  | { readonly status: 'not-checked'; readonly reason: string }
  /** Nothing fresh is known, and that is not accepted. */
  | { readonly status: 'undetermined'; readonly reason: string };

/** Answers from evidence at hand (CRLs, OCSP responses fetched before); it does no I/O of its own. */
export type RevocationPort = (path: Path, at: Date) => RevocationStatus;

export interface PathRequest {
  /** DER of the signer's certificate. */
  readonly leaf: Buffer;
  /** DER of further certificates, in any order and from any source: hints, not trusted. Unreadable ones are passed over. */
  readonly intermediates: readonly Buffer[];
  /** DER of the operator's trust anchors. */
  readonly anchors: readonly Buffer[];
  /** DER of intermediate certificates that the operator keeps for senders who leave them out; they are not anchors. */
  readonly knownIntermediates?: readonly Buffer[];
  /** The validation time. */
  readonly at: Date;
  readonly limits?: Partial<PathLimits>;
  readonly revocation?: RevocationPort;
}

export interface PathResult {
  readonly ok: boolean;
  /** One check each of {@link pathChecks}. */
  readonly checks: readonly Check[];
  /** The signer's certificate, if it could be read. */
  readonly leaf?: Certificate;
  /** The path that was judged, leaf first and anchor last; empty if none reached an anchor. */
  readonly path: readonly Certificate[];
}

/** The checks that a validation always reports, in this order. */
export const pathChecks = [
  'certificate-path',
  'certificate-algorithm',
  'certificate-validity',
  'key-usage',
  'revocation',
] as const satisfies readonly CheckId[];

export type PathValidator = (request: Pick<PathRequest, 'leaf' | 'intermediates' | 'at'>) => PathResult;

/**
 * Validates the signer's certificate against trust anchors. Never throws for anything in `leaf` or `intermediates`.
 *
 * @throws TrustRefusal if one of the operator's certificates cannot be read: that is configuration, not input.
 */
export function validatePath(request: PathRequest): PathResult {
  return createPathValidator(request)(request);
}

type ValidatorOptions = Pick<PathRequest, 'anchors' | 'knownIntermediates' | 'limits' | 'revocation'>;

/** As {@link validatePath}, with the operator's certificates read once. */
export function createPathValidator(options: ValidatorOptions): PathValidator {
  const anchors = options.anchors.map(parseCertificate);
  const known = (options.knownIntermediates ?? []).map(parseCertificate);
  const limits = { ...defaultPathLimits, ...options.limits };
  const revocation = options.revocation ?? notChecked;
  return ({ leaf: der, intermediates, at }) => {
    if (intermediates.length > limits.candidates) {
      return refused('certificate-path', `more than ${limits.candidates} certificates beside the signer's`);
    }
    const leaf = readOrReason(der);
    if (typeof leaf === 'string') return refused('certificate-path', `the signer certificate cannot be read: ${leaf}`);
    const hints = intermediates
      .filter((hint) => !known.some((certificate) => certificate.der.equals(hint)))
      .map(readOrReason)
      .filter((hint) => typeof hint !== 'string');
    let judged: PathResult | undefined;
    const take = (path: Path): boolean => {
      const result = judge(path, at, revocation);
      if (judged === undefined || result.ok) judged = result;
      return result.ok;
    };
    const deadEnd = searchPaths({ leaf, intermediates: [...known, ...hints], anchors, limits, take });
    return judged ?? refused(deadEnd?.check ?? 'certificate-path', deadEnd?.reason ?? 'no path', leaf);
  };
}

const notChecked: RevocationPort = () => ({ status: 'not-checked', reason: 'no revocation information was consulted' });

function judge(path: Path, at: Date, revocation: RevocationPort): PathResult {
  const reasons = new Map<CheckId, string[]>();
  for (const rule of pathRules) {
    const reason = rule.broken(path, at);
    if (reason !== undefined) reasons.set(rule.check, [...(reasons.get(rule.check) ?? []), reason]);
  }
  const checks = pathChecks.map((id) => {
    if (id === 'revocation') return revocationCheck(revocation(path, at));
    const broken = reasons.get(id);
    return broken === undefined ? passed(id) : failed(id, broken.join('; '));
  });
  const ok = checks.every((check) => check.verdict !== 'fail');
  return { ok, checks, leaf: path.leaf, path: [path.leaf, ...path.issuers] };
}

function revocationCheck(answer: RevocationStatus): Check {
  switch (answer.status) {
    case 'good':
      return passed('revocation');
    case 'revoked':
    case 'undetermined':
      return failed('revocation', answer.reason);
    case 'not-checked':
      return warned('revocation', answer.reason);
  }
}

/** No path was judged: the one check that stopped the search fails, the others had no object. */
function refused(check: CheckId, reason: string, leaf?: Certificate): PathResult {
  const checks = pathChecks.map(
    (id): Check =>
      id === check ? failed(id, reason) : { id, verdict: 'not-applicable', reason: 'no certification path' },
  );
  return leaf === undefined ? { ok: false, checks, path: [] } : { ok: false, checks, leaf, path: [] };
}

function readOrReason(der: Buffer): Certificate | string {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (error instanceof TrustRefusal) return error.message;
    throw error;
  }
}
