import { z } from 'zod';
import type { Principal } from '../../contract/principal.ts';
import type { Statement, TrustPolicy } from '../../contract/statement.ts';
import { refuseUnknownConditions } from './condition.ts';
import { UnsupportedPolicy } from './unsupportedPolicy.ts';

/** A statement of a resource policy: to whom it applies beside what it says. */
export interface ResourceStatement extends Statement {
  /** ARNs of roles, sessions or the account root; `*` for everybody; services are left out. */
  readonly principals: readonly string[];
}

const listSchema = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const conditionSchema = z.record(
  z.string(),
  z.record(
    z.string(),
    z
      .union([z.string(), z.boolean(), z.array(z.string())])
      .transform((value) => (typeof value === 'boolean' ? String(value) : value)),
  ),
);
const statementFields = {
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: listSchema,
  Resource: listSchema,
  Condition: conditionSchema.optional(),
};
const statementSchema = z.strictObject(statementFields);
const principalSchema = z.union([
  z.literal('*'),
  z.strictObject({ AWS: listSchema.optional(), Service: listSchema.optional() }),
]);
const documentFields = { Version: z.literal('2012-10-17').optional(), Id: z.string().optional() };
const policySchema = z.strictObject({
  ...documentFields,
  Statement: z.union([statementSchema.transform((one) => [one]), z.array(statementSchema)]),
});
const resourcePolicySchema = z.strictObject({
  ...documentFields,
  Statement: z.array(z.strictObject({ ...statementFields, Principal: principalSchema })),
});

/** Reads an identity or session policy document. Throws `UnsupportedPolicy` with the place of what it cannot follow. */
export function parsePolicy(document: unknown, where: string): Statement[] {
  const parsed = policySchema.safeParse(document);
  if (!parsed.success) throw new UnsupportedPolicy(`${where}: ${z.prettifyError(parsed.error)}`);
  return parsed.data.Statement.map((entry) => checkedStatement(entry, where));
}

/** Reads a resource policy (bucket, key). Throws `UnsupportedPolicy` with the place of what it cannot follow. */
export function parseResourcePolicy(document: unknown, where: string): ResourceStatement[] {
  const parsed = resourcePolicySchema.safeParse(document);
  if (!parsed.success) throw new UnsupportedPolicy(`${where}: ${z.prettifyError(parsed.error)}`);
  return parsed.data.Statement.map((entry) => ({
    ...checkedStatement(entry, where),
    principals: entry.Principal === '*' ? ['*'] : (entry.Principal.AWS ?? []),
  }));
}

/** Throws `UnsupportedPolicy` unless every statement of the principal can be evaluated. */
export function refuseUnknownStatements(principal: Principal): void {
  for (const statement of [...principal.statements, ...(principal.session ?? [])]) {
    const parsed = statementSchema.safeParse(statement);
    if (!parsed.success) {
      throw new UnsupportedPolicy(`policy of ${principal.name}: ${z.prettifyError(parsed.error)}`);
    }
    checkedStatement(parsed.data, `policy of ${principal.name}`);
  }
}

/** Throws `UnsupportedPolicy` if the trust policy of `roleName` uses conditions that cannot be evaluated. */
export function refuseUnknownTrust(roleName: string, trust: TrustPolicy): void {
  for (const statement of trust.statements) {
    refuseUnknownConditions(statement.Condition ?? {}, `trust policy of ${roleName}`);
  }
}

function checkedStatement(entry: z.infer<typeof statementSchema>, where: string): Statement {
  for (const resource of entry.Resource) {
    if (resource.includes('${')) {
      throw new UnsupportedPolicy(`${where}: policy variables are not supported (${resource})`);
    }
  }
  if (entry.Condition) refuseUnknownConditions(entry.Condition, where);
  return {
    Effect: entry.Effect,
    Action: entry.Action,
    Resource: entry.Resource,
    ...(entry.Condition ? { Condition: entry.Condition } : {}),
  };
}
