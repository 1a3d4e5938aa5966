import { type Json, type JsonObject, listAt, objectAt, optionalObject, textAt, textsAt } from '../assembly/json.ts';
import type { Resource } from '../assembly/resolveAssembly.ts';
import { Unsupported } from '../assembly/unsupported.ts';
import type { Principal } from '../contract/principal.ts';
import type { ConditionBlock, Statement, TrustPolicy, TrustStatement } from '../contract/statement.ts';

/** A role of the template: who it is, what it may do, and who may assume it. */
export interface Role {
  readonly principal: Principal;
  readonly trust: TrustPolicy;
  readonly resource: Resource;
}

/** AWS's own policies that grant nothing that the local axis judges (log lines, traces). */
const inertManagedPolicies = new Set([
  'service-role/AWSLambdaBasicExecutionRole',
  'AWSLambdaBasicExecutionRole',
  'AWSXRayDaemonWriteAccess',
  'service-role/AWSLambdaSQSQueueExecutionRole',
]);

const sqsExecution: Statement = {
  Effect: 'Allow',
  Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  Resource: ['*'],
};

/**
 * Collects the identity policies of every role: inline ones, `AWS::IAM::Policy`, and managed ones of the same assembly.
 * @returns by role name.
 * @throws Unsupported for managed policies of AWS outside the short list above, and for NotAction, NotResource, NotPrincipal.
 */
export function collectRoles(resources: readonly Resource[]): ReadonlyMap<string, Role> {
  const attached = attachedPolicies(resources);
  const managed = new Map(ofType(resources, 'AWS::IAM::ManagedPolicy').map((policy) => [policy.ref, policy]));
  const roles = new Map<string, Role>();
  for (const resource of ofType(resources, 'AWS::IAM::Role')) {
    const where = `${resource.stack}/${resource.logicalId}`;
    const inline = listAt(resource.properties.Policies, where).flatMap((policy) =>
      statementsOf(objectAt(policy, where).PolicyDocument, where),
    );
    const referenced = textsAt(resource.properties.ManagedPolicyArns, where).flatMap((arn) =>
      managedStatements(arn, managed, where),
    );
    const statements = [...inline, ...(attached.get(resource.ref) ?? []), ...referenced];
    const principal = { name: resource.ref, arn: textAt(resource.attributes.Arn, where), statements };
    roles.set(resource.ref, {
      principal,
      trust: trustOf(resource.properties.AssumeRolePolicyDocument, where),
      resource,
    });
  }
  return roles;
}

/** Statements of `AWS::IAM::Policy` and of managed policies that name their roles, by role name. */
function attachedPolicies(resources: readonly Resource[]): Map<string, Statement[]> {
  const attached = new Map<string, Statement[]>();
  for (const policy of [...ofType(resources, 'AWS::IAM::Policy'), ...ofType(resources, 'AWS::IAM::ManagedPolicy')]) {
    const where = `${policy.stack}/${policy.logicalId}`;
    const statements = statementsOf(policy.properties.PolicyDocument, where);
    for (const role of textsAt(policy.properties.Roles, where)) {
      attached.set(role, [...(attached.get(role) ?? []), ...statements]);
    }
  }
  return attached;
}

function managedStatements(arn: string, managed: ReadonlyMap<string, Resource>, where: string): readonly Statement[] {
  const own = managed.get(arn);
  if (own !== undefined) return statementsOf(own.properties.PolicyDocument, where);
  const name = arn.replace(/^arn:aws:iam::aws:policy\//, '');
  if (!inertManagedPolicies.has(name)) throw new Unsupported(`the managed policy ${arn}`, where);
  return name.endsWith('AWSLambdaSQSQueueExecutionRole') ? [sqsExecution] : [];
}

/** The statements of a policy document with their lists written out. */
export function statementsOf(document: Json | undefined, where: string): readonly Statement[] {
  return statementList(document, where).map((statement) => {
    for (const unsupported of ['NotAction', 'NotResource', 'NotPrincipal']) {
      if (statement[unsupported] !== undefined) throw new Unsupported(`the policy element ${unsupported}`, where);
    }
    return {
      Effect: effectOf(statement, where),
      Action: textsAt(statement.Action, where),
      Resource: textsAt(statement.Resource, where),
      ...conditionOf(statement, where),
    };
  });
}

/** The objects in a policy document's `Statement`, which may be one or a list. */
export function statementList(document: Json | undefined, where: string): readonly JsonObject[] {
  const { Statement: statements } = objectAt(document, where);
  const list = Array.isArray(statements) ? statements : [statements];
  return list.map((statement) => objectAt(statement, where));
}

export function effectOf(statement: JsonObject, where: string): 'Allow' | 'Deny' {
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
    throw new Unsupported(`the effect ${String(statement.Effect)}`, where);
  return statement.Effect;
}

function trustOf(document: Json | undefined, where: string): TrustPolicy {
  const statements = statementList(document, where).map((statement): TrustStatement => {
    const principal = statement.Principal === '*' ? { AWS: '*' } : objectAt(statement.Principal, where);
    for (const kind of Object.keys(principal)) {
      if (kind !== 'AWS' && kind !== 'Service') throw new Unsupported(`the trusted principal kind ${kind}`, where);
    }
    return {
      Effect: effectOf(statement, where),
      Action: textsAt(statement.Action, where),
      Principal: {
        ...(principal.AWS === undefined ? {} : { AWS: textsAt(principal.AWS, where) }),
        ...(principal.Service === undefined ? {} : { Service: textsAt(principal.Service, where) }),
      },
      ...conditionOf(statement, where),
    };
  });
  return { statements };
}

function conditionOf(statement: JsonObject, where: string): { Condition?: ConditionBlock } {
  if (statement.Condition === undefined) return {};
  const block: Record<string, Record<string, readonly string[]>> = {};
  for (const [operator, tests] of Object.entries(objectAt(statement.Condition, where))) {
    const keys: Record<string, readonly string[]> = {};
    for (const [key, values] of Object.entries(optionalObject(tests, where))) keys[key] = textsAt(values, where);
    block[operator] = keys;
  }
  return { Condition: block };
}

/** The resources of one type. */
export function ofType(resources: readonly Resource[], ...types: readonly string[]): readonly Resource[] {
  return resources.filter((resource) => types.includes(resource.type));
}
