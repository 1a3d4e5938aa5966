import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../local/assembly/json.ts';
import type { Resource } from '../../../local/assembly/resolveAssembly.ts';
import type { AdminOperations } from '../../../local/contract/adminOperations.ts';
import { provision } from '../../../local/runtime/provision.ts';
import { resource } from './resource.ts';

/** Records what is asked for, and gives nothing back that the caller would look at. */
function recorder(): { admin: AdminOperations; asked: unknown[][] } {
  const asked: unknown[][] = [];
  const record =
    (operation: string) =>
    async (...given: unknown[]) => {
      asked.push([operation, ...given]);
      return { name: '', arn: '', url: '' };
    };
  const admin: AdminOperations = {
    createTable: record('createTable'),
    createQueue: record('createQueue'),
    createBucket: record('createBucket'),
    createKey: record('createKey'),
    createAlias: record('createAlias'),
    setBucketPolicy: async (...given) => void (await record('setBucketPolicy')(...given)),
    setLifecycle: async (...given) => void (await record('setLifecycle')(...given)),
    list: async () => ({ tables: [], queues: [], buckets: [], keys: [], aliases: {} }),
  };
  return { admin, asked };
}

const queue = (name: string, properties: JsonObject = {}): Resource =>
  resource('AWS::SQS::Queue', `https://${name}`, { attributes: { Arn: `arn:${name}`, QueueName: name }, properties });
const key = (statement: Json): Resource =>
  resource('AWS::KMS::Key', 'key-id', {
    properties: { KeySpec: 'ECC_NIST_P256', KeyPolicy: { Statement: statement } },
  });
const queuePolicy = (statement: Json): Resource =>
  resource('AWS::SQS::QueuePolicy', 'P', { properties: { PolicyDocument: { Statement: [statement] }, Queues: [] } });
const delegation = {
  Effect: 'Allow',
  Action: 'kms:*',
  Resource: '*',
  Principal: { AWS: 'arn:aws:iam::000000000000:root' },
};
const transport = {
  Effect: 'Deny',
  Action: 'sqs:*',
  Resource: '*',
  Principal: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

test('dead-letter queues come before the queues that name them', async () => {
  const { admin, asked } = recorder();
  const redrive = (target: string): JsonObject => ({
    RedrivePolicy: { deadLetterTargetArn: `arn:${target}`, maxReceiveCount: 5 },
  });
  await provision([queue('a', redrive('b')), queue('b', redrive('c')), queue('c')], { admin });
  expect(asked.map(([, given]) => given)).toMatchObject([{ QueueName: 'c' }, { QueueName: 'b' }, { QueueName: 'a' }]);
});

test('physical names are handed over, and a key without its policy', async () => {
  const { admin, asked } = recorder();
  const alias = resource('AWS::KMS::Alias', 'alias/a', { properties: { TargetKeyId: 'arn:key' } });
  await provision(
    [resource('AWS::S3::Bucket', 'bucket'), resource('AWS::DynamoDB::Table', 'table'), key(delegation), alias],
    { admin },
  );
  expect(asked).toEqual([
    ['createTable', { TableName: 'table' }],
    ['createBucket', { BucketName: 'bucket' }],
    ['createKey', 'key-id', { KeySpec: 'ECC_NIST_P256' }],
    ['createAlias', 'alias/a', 'arn:key'],
  ]);
});

test('a queue policy may deny plain transport, and nothing else', async () => {
  const { admin } = recorder();
  await provision([queuePolicy(transport)], { admin });
  const other = { ...transport, Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } } };
  await expect(provision([queuePolicy(other)], { admin })).rejects.toThrow(/denial in PolicyDocument/);
});

test('a key policy must delegate to IAM', async () => {
  const { admin } = recorder();
  await expect(provision([key({ ...delegation, Action: 'kms:Sign' })], { admin })).rejects.toThrow(/delegate to IAM/);
});
