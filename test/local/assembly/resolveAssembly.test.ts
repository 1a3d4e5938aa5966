import { expect, test } from 'vitest';
import type { JsonObject } from '../../../local/assembly/json.ts';
import {
  type ResolvedAssembly,
  type ResolveOptions,
  resolveAssembly,
} from '../../../local/assembly/resolveAssembly.ts';

const options: ResolveOptions = {
  region: 'ap-southeast-1',
  account: '123456789012',
  apiEndpoint: (id) => `http://127.0.0.1/${id}`,
};

function resolve(...templates: JsonObject[]): ResolvedAssembly {
  const stacks = templates.map((template, index) => ({ name: `S${index + 1}`, template }));
  return resolveAssembly({ directory: '/', stacks, assets: new Map() }, options);
}

const queue = { Type: 'AWS::SQS::Queue' };

test('physical names are deterministic, short enough, and differ between stacks', () => {
  const long = 'Q'.repeat(200);
  const template = { Resources: { [long]: queue, [`${long}2`]: queue, Bucket: { Type: 'AWS::S3::Bucket' } } };
  const first = resolve(template, template).resources;
  expect(resolve(template, template).resources).toEqual(first);
  expect(new Set(first.map((resource) => resource.ref)).size).toBe(6);
  for (const { attributes } of first.slice(0, 2)) expect(String(attributes.QueueName)).toHaveLength(80);
  expect(first[2]?.ref).toMatch(/^s1-bucket-[0-9a-f]{12}$/);
});

test('a name in the template is kept, also when a parameter gives it', () => {
  const { resources } = resolve({
    Parameters: { Name: { Type: 'String', Default: 'given' } },
    Resources: { Queue: { ...queue, Properties: { QueueName: { Ref: 'Name' } } } },
  });
  expect(resources[0]?.ref).toBe('https://sqs.ap-southeast-1.amazonaws.com/123456789012/given');
  expect(resources[0]?.attributes.Arn).toBe('arn:aws:sqs:ap-southeast-1:123456789012:given');
});

test('pseudo parameters, conditions and exports reach later stacks', () => {
  const { outputs, resources } = resolve(
    {
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { Queue: queue, Absent: { ...queue, Condition: 'Never' } },
      Outputs: {
        Host: {
          Value: { 'Fn::Join': ['.', ['sqs', { Ref: 'AWS::Region' }, { Ref: 'AWS::URLSuffix' }]] },
          Export: { Name: 'Host' },
        },
        Gone: { Value: 'x', Condition: 'Never' },
      },
    },
    { Resources: {}, Outputs: { Seen: { Value: { 'Fn::ImportValue': 'Host' } } } },
  );
  expect(resources.map((resource) => resource.logicalId)).toEqual(['Queue']);
  expect(outputs).toEqual({
    S1: { Host: 'sqs.ap-southeast-1.amazonaws.com' },
    S2: { Seen: 'sqs.ap-southeast-1.amazonaws.com' },
  });
});

test('inert types are neither read nor refused', () => {
  const { resources } = resolve({
    Resources: { Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { Whatever: { 'Fn::Cidr': [] } } } },
  });
  expect(resources[0]?.properties).toEqual({});
});

const refusals: [string, JsonObject, RegExp][] = [
  ['an unknown type', { Resources: { X: { Type: 'AWS::EC2::Instance' } } }, /AWS::EC2::Instance.*S1\/X/],
  [
    'a property that matters',
    { Resources: { X: { ...queue, Properties: { FifoQueue: true } } } },
    /FifoQueue of AWS::SQS::Queue/,
  ],
  [
    'bucket notifications',
    { Resources: { X: { Type: 'Custom::S3BucketNotifications' } } },
    /Custom::S3BucketNotifications/,
  ],
  [
    'an unknown attribute',
    { Resources: { X: queue }, Outputs: { O: { Value: { 'Fn::GetAtt': ['X', 'Depth'] } } } },
    /attribute Depth/,
  ],
  ['an unknown reference', { Resources: {}, Outputs: { O: { Value: { Ref: 'Nobody' } } } }, /Nobody/],
  [
    'an unknown export',
    { Resources: {}, Outputs: { O: { Value: { 'Fn::ImportValue': 'Nothing' } } } },
    /export Nothing/,
  ],
  [
    'a parameter from SSM',
    {
      Parameters: { P: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' } },
      Resources: {},
      Outputs: { O: { Value: { Ref: 'P' } } },
    },
    /AWS::SSM/,
  ],
  ['a transform', { Transform: 'AWS::Serverless-2016-10-31', Resources: {} }, /Transform/],
  [
    'a name that depends on itself',
    { Resources: { X: { ...queue, Properties: { QueueName: { Ref: 'X' } } } } },
    /itself/,
  ],
];
test.each(refusals)('%s is refused by name', (_name, template, message) => {
  expect(() => resolve(template)).toThrow(message);
});
