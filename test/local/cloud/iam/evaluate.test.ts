import { describe, expect, it } from 'vitest';
import { isAllowed, type ResourcePolicy } from '../../../../local/cloud/iam/evaluate.ts';
import { parsePolicy, parseResourcePolicy, refuseUnknownStatements } from '../../../../local/cloud/iam/parsePolicy.ts';
import { matchesPattern } from '../../../../local/cloud/iam/wildcard.ts';
import type { ConditionBlock, Statement } from '../../../../local/contract/statement.ts';
import { allow, role } from '../testCloud.ts';

const TABLE = 'arn:aws:dynamodb:ap-southeast-1:123456789012:table/dispatches';
const PUT = 'dynamodb:PutItem';
/** IAM's own placeholder, not one of TypeScript. */
const VARIABLE = '$'.concat('{aws:username}');
const deny = (action: string, resource = '*'): Statement => ({
  Effect: 'Deny',
  Action: [action],
  Resource: [resource],
});
const when = (Condition: ConditionBlock): Statement => ({ ...allow(PUT), Condition });

describe('the evaluation of identity policies', () => {
  const cases: [sentence: string, statements: Statement[], allowed: boolean][] = [
    ['nothing allows nothing', [], false],
    ['an allowance allows', [allow(PUT, TABLE)], true],
    ['a denial beats an allowance, whichever comes first', [deny(PUT), allow('*')], false],
    ['a denial beats an allowance that comes first', [allow('*'), deny(PUT)], false],
    ['a denial of something else does not matter', [deny('dynamodb:DeleteItem'), allow(PUT)], true],
    ['an allowance of another resource does not count', [allow(PUT, `${TABLE}/index/due`)], false],
    ['an allowance of another action does not count', [allow('dynamodb:GetItem', TABLE)], false],
    ['a star in the action', [allow('dynamodb:Put*')], true],
    ['a question mark in the action', [allow('dynamodb:?utItem')], true],
    ['actions ignore case', [allow('DynamoDB:putitem')], true],
    ['resources do not ignore case', [allow(PUT, TABLE.toUpperCase())], false],
    ['a star in the resource', [allow(PUT, 'arn:aws:dynamodb:*:*:table/disp*')], true],
    ['one of several resources', [allow(PUT, ['arn:aws:s3:::x', TABLE])], true],
  ];
  it.each(cases)('%s', (_sentence, statements, allowed) => {
    expect(isAllowed(role('r', statements), { action: PUT, resource: TABLE })).toBe(allowed);
  });

  const sessions: [sentence: string, session: Statement[], allowed: boolean][] = [
    ['an empty session policy allows nothing', [], false],
    ['a session policy that allows leaves the role as it is', [allow(PUT)], true],
    ['a session policy of something else takes the grant away', [allow('sqs:*')], false],
    ['a session policy can deny', [allow('*'), deny(PUT)], false],
  ];
  it.each(sessions)('%s', (_sentence, session, allowed) => {
    expect(isAllowed(role('r', [allow(PUT)], session), { action: PUT, resource: TABLE })).toBe(allowed);
  });

  it('a session policy never adds to the role', () => {
    expect(isAllowed(role('r', [], [allow('*')]), { action: PUT, resource: TABLE })).toBe(false);
  });
});

describe('conditions', () => {
  const leading = (pattern: string) => ({ 'dynamodb:LeadingKeys': [pattern] });
  const cases: [sentence: string, block: ConditionBlock, keys: string[] | undefined, allowed: boolean][] = [
    ['StringEquals with the value', { StringEquals: leading('a') }, ['a'], true],
    ['StringEquals with another', { StringEquals: leading('a') }, ['b'], false],
    ['StringEquals takes a star literally', { StringEquals: leading('*') }, ['b'], false],
    ['StringEquals without the key', { StringEquals: leading('a') }, undefined, false],
    ['StringLike with a star', { StringLike: leading('a*') }, ['abc'], true],
    ['ForAllValues:StringEquals, all match', { 'ForAllValues:StringEquals': leading('a') }, ['a', 'a'], true],
    ['ForAllValues:StringEquals, one does not', { 'ForAllValues:StringEquals': leading('a') }, ['a', 'b'], false],
    ['ForAllValues:StringLike, all match', { 'ForAllValues:StringLike': leading('a*') }, ['a1', 'a2'], true],
    ['ForAllValues:StringLike, one does not', { 'ForAllValues:StringLike': leading('a*') }, ['a1', 'b'], false],
    ['ForAllValues without the key holds, as in IAM', { 'ForAllValues:StringEquals': leading('a') }, undefined, true],
    ['key names ignore case', { StringEquals: { 'DYNAMODB:leadingkeys': 'a' } }, ['a'], true],
    ['Bool on transport: loopback counts as secure', { Bool: { 'aws:SecureTransport': 'true' } }, undefined, true],
    ['Bool the other way', { Bool: { 'aws:SecureTransport': 'false' } }, undefined, false],
    ['ArnLike on the caller', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/r*' } }, undefined, true],
    ['a star in ArnLike stays in its part', { ArnLike: { 'aws:PrincipalArn': 'arn:*:role/r' } }, undefined, false],
    [
      'ArnEquals on the caller',
      { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/r' } },
      undefined,
      true,
    ],
    ['two operators, one fails', { StringEquals: leading('a'), StringLike: leading('b*') }, ['a'], false],
  ];
  it.each(cases)('%s', (_sentence, block, keys, allowed) => {
    const context = keys === undefined ? {} : { 'dynamodb:LeadingKeys': keys };
    expect(isAllowed(role('r', [when(block)]), { action: PUT, resource: TABLE, context })).toBe(allowed);
  });
});

describe('what the evaluation does not know is refused, not misread', () => {
  const statement = { Effect: 'Allow', Action: 'a:b', Resource: '*' };
  const policies: [sentence: string, extra: Record<string, unknown>][] = [
    ['NotAction', { NotAction: 'a:c' }],
    ['NotResource', { NotResource: 'x' }],
    ['a condition operator', { Condition: { NumericLessThan: { 's3:max-keys': '5' } } }],
    ['IfExists', { Condition: { StringEqualsIfExists: { 's3:prefix': 'x' } } }],
    ['ForAnyValue', { Condition: { 'ForAnyValue:StringEquals': { 's3:prefix': 'x' } } }],
    ['a condition key', { Condition: { StringEquals: { 'aws:SourceIp': '10.0.0.1' } } }],
    ['a policy variable in a resource', { Resource: `arn:aws:s3:::x/${VARIABLE}` }],
    ['a policy variable in a condition', { Condition: { StringLike: { 's3:prefix': `${VARIABLE}/*` } } }],
  ];
  it.each(policies)('%s', (_sentence, extra) => {
    const document = { Version: '2012-10-17', Statement: [{ ...statement, ...extra }] };
    expect(() => parsePolicy(document, 'test')).toThrow(/test/);
  });

  it('also in a principal that is given as statements', () => {
    const odd = when({ DateLessThan: { 'aws:PrincipalArn': '2030' } });
    expect(() => refuseUnknownStatements(role('r', [odd]))).toThrow(/DateLessThan/);
    expect(() => refuseUnknownStatements(role('r', [], [odd]))).toThrow(/DateLessThan/);
  });
});

describe('resource policies', () => {
  const reader = role('reader', []);
  const policyOf = (statement: Record<string, unknown>): ResourcePolicy => ({
    statements: parseResourcePolicy({ Statement: [{ Resource: '*', Action: 's3:*', ...statement }] }, 'test'),
    identityPoliciesCount: true,
  });
  const grant = { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' };

  it('allow whom they name', () => {
    const policy = policyOf({ Effect: 'Allow', Principal: { AWS: reader.arn } });
    expect(isAllowed(reader, grant, policy)).toBe(true);
    expect(isAllowed(role('other', []), grant, policy)).toBe(false);
  });
  it('deny whatever the identity policy allows', () => {
    const policy = policyOf({ Effect: 'Deny', Principal: '*' });
    expect(isAllowed(role('r', [allow('*')]), grant, policy)).toBe(false);
  });
  it('hand nothing out by naming the account', () => {
    const policy = policyOf({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' } });
    expect(isAllowed(reader, grant, policy)).toBe(false);
  });
  it('that deny plain HTTP do not apply to loopback', () => {
    const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
    const policy = policyOf({ Effect: 'Deny', Principal: '*', Condition });
    expect(isAllowed(role('r', [allow('*')]), grant, policy)).toBe(true);
  });
  it('of a key count alone if they do not name the account', () => {
    const only = { ...policyOf({ Effect: 'Allow', Principal: { AWS: reader.arn } }), identityPoliciesCount: false };
    expect(isAllowed(reader, grant, only)).toBe(true);
    expect(isAllowed(role('r', [allow('*')]), grant, only)).toBe(false);
  });
});

describe('patterns', () => {
  it('stay fast on hostile input', () => {
    const startedAt = performance.now();
    expect(matchesPattern(`${'*a'.repeat(500)}b`, 'a'.repeat(2_000))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
  it('take regular expression signs literally', () => {
    expect(matchesPattern('a.c', 'abc')).toBe(false);
    expect(matchesPattern('a(b)[c]*', 'a(b)[c]')).toBe(true);
  });
});
