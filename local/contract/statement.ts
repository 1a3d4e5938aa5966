/**
 * Condition of an IAM statement: operator, then condition key, then the values of which one must match.
 * Example: `{ StringEquals: { 'aws:PrincipalTag/team': ['axis'] } }`.
 */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/**
 * One statement of an IAM identity policy with its lists written out. `NotAction` and `NotResource` are not supported
 * and are refused when a principal is registered.
 */
export interface Statement {
  Effect: 'Allow' | 'Deny';
  /** `service:Operation`, with the wildcards `*` and `?`; compared without regard to case. */
  Action: readonly string[];
  /** ARNs, with the wildcards `*` and `?`; compared exactly otherwise. */
  Resource: readonly string[];
  Condition?: ConditionBlock;
}

/** One statement of a role's trust policy: who may call `sts:AssumeRole` on it. */
export interface TrustStatement {
  Effect: 'Allow' | 'Deny';
  Action: readonly string[];
  /** `AWS` holds role or account ARNs, account ids or `*`; `Service` names such as `lambda.amazonaws.com`. */
  Principal: { readonly AWS?: readonly string[]; readonly Service?: readonly string[] };
  Condition?: ConditionBlock;
}

/** The trust policy of a role (`AssumeRolePolicyDocument` in CloudFormation). */
export interface TrustPolicy {
  readonly statements: readonly TrustStatement[];
  /** The longest session in seconds that AssumeRole grants; 3,600 if absent, as in IAM. */
  readonly maxSessionSeconds?: number;
}
