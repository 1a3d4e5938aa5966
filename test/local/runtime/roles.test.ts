import { expect, test } from 'vitest';
import type { JsonObject } from '../../../local/assembly/json.ts';
import type { Resource } from '../../../local/assembly/resolveAssembly.ts';
import { collectRoles } from '../../../local/runtime/roles.ts';
import { resource } from './resource.ts';

const trust = {
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
};

function role(properties: JsonObject = {}): Resource {
  const attributes = { Arn: 'arn:aws:iam::000000000000:role/R' };
  return resource('AWS::IAM::Role', 'R', {
    attributes,
    properties: { AssumeRolePolicyDocument: trust, ...properties },
  });
}

function policy(type: string, ref: string, statement: JsonObject): Resource {
  return resource(type, ref, { properties: { Roles: ['R'], PolicyDocument: { Statement: statement } } });
}

const statement = (action: string): JsonObject => ({ Effect: 'Allow', Action: action, Resource: '*' });
const actionsOf = (...resources: Resource[]): unknown =>
  collectRoles(resources)
    .get('R')
    ?.principal.statements.flatMap(({ Action }) => Action);

test('a role has its inline, attached and managed policies', () => {
  const inline = {
    Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statement('s3:GetObject') } }],
    ManagedPolicyArns: ['arn:own'],
  };
  const own = resource('AWS::IAM::ManagedPolicy', 'arn:own', {
    properties: { PolicyDocument: { Statement: [statement('kms:Sign')] } },
  });
  const attached = policy('AWS::IAM::Policy', 'P', statement('sqs:SendMessage'));
  expect(actionsOf(role(inline), own, attached)).toEqual(['s3:GetObject', 'sqs:SendMessage', 'kms:Sign']);
});

test('lists and conditions are written out, and the trust policy is read', () => {
  const condition = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'a' } };
  const roles = collectRoles([
    role(),
    policy('AWS::IAM::Policy', 'P', { ...statement('dynamodb:GetItem'), Condition: condition }),
  ]);
  expect(roles.get('R')?.principal.statements).toEqual([
    {
      Effect: 'Allow',
      Action: ['dynamodb:GetItem'],
      Resource: ['*'],
      Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['a'] } },
    },
  ]);
  expect(roles.get('R')?.trust.statements).toEqual([
    { Effect: 'Allow', Action: ['sts:AssumeRole'], Principal: { Service: ['lambda.amazonaws.com'] } },
  ]);
});

test('policies of AWS that only log or trace grant nothing here', () => {
  const arns = ['service-role/AWSLambdaBasicExecutionRole', 'AWSXRayDaemonWriteAccess'].map(
    (name) => `arn:aws:iam::aws:policy/${name}`,
  );
  expect(actionsOf(role({ ManagedPolicyArns: arns }))).toEqual([]);
});

const refused: [string, Resource[], RegExp][] = [
  [
    'another policy of AWS',
    [role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] })],
    /AdministratorAccess/,
  ],
  [
    'NotAction',
    [role(), policy('AWS::IAM::Policy', 'P', { Effect: 'Allow', NotAction: 'a', Resource: '*' })],
    /NotAction/,
  ],
  [
    'NotResource',
    [role(), policy('AWS::IAM::Policy', 'P', { Effect: 'Allow', Action: 'a', NotResource: '*' })],
    /NotResource/,
  ],
  ['an unknown effect', [role(), policy('AWS::IAM::Policy', 'P', { ...statement('a'), Effect: 'Maybe' })], /Maybe/],
  [
    'a federated principal',
    [role({ AssumeRolePolicyDocument: { Statement: { ...statement('a'), Principal: { Federated: 'x' } } } })],
    /Federated/,
  ],
];
test.each(refused)('%s is refused', (_name, resources, message) => {
  expect(() => collectRoles(resources)).toThrow(message);
});
