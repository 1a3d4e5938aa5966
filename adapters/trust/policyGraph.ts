/**
 * Certificate policies along a path: RFC 5280 section 6.1 with the policy graph of RFC 9618 instead of the tree, whose
 * size could grow exponentially. A level has at most one node per policy.
 */
import type { Certificate } from './certificate.ts';
import type { Extensions } from './extensions.ts';
import { isSelfIssued } from './nameConstraints.ts';
import { Oid } from './oids.ts';
import type { PathWork } from './pathWork.ts';

/** What the operator asks of policies: inputs (c), (e), (f) and (g) of RFC 5280 section 6.1.1. */
export interface PolicyInputs {
  /** Object identifiers of policies that are acceptable; absent, or with anyPolicy among them: all are. */
  readonly acceptable?: readonly string[];
  /** Whether a path must hold under an acceptable policy; without it, no policy at all will do. */
  readonly requireExplicit?: boolean;
  /** Whether policies may not be mapped. */
  readonly inhibitMapping?: boolean;
  /** Whether anyPolicy does not count. */
  readonly inhibitAny?: boolean;
}

export interface PolicyResult {
  /** Acceptable policies under which the path holds (user-constrained-policy-set); anyPolicy when no other is named. */
  readonly policies: readonly string[];
  /** How the path breaks the rules; absent when it keeps them. */
  readonly broken?: string;
}

interface PolicyNode {
  readonly policy: string;
  readonly parents: readonly PolicyNode[];
  /** Policies of the next certificate that this one allows. */
  readonly expected: readonly string[];
}

/** The nodes of one certificate by their policy. Childless nodes above are not removed: the way back never meets them. */
type Level = Map<string, PolicyNode>;

const TOO_MANY = 'too many certificate policies to follow';

/** Certificates that may still follow before each restriction begins. */
interface Counters {
  explicit: number;
  mapping: number;
  any: number;
}

/**
 * Follows the policies of a path.
 *
 * @param downwards the certificates from the trust anchor, whose own policies do not count, to the leaf.
 */
export function followPolicies(downwards: readonly Certificate[], inputs: PolicyInputs, work: PathWork): PolicyResult {
  const [anchor, ...path] = downwards;
  const counters: Counters = {
    explicit: inputs.requireExplicit ? 0 : path.length + 1,
    mapping: inputs.inhibitMapping ? 0 : path.length + 1,
    any: inputs.inhibitAny ? 0 : path.length + 1,
  };
  // What an operator's anchor restricts holds below it (RFC 5937 section 3.2).
  if (anchor) restrict(counters, anchor.extensions);
  let level: Level | undefined = new Map([
    [Oid.anyPolicy, { policy: Oid.anyPolicy, parents: [], expected: [Oid.anyPolicy] }],
  ]);
  for (const [index, certificate] of path.entries()) {
    const isLast = index === path.length - 1;
    const allowsAny = counters.any > 0 || (!isLast && isSelfIssued(certificate));
    const next: Level | 'too-many' | undefined = level && descend(level, { certificate, allowsAny, work });
    if (next === 'too-many') return { policies: [], broken: TOO_MANY };
    level = next;
    if (level === undefined && counters.explicit <= 0) return noPolicy(certificate);
    if (isLast) break;
    const mapped: Level | string | undefined = map(level, certificate, { allowed: counters.mapping > 0, work });
    if (typeof mapped === 'string') return { policies: [], broken: mapped };
    level = mapped;
    if (!isSelfIssued(certificate)) countDown(counters);
    restrict(counters, certificate.extensions);
  }
  return conclude(level, path.at(-1), { counters, inputs });
}

/** RFC 5280 section 6.1.5 (a), (b), (g). */
function conclude(
  level: Level | undefined,
  leaf: Certificate | undefined,
  { counters, inputs }: { readonly counters: Counters; readonly inputs: PolicyInputs },
): PolicyResult {
  const isExplicit = counters.explicit <= 1 || leaf?.extensions.policyConstraints?.requireExplicit === 0;
  const policies = level === undefined ? [] : userConstrained(authorityConstrained(level), inputs.acceptable);
  return policies.length === 0 && isExplicit && leaf ? noPolicy(leaf) : { policies };
}

function noPolicy(certificate: Certificate): PolicyResult {
  return { policies: [], broken: `"${certificate.subject.text}" is not under a certificate policy that is accepted` };
}

/** RFC 9618 section 5.3: the nodes of the next certificate; nothing when no policy is left. */
function descend(
  level: Level,
  {
    certificate,
    allowsAny,
    work,
  }: { readonly certificate: Certificate; readonly allowsAny: boolean; readonly work: PathWork },
): Level | 'too-many' | undefined {
  const { policies } = certificate.extensions;
  if (policies === undefined) return undefined;
  const parentsOf = new Map<string, PolicyNode[]>();
  let edges = policies.length;
  for (const node of level.values()) {
    edges += node.expected.length;
    for (const policy of node.expected) {
      const parents = parentsOf.get(policy);
      if (parents === undefined) parentsOf.set(policy, [node]);
      else parents.push(node);
    }
  }
  if (!work.allows('policyNodes', edges)) return 'too-many';
  const next: Level = new Map();
  const any = level.get(Oid.anyPolicy);
  const add = (policy: string, parents: readonly PolicyNode[]) =>
    next.set(policy, { policy, parents, expected: [policy] });
  for (const policy of policies) {
    if (policy === Oid.anyPolicy) continue;
    const parents = parentsOf.get(policy) ?? (any && [any]);
    if (parents !== undefined) add(policy, parents);
  }
  if (allowsAny && policies.includes(Oid.anyPolicy)) {
    for (const [policy, parents] of parentsOf) if (!next.has(policy)) add(policy, parents);
  }
  return next.size === 0 ? undefined : next;
}

/** RFC 9618 section 5.4 (a), (b): what the certificate maps; a text says what is wrong. */
function map(
  level: Level | undefined,
  { subject, extensions }: Certificate,
  { allowed, work }: { readonly allowed: boolean; readonly work: PathWork },
): Level | string | undefined {
  const mappings = extensions.policyMappings ?? [];
  if (mappings.some((pair) => pair.includes(Oid.anyPolicy))) return `"${subject.text}" maps from or to anyPolicy`;
  if (level === undefined || mappings.length === 0) return level;
  if (!work.allows('policyNodes', mappings.length)) return TOO_MANY;
  const next = new Map(level);
  const any = level.get(Oid.anyPolicy);
  for (const [policy, pairs] of Map.groupBy(mappings, ([issuerDomain]) => issuerDomain)) {
    const node = level.get(policy);
    if (!allowed) next.delete(policy);
    else if (node !== undefined || any !== undefined) {
      const expected = [...new Set(pairs.map(([, subjectDomain]) => subjectDomain))];
      next.set(policy, { policy, parents: (node ?? any)?.parents ?? [], expected });
    }
  }
  return next.size === 0 ? undefined : next;
}

/** The policies that the authorities right below anyPolicy named, as far as they reach the last level. */
function authorityConstrained(last: Level): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<PolicyNode>();
  const waiting = [...last.values()];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.policy === Oid.anyPolicy) found.add(Oid.anyPolicy);
    else if (node.parents.some((parent) => parent.policy === Oid.anyPolicy)) found.add(node.policy);
    else waiting.push(...node.parents);
  }
  return found;
}

function userConstrained(authority: ReadonlySet<string>, acceptable: readonly string[] | undefined): readonly string[] {
  if (acceptable === undefined || acceptable.includes(Oid.anyPolicy)) return [...authority];
  return authority.has(Oid.anyPolicy) ? [...new Set(acceptable)] : acceptable.filter((policy) => authority.has(policy));
}

/** RFC 5280 section 6.1.4 (h). */
function countDown(counters: Counters): void {
  counters.explicit = Math.max(0, counters.explicit - 1);
  counters.mapping = Math.max(0, counters.mapping - 1);
  counters.any = Math.max(0, counters.any - 1);
}

/** RFC 5280 section 6.1.4 (i), (j). */
function restrict(counters: Counters, { policyConstraints, inhibitAnyPolicy }: Extensions): void {
  counters.explicit = Math.min(counters.explicit, policyConstraints?.requireExplicit ?? counters.explicit);
  counters.mapping = Math.min(counters.mapping, policyConstraints?.inhibitMapping ?? counters.mapping);
  counters.any = Math.min(counters.any, inhibitAnyPolicy ?? counters.any);
}
