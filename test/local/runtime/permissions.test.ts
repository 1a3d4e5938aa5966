import { expect, test } from 'vitest';
import { collectPermissions } from '../../../local/runtime/permissions.ts';
import { resource } from './resource.ts';

const service = 'apigateway.amazonaws.com';
const grant = {
  Action: 'lambda:InvokeFunction',
  FunctionName: 'arn:aws:lambda:r:a:function:F',
  Principal: service,
  SourceArn: 'arn:aws:execute-api:r:a:api/*/*/items/{id}',
};
const mayInvoke = collectPermissions([resource('AWS::Lambda::Permission', 'P', { properties: grant })]);
const base = { service, account: 'a', sourceArn: 'arn:aws:execute-api:r:a:api/$default/GET/items/{id}' };

test('a service may invoke a function for the sources that the permission names', () => {
  expect(mayInvoke('F', base)).toBe(true);
});

test.each([
  ['another function', 'G', base],
  ['another service', 'F', { ...base, service: 'events.amazonaws.com' }],
  ['another API', 'F', { ...base, sourceArn: 'arn:aws:execute-api:r:a:other/$default/GET/items/{id}' }],
  ['another route', 'F', { ...base, sourceArn: 'arn:aws:execute-api:r:a:api/$default/GET/other' }],
])('but not for %s', (_name, functionName, caller) => {
  expect(mayInvoke(functionName, caller)).toBe(false);
});

test('without a source every source matches, within the account if one is named', () => {
  const { SourceArn: _removed, ...open } = grant;
  const permissions = collectPermissions([
    resource('AWS::Lambda::Permission', 'P', { properties: { ...open, SourceAccount: 'b' } }),
    resource('AWS::Lambda::Permission', 'Q', { properties: { ...open, FunctionName: 'G' } }),
  ]);
  expect([permissions('F', base), permissions('F', { ...base, account: 'b' }), permissions('G', base)]).toEqual([
    false,
    true,
    true,
  ]);
});
