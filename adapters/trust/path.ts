/** Certification path validation (RFC 5280 section 6) for the signer of a document, as a list of report checks. */
import { type Check, type CheckId, failed, passed, warned } from '../../core/contract/report.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { type Path, type PathRule, type PathTerms, pathRules, signerRules, timeStamperRules } from './pathRules.ts';
import { searchPaths } from './pathSearch.ts';
import { defaultPathLimits, type PathLimits, PathWork, type WorkKind } from './pathWork.ts';
import type { PolicyInputs } from './policyGraph.ts';
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

export type PathPurpose = 'documents' | 'time-stamps' | 'any';

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
  /** Certificate policies that are asked for; none unless said. */
  readonly policy?: PolicyInputs;
  /** What the leaf must be for: signing documents (the default), time-stamps, or anything that RFC 5280 allows. */
  readonly purpose?: PathPurpose;
  /** Rules beside those of RFC 5280, such as the operator's for this sender: a path that breaks one is not taken. */
  readonly further?: readonly PathRule[];
}

export interface PathResult {
  readonly ok: boolean;
  /** One check each of {@link pathChecks}. */
  readonly checks: readonly Check[];
  /** The signer's certificate, if it could be read. */
  readonly leaf?: Certificate;
  /** The path that was judged, leaf first and anchor last; empty if none reached an anchor. */
  readonly path: readonly Certificate[];
  /** What the validation cost; always within its limits. */
  readonly work: Readonly<Record<WorkKind, number>>;
}

/** The checks that a validation always reports, in this order. */
export const pathChecks = [
  'certificate-path',
  'certificate-algorithm',
  'certificate-validity',
  'key-usage',
  'revocation',
] as const satisfies readonly CheckId[];

/** What differs from one request of a validator to the next; revocation may, and is else the validator's own. */
type RequestMember = 'leaf' | 'intermediates' | 'at' | 'further' | 'revocation';

export type PathValidator = (request: Pick<PathRequest, RequestMember>) => PathResult;

/**
 * Validates the signer's certificate against trust anchors. Never throws for anything in `leaf` or `intermediates`.
 *
 * @throws TrustRefusal if one of the operator's certificates cannot be read: that is configuration, not input.
 */
export function validatePath(request: PathRequest): PathResult {
  return createPathValidator(request)(request);
}

type ValidatorOptions = Omit<PathRequest, 'leaf' | 'intermediates' | 'at' | 'further'>;

/** As {@link validatePath}, with the operator's certificates read once. */
export function createPathValidator(options: ValidatorOptions): PathValidator {
  const anchors = options.anchors.map(parseCertificate);
  const known = (options.knownIntermediates ?? []).map(parseCertificate);
  const kept = [...known, ...anchors];
  const limits = { ...defaultPathLimits, ...options.limits };
  const { revocation: usual = notChecked, policy = {}, purpose = 'documents' } = options;
  const rules = [...pathRules, ...PURPOSE_RULES[purpose]];
  return ({ leaf: der, intermediates, at, further = [], revocation = usual }) => {
    const work = new PathWork(limits);
    if (intermediates.length > limits.candidates) {
      return refused(work, `more than ${limits.candidates} certificates beside the signer's`);
    }
    const leaf = readOrReason(der);
    if (typeof leaf === 'string') return refused(work, `the signer certificate cannot be read: ${leaf}`);
    const offered = intermediates.filter((hint) => !kept.some((certificate) => certificate.der.equals(hint)));
    const { read, unreadable } = readAll(offered);
    let judged: PathResult | undefined;
    const take = (path: Path): boolean => {
      const result = judge(path, [...rules, ...further], { terms: { at, policy, work }, revocation });
      if (judged === undefined || result.ok) judged = result;
      return result.ok;
    };
    const search = { leaf, intermediates: [...known, ...read], anchors, certificates: limits.certificates, work, take };
    const deadEnd = searchPaths(search);
    if (judged !== undefined) return judged;
    const { check = 'certificate-path', reason = 'no path' } = deadEnd ?? {};
    return refused(work, [reason, ...unreadable].join('; '), { check, leaf });
  };
}

const PURPOSE_RULES: Readonly<Record<PathPurpose, readonly PathRule[]>> = {
  documents: signerRules,
  'time-stamps': timeStamperRules,
  any: [],
};

const notChecked: RevocationPort = () => ({ status: 'not-checked', reason: 'no revocation information was consulted' });

function judge(
  path: Path,
  rules: readonly PathRule[],
  { terms, revocation }: { readonly terms: PathTerms; readonly revocation: RevocationPort },
): PathResult {
  const reasons = new Map<CheckId, string[]>();
  for (const rule of rules) {
    const reason = rule.broken(path, terms);
    if (reason !== undefined) reasons.set(rule.check, [...(reasons.get(rule.check) ?? []), reason]);
  }
  const checks = pathChecks.map((id) => {
    if (id === 'revocation') return revocationCheck(revocation(path, terms.at));
    const broken = reasons.get(id);
    return broken === undefined ? passed(id) : failed(id, broken.join('; '));
  });
  const ok = checks.every((check) => check.verdict !== 'fail');
  return { ok, checks, leaf: path.leaf, path: [path.leaf, ...path.issuers], work: terms.work.done };
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
function refused(
  { done }: PathWork,
  reason: string,
  { check = 'certificate-path', leaf }: { readonly check?: CheckId; readonly leaf?: Certificate } = {},
): PathResult {
  const checks = pathChecks.map(
    (id): Check =>
      id === check ? failed(id, reason) : { id, verdict: 'not-applicable', reason: 'no certification path' },
  );
  return { ok: false, checks, path: [], work: done, ...(leaf && { leaf }) };
}

/** What a sender offers beside its own certificate; what of it cannot be read is told when no path is found. */
function readAll(offered: readonly Buffer[]): { read: readonly Certificate[]; unreadable: readonly string[] } {
  const results = offered.map(readOrReason);
  const read = results.filter((result) => typeof result !== 'string');
  const unreadable = results.filter((result) => typeof result === 'string');
  return {
    read,
    unreadable: [...new Set(unreadable)].map((reason) => `a certificate beside it cannot be read: ${reason}`),
  };
}

function readOrReason(der: Buffer): Certificate | string {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (error instanceof TrustRefusal) return error.message;
    throw error;
  }
}
