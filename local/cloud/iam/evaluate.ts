import type { Principal } from '../../contract/principal.ts';
import type { Statement } from '../../contract/statement.ts';
import { type ConditionContext, conditionHolds } from './condition.ts';
import type { ResourceStatement } from './parsePolicy.ts';
import { matchesPattern } from './wildcard.ts';

/** One permission that a request needs. */
export interface NeededGrant {
  readonly action: string;
  /** ARN, or `*` for operations without a resource. */
  readonly resource: string;
  readonly context?: ConditionContext;
}

/** What a policy of the resource itself says about a request. */
export interface ResourcePolicy {
  readonly statements: readonly ResourceStatement[];
  /** KMS only lets identity policies count where the key policy names the account root. */
  readonly identityPoliciesCount: boolean;
}

type Verdict = 'explicit-deny' | 'allow' | 'implicit-deny';

/**
 * Decides as IAM does inside one account: an explicit denial wins, then an allowance of the identity or of the resource
 * policy counts, and a session policy must allow as well (IAM User Guide, "Policy evaluation logic").
 */
export function isAllowed(principal: Principal, grant: NeededGrant, resourcePolicy?: ResourcePolicy): boolean {
  const context: ConditionContext = {
    'aws:PrincipalArn': roleArnOf(principal.arn),
    'aws:PrincipalAccount': principal.arn.split(':')[4] ?? '',
    // Loopback traffic does not leave the machine: it counts as secure, so that "deny plain HTTP" statements do not apply.
    'aws:SecureTransport': 'true',
    ...grant.context,
  };
  const needed = { ...grant, context };
  const identity = verdictOf(principal.statements, needed);
  const session = principal.session ? verdictOf(principal.session, needed) : 'allow';
  const account = principal.arn.split(':')[4] ?? '';
  const applying = resourcePolicy?.statements.filter(
    ({ Effect, principals }) =>
      namesPrincipal(principals, principal) || (Effect === 'Deny' && namesAccount(principals, account)),
  );
  const resource = applying ? verdictOf(applying, needed) : 'implicit-deny';
  if ([identity, session, resource].includes('explicit-deny')) return false;
  const identityCounts = resourcePolicy?.identityPoliciesCount ?? true;
  return session === 'allow' && ((identityCounts && identity === 'allow') || resource === 'allow');
}

/** The ARN of the role behind a session ARN; other ARNs as they are. */
export function roleArnOf(arn: string): string {
  const session = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn);
  return session ? `arn:aws:iam::${session[1]}:role/${session[2]}` : arn;
}

/** True if a list of principals (ARNs, account ids, `*`) covers this one; the account root covers nobody by itself. */
export function namesPrincipal(principals: readonly string[], principal: Principal): boolean {
  return principals.some((named) => named === '*' || named === principal.arn || named === roleArnOf(principal.arn));
}

/** True if the list names the whole account, which hands the decision to the account's own identity policies. */
export function namesAccount(principals: readonly string[], account: string): boolean {
  return principals.some((named) => named === '*' || named === account || named === `arn:aws:iam::${account}:root`);
}

function verdictOf(statements: readonly Statement[], grant: Required<NeededGrant>): Verdict {
  let verdict: Verdict = 'implicit-deny';
  for (const statement of statements) {
    if (!applies(statement, grant)) continue;
    if (statement.Effect === 'Deny') return 'explicit-deny';
    verdict = 'allow';
  }
  return verdict;
}

function applies(statement: Statement, grant: Required<NeededGrant>): boolean {
  return (
    statement.Action.some((pattern) => matchesPattern(pattern, grant.action, true)) &&
    statement.Resource.some((pattern) => matchesPattern(pattern, grant.resource)) &&
    conditionHolds(statement.Condition, grant.context)
  );
}
