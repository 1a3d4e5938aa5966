import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../local/assembly/json.ts';
import type { Resource } from '../../../local/assembly/resolveAssembly.ts';
import { defineFunction } from '../../../local/runtime/defineFunction.ts';
import { findByName } from '../../../local/runtime/findByName.ts';
import { collectPermissions } from '../../../local/runtime/permissions.ts';
import { type Wiring, wireApi } from '../../../local/runtime/wireApis.ts';
import { wireQueues } from '../../../local/runtime/wireQueues.ts';
import { wireSchedules } from '../../../local/runtime/wireSchedules.ts';
import { resource } from './resource.ts';
import { type TestFunction, testFunction } from './testFunction.ts';

let tested: TestFunction;
let folder: string;

beforeAll(() => {
  tested = testFunction('export const handler = async () => null;', { timeoutSeconds: 5 });
  folder = mkdtempSync(join(tmpdir(), 'axis-asset-'));
  mkdirSync(join(folder, 'asset'));
  writeFileSync(join(folder, 'asset', 'index.mjs'), '');
});

afterAll(async () => {
  await tested[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const functionArn = 'arn:aws:lambda:ap-southeast-1:000000000000:function:tested';

function wiring(...resources: Resource[]): Wiring {
  const mayInvoke = collectPermissions(resources);
  const functions = new Map([['tested', tested.lambda]]);
  return { resources, functions, mayInvoke, region: 'ap-southeast-1', account: '000000000000' };
}

describe('a queue mapping', () => {
  const queue = (properties: JsonObject = {}): Resource =>
    resource('AWS::SQS::Queue', 'https://queue', { attributes: { Arn: 'arn:queue' }, properties });
  const mapping = (properties: JsonObject = {}): Resource =>
    resource('AWS::Lambda::EventSourceMapping', 'M', {
      properties: { EventSourceArn: 'arn:queue', FunctionName: functionArn, ...properties },
    });

  test('is read with its defaults', () => {
    expect(wireQueues(wiring(queue(), mapping()))).toEqual([
      {
        queueUrl: 'https://queue',
        queueArn: 'arn:queue',
        function: tested.lambda,
        batchSize: 10,
        windowMs: 0,
        concurrency: 10,
        partial: false,
      },
    ]);
  });

  test('that is switched off is left out', () => {
    expect(wireQueues(wiring(queue(), mapping({ Enabled: false })))).toEqual([]);
  });

  const refused: [string, JsonObject, JsonObject, RegExp][] = [
    [
      'of a queue that shows messages again before the function ends',
      { VisibilityTimeout: 4 },
      {},
      /visibility timeout/,
    ],
    ['with a large batch and no window', {}, { BatchSize: 100 }, /batching window/],
    ['with a concurrency of one', {}, { ScalingConfig: { MaximumConcurrency: 1 } }, /at least 2/],
    ['of another source', {}, { EventSourceArn: 'arn:stream' }, /arn:stream/],
    ['with an unknown response type', {}, { FunctionResponseTypes: ['Other'] }, /Other/],
    ['to an unknown function', {}, { FunctionName: 'nobody' }, /nobody/],
  ];
  test.each(refused)('%s is refused', (_name, queueProperties, mappingProperties, message) => {
    expect(() => wireQueues(wiring(queue(queueProperties), mapping(mappingProperties)))).toThrow(message);
  });
});

describe('an API', () => {
  const api = resource('AWS::ApiGatewayV2::Api', 'api', { properties: { ProtocolType: 'HTTP' } });
  const parts = (changes: { stage?: string; integration?: JsonObject; route?: JsonObject }): Resource[] => [
    resource('AWS::ApiGatewayV2::Stage', 'S', { properties: { ApiId: 'api', StageName: changes.stage ?? '$default' } }),
    resource('AWS::ApiGatewayV2::Integration', 'I', {
      properties: {
        ApiId: 'api',
        IntegrationType: 'AWS_PROXY',
        PayloadFormatVersion: '2.0',
        IntegrationUri: functionArn,
        ...changes.integration,
      },
    }),
    resource('AWS::ApiGatewayV2::Route', 'R', {
      properties: { ApiId: 'api', RouteKey: 'GET /a', Target: 'integrations/I', ...changes.route },
    }),
  ];

  test('has its routes, with the permission that its function gives', () => {
    const source = 'arn:aws:execute-api:ap-southeast-1:000000000000:api/*/*/a';
    const grant = {
      Action: 'lambda:InvokeFunction',
      FunctionName: functionArn,
      Principal: 'apigateway.amazonaws.com',
      SourceArn: source,
    };
    const permitted = resource('AWS::Lambda::Permission', 'P', { properties: grant });
    const target = { function: tested.lambda, authorization: 'NONE', timeoutMs: 30_000 };
    expect(wireApi(api, wiring(...parts({}))).match('GET', '/a')?.target).toEqual({ ...target, permitted: false });
    expect(wireApi(api, wiring(...parts({}), permitted)).match('GET', '/a')?.target).toEqual({
      ...target,
      permitted: true,
    });
  });

  test('without a stage answers nothing', () => {
    expect(wireApi(api, wiring(...parts({}).slice(1))).match('GET', '/a')).toBeUndefined();
  });

  const refused: [string, Parameters<typeof parts>[0], RegExp][] = [
    ['with another stage', { stage: 'prod' }, /other than \$default/],
    ['with a JWT authorizer', { route: { AuthorizationType: 'JWT' } }, /JWT/],
    ['with payload format 1.0', { integration: { PayloadFormatVersion: '1.0' } }, /1\.0/],
    ['that calls a URL', { integration: { IntegrationType: 'HTTP_PROXY' } }, /HTTP_PROXY/],
    ['without the integration of a route', { route: { Target: 'integrations/J' } }, /integrations\/J/],
  ];
  test.each(refused)('%s is refused', (_name, changes, message) => {
    expect(() => wireApi(api, wiring(...parts(changes)))).toThrow(message);
  });
});

describe('a schedule', () => {
  const rule = (target: JsonObject): Resource =>
    resource('AWS::Events::Rule', 'Rule', {
      attributes: { Arn: 'arn:rule' },
      properties: { ScheduleExpression: 'rate(1 hour)', Targets: [{ Id: 'T', Arn: functionArn, ...target }] },
    });
  const retries = resource('AWS::Lambda::EventInvokeConfig', 'C', {
    properties: { FunctionName: 'tested', MaximumRetryAttempts: 0 },
  });

  test('has its input, its retries, and why it may not fire', () => {
    const [schedule] = wireSchedules(wiring(rule({ Input: '{"a":1}' }), retries), () => false);
    expect(schedule).toMatchObject({
      name: 'Rule',
      enabled: true,
      retries: 0,
      refusal: expect.stringContaining('does not permit'),
    });
    expect(schedule?.event(0)).toEqual({ a: 1 });
  });

  test('without input sends the event of a rule', () => {
    const [schedule] = wireSchedules(wiring(rule({})), () => false);
    expect(schedule?.event(1_000)).toMatchObject({
      source: 'aws.events',
      time: '1970-01-01T00:00:01Z',
      resources: ['arn:rule'],
    });
  });

  test('of the scheduler needs a role that may invoke', () => {
    const target = { Arn: functionArn, RoleArn: 'arn:aws:iam::000000000000:role/path/Role' };
    const schedule = resource('AWS::Scheduler::Schedule', 'S', {
      properties: { ScheduleExpression: 'rate(1 day)', Target: target },
    });
    const asked: string[][] = [];
    const [refused] = wireSchedules(wiring(schedule), (...question) => asked.push(question) > 1);
    expect(refused?.refusal).toMatch(/may not invoke/);
    expect(asked).toEqual([['Role', 'lambda:InvokeFunction', functionArn]]);
    expect(wireSchedules(wiring(schedule), () => true)[0]).not.toHaveProperty('refusal');
  });

  test('with a transformed input is refused', () => {
    expect(() => wireSchedules(wiring(rule({ InputTransformer: {} })), () => true)).toThrow(/InputTransformer/);
  });
});

describe('a function', () => {
  const define = (changes: JsonObject = {}): ReturnType<typeof defineFunction> => {
    const code = { S3Key: 'key.zip' };
    const properties = {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: code,
      Role: 'arn:aws:iam::0:role/service/R',
      ...changes,
    };
    const given = resource('AWS::Lambda::Function', 'F', { attributes: { Arn: functionArn }, properties });
    return defineFunction(given, { assets: new Map([['key.zip', join(folder, 'asset')]]), concurrency: 7 });
  };

  test('is read with the defaults of Lambda', () => {
    expect(define()).toMatchObject({
      roleName: 'R',
      handler: 'handler',
      file: join(folder, 'asset', 'index.mjs'),
      timeoutSeconds: 3,
      memoryMb: 128,
      concurrency: 7,
    });
    expect(define({ ReservedConcurrentExecutions: 0 }).concurrency).toBe(0);
  });

  const refused: [string, JsonObject, RegExp][] = [
    ['in another language', { Runtime: 'python3.13' }, /python3\.13/],
    ['in a container', { PackageType: 'Image' }, /container/],
    ['with inline code', { Code: { ZipFile: 'x' } }, /inline/],
    ['without its asset', { Code: { S3Key: 'other' } }, /no asset other/],
    ['without its module', { Handler: 'missing.handler' }, /no module/],
    ['with more than 4 KB of variables', { Environment: { Variables: { A: 'x'.repeat(4096) } } }, /4097 bytes/],
  ];
  test.each(refused)('%s is refused', (_name, changes, message) => {
    expect(() => define(changes)).toThrow(message);
  });
});

test('things are found by physical name, logical id, and construct path', () => {
  const things = [
    { name: 'Axis-Submit1234ABCD-99', logicalId: 'Submit1234ABCD', path: 'Axis/Submit/Resource' },
    { name: 'Axis-Other', logicalId: 'Other', path: 'Axis/Deep/Submitter/Resource' },
    { name: 'Else-Other', logicalId: 'Other', path: undefined },
  ];
  for (const name of ['Axis-Submit1234ABCD-99', 'Submit1234ABCD', 'Submit', 'Axis/Submit'])
    expect(findByName(things, name)).toBe(things[0]);
  expect(findByName(things, 'Deep/Submitter')).toBe(things[1]);
  expect(() => findByName(things, 'Other')).toThrow(/ambiguous: Axis-Other, Else-Other/);
  expect(() => findByName(things, 'mitter')).toThrow(/no mitter; there are Axis-Submit/);
});
