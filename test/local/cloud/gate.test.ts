import {
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DecryptCommand, EncryptCommand, SignCommand } from '@aws-sdk/client-kms';
import { DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { AwsV4Signer } from 'aws4fetch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Interference, PendingCall } from '../../../local/contract/cloudCall.ts';
import { ACCOUNT, allow, type Clients, failureOf, REGION, role, startTestCloud, type TestCloud } from './testCloud.ts';

const KEY_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const SIGNING_KEY_ID = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const Bucket = 'dispatches';
const TableName = 'dispatches';
const tableArn = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${TableName}`;
const queueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:inbox`;
const QueueUrl = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/inbox`;
const item = (pk: string, rest: Record<string, { S: string }> = {}) => ({ pk: { S: pk }, ...rest });

let test: TestCloud;
let nextFate: ((call: PendingCall) => Interference) | undefined;
let all: Clients;

beforeAll(async () => {
  test = await startTestCloud({ interfere: (call) => nextFate?.(call) ?? { fate: 'proceed' } });
  all = test.clients();
  const { admin } = test.cloud;
  const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });
  await admin.createTable({
    TableName,
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [attribute('pk'), attribute('due')],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'due',
        KeySchema: [{ AttributeName: 'due', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
  await admin.createQueue({ QueueName: 'inbox' });
  await admin.createBucket({ BucketName: Bucket });
  await admin.createKey(KEY_ID, {});
  await admin.createKey(SIGNING_KEY_ID, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  await all.s3.send(new PutObjectCommand({ Bucket, Key: 'a/1', Body: 'hello' }));
});
beforeEach(() => {
  nextFate = undefined;
});
afterAll(() => test.stop());

describe('an operation without its grant is denied, in the words of its service', () => {
  const nobody = role('nobody', []);
  const calls: [name: string, error: string, status: number, call: (clients: Clients) => Promise<unknown>][] = [
    [
      'PutItem',
      'AccessDeniedException',
      400,
      (c) => c.dynamodb.send(new PutItemCommand({ TableName, Item: item('x') })),
    ],
    ['SendMessage', 'AccessDenied', 400, (c) => c.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))],
    ['GetObject', 'AccessDenied', 403, (c) => c.s3.send(new GetObjectCommand({ Bucket, Key: 'a/1' }))],
    [
      'Encrypt',
      'AccessDeniedException',
      400,
      (c) => c.kms.send(new EncryptCommand({ KeyId: KEY_ID, Plaintext: Buffer.from('x') })),
    ],
  ];
  it.each(calls)('%s', async (_name, error, status, call) => {
    const failure = await failureOf(call(test.clients(nobody)));
    expect(failure.name.replace(/Exception$/, '')).toBe(error.replace(/Exception$/, ''));
    expect(failure.status).toBe(status);
    expect(test.calls.at(-1)).toMatchObject({ principal: 'nobody', status });
  });
  it('GetCallerIdentity needs none', async () => {
    const { Arn } = await test.clients(nobody).sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(nobody.arn);
  });
});

describe('grants are as narrow as they are written', () => {
  it('an index needs a grant of its own', async () => {
    const due = { KeyConditionExpression: 'due = :d', ExpressionAttributeValues: { ':d': { S: 'x' } } };
    const query = (clients: Clients) =>
      clients.dynamodb.send(new QueryCommand({ TableName, IndexName: 'due', ...due }));
    expect(await failureOf(query(test.clients(role('t', [allow('dynamodb:Query', tableArn)]))))).toBeTruthy();
    await query(test.clients(role('i', [allow('dynamodb:Query', `${tableArn}/index/due`)])));
  });
  it('LeadingKeys bind single items, batches and queries', async () => {
    const statement = {
      ...allow(['dynamodb:PutItem', 'dynamodb:BatchWriteItem', 'dynamodb:Query'], tableArn),
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['mine-*'] } },
    };
    const { dynamodb } = test.clients(role('bound', [statement]));
    const put = (pk: string) => dynamodb.send(new PutItemCommand({ TableName, Item: item(pk) }));
    const batch = (...keys: string[]) => {
      const requests = keys.map((pk) => ({ PutRequest: { Item: item(pk) } }));
      return dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    };
    const query = (pk: string) => {
      const names = { KeyConditionExpression: '#p = :p', ExpressionAttributeNames: { '#p': 'pk' } };
      const values = { ExpressionAttributeValues: { ':p': { S: pk } } };
      return dynamodb.send(new QueryCommand({ TableName, ...names, ...values }));
    };
    await put('mine-1');
    await batch('mine-2', 'mine-3');
    await query('mine-1');
    for (const denied of [put('yours'), batch('mine-4', 'yours'), query('yours')]) {
      expect((await failureOf(denied)).name).toBe('AccessDeniedException');
    }
  });
  it('a batch of messages needs sqs:SendMessage', async () => {
    const { sqs } = test.clients(role('sender', [allow('sqs:SendMessage', queueArn)]));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', MessageBody: 'x' }] }));
    expect((await failureOf(sqs.send(new ReceiveMessageCommand({ QueueUrl })))).name).toMatch(/AccessDenied/);
  });
  it('a missing key answers 404 only to who may list', async () => {
    const get = allow('s3:GetObject', `arn:aws:s3:::${Bucket}/*`);
    const list = allow('s3:ListBucket', `arn:aws:s3:::${Bucket}`);
    const missing = new GetObjectCommand({ Bucket, Key: 'missing' });
    expect((await failureOf(test.clients(role('g', [get])).s3.send(missing))).status).toBe(403);
    expect((await failureOf(test.clients(role('gl', [get, list])).s3.send(missing))).status).toBe(404);
  });
  it('listing can be bound to a prefix', async () => {
    const Condition = { StringLike: { 's3:prefix': 'a/*' } };
    const { s3 } = test.clients(role('lister', [{ ...allow('s3:ListBucket'), Condition }]));
    expect((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'a/' }))).KeyCount).toBe(1);
    expect((await failureOf(s3.send(new ListObjectsV2Command({ Bucket })))).status).toBe(403);
  });
  it('DeleteObjects refuses key by key', async () => {
    await all.s3.send(new PutObjectCommand({ Bucket, Key: 'tmp/1', Body: 'x' }));
    const { s3 } = test.clients(role('cleaner', [allow('s3:DeleteObject', `arn:aws:s3:::${Bucket}/tmp/*`)]));
    const Delete = { Objects: [{ Key: 'tmp/1' }, { Key: 'a/1' }] };
    const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['tmp/1']);
    expect(Errors?.map(({ Key, Code }) => [Key, Code])).toEqual([['a/1', 'AccessDenied']]);
  });
  it('a key can be bound to an encryption context', async () => {
    const keyArn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${KEY_ID}`;
    const Condition = { StringEquals: { 'kms:EncryptionContext:system': 'a' } };
    const { kms } = test.clients(role('vault', [{ ...allow(['kms:Encrypt', 'kms:Decrypt'], keyArn), Condition }]));
    const encrypt = (system: string) =>
      kms.send(new EncryptCommand({ KeyId: KEY_ID, Plaintext: Buffer.from('x'), EncryptionContext: { system } }));
    const { CiphertextBlob } = await encrypt('a');
    await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { system: 'a' } }));
    expect((await failureOf(encrypt('b'))).name).toBe('AccessDeniedException');
    const other = new DecryptCommand({ CiphertextBlob, EncryptionContext: { system: 'b' } });
    expect((await failureOf(kms.send(other))).name).toBe('AccessDeniedException');
    expect((await failureOf(all.kms.send(other))).name).toBe('InvalidCiphertextException');
  });
});

describe('only who signs right is let in', () => {
  const identity = (clients: Clients) => clients.sts.send(new GetCallerIdentityCommand({}));
  it('an unknown access key', async () => {
    const unknown = { ...all.credentials, accessKeyId: 'AKIAUNKNOWN' };
    expect((await failureOf(identity(test.clients(undefined, unknown)))).name).toBe('InvalidClientTokenId');
  });
  it('a wrong secret', async () => {
    const wrong = { ...all.credentials, secretAccessKey: 'wrong' };
    expect((await failureOf(identity(test.clients(undefined, wrong)))).name).toBe('SignatureDoesNotMatch');
  });
  it('a session that has ended, or lost its token', async () => {
    const expiresAt = test.clock.now() + 60_000;
    const session = test.cloud.issue(role('guest', []), { expiresAt });
    await identity(test.clients(undefined, session));
    const { sessionToken: _token, ...tokenless } = session;
    expect((await failureOf(identity(test.clients(undefined, tokenless)))).name).toBe('InvalidClientTokenId');
    test.clock.advance(61_000);
    expect((await failureOf(identity(test.clients(undefined, session)))).name).toMatch(/ExpiredToken/);
  });
  it('a revoked key', async () => {
    const session = test.cloud.issue(role('guest', []), { expiresAt: test.clock.now() + 600_000 });
    test.cloud.revoke(session.accessKeyId);
    expect((await failureOf(identity(test.clients(undefined, session)))).name).toBe('InvalidClientTokenId');
  });
  it('nobody without a signature', async () => {
    expect((await fetch(`${test.cloud.endpoints.s3}/${Bucket}/a/1`)).status).toBe(403);
    expect((await fetch(test.cloud.endpoints.dynamodb, { method: 'POST', body: '{}' })).status).toBe(400);
    expect(test.calls.at(-1)).toMatchObject({ principal: 'anonymous', status: 400 });
  });
  it('a request for another service, whatever its path looks like', async () => {
    const { accessKeyId, secretAccessKey } = all.credentials;
    const signer = new AwsV4Signer({
      method: 'POST',
      url: 'http://127.0.0.1:1/v1/agencies/a:b/c%20d%2Fe?x=1&a=%C3%A9',
      body: 'hello',
      accessKeyId,
      secretAccessKey,
      service: 'execute-api',
      region: REGION,
      datetime: new Date(test.clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    });
    const { url, headers } = await signer.sign();
    const request = {
      method: 'POST',
      path: url.pathname,
      query: url.search.slice(1),
      headers: { ...Object.fromEntries(headers), host: url.host },
      body: Buffer.from('hello'),
      service: 'execute-api',
    };
    expect(test.cloud.authenticate(request)).toMatchObject({ ok: true, principal: { name: 'administrator' } });
    expect(test.cloud.authenticate({ ...request, body: Buffer.from('other') }).ok).toBe(false);
    expect(test.cloud.authenticate({ ...request, query: 'x=2&a=%C3%A9' }).ok).toBe(false);
    expect(test.cloud.authenticate({ ...request, service: 's3' }).ok).toBe(false);
  });
  it('credentials without an end are the same for the same ARN', () => {
    expect(test.cloud.issue(role('stable', []))).toEqual(test.cloud.issue(role('stable', [allow('*')])));
  });
});

describe('capacity is counted as DynamoDB bills it', () => {
  const unitsOf = async (call: Promise<unknown>) => {
    await call;
    return test.calls.at(-1)?.units;
  };
  const text = (bytes: number) => ({ S: 'x'.repeat(bytes) });
  const put = (pk: string, rest: Record<string, { S: string }>) =>
    all.dynamodb.send(new PutItemCommand({ TableName, Item: item(pk, rest) }));

  it('a write counts the whole item and every index it enters, moves in or leaves', async () => {
    expect(await unitsOf(put('u', { body: text(3_000) }))).toEqual({ read: 0, write: 3 });
    const update = (expression: string, values = {}) =>
      all.dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key: item('u'),
          UpdateExpression: expression,
          ExpressionAttributeValues: values,
        }),
      );
    const set = (name: string, value: string) => update(`SET ${name} = :v`, { ':v': { S: value } });
    expect(await unitsOf(set('due', 'soon')), 'enters').toEqual({ read: 0, write: 4 });
    expect(await unitsOf(set('note', 'x')), 'keys only: untouched').toEqual({ read: 0, write: 3 });
    expect(await unitsOf(set('due', 'later')), 'moves').toEqual({ read: 0, write: 5 });
    const remove = new UpdateItemCommand({ TableName, Key: item('u'), UpdateExpression: 'REMOVE due' });
    expect(await unitsOf(all.dynamodb.send(remove)), 'leaves').toEqual({ read: 0, write: 4 });
  });
  it('a read counts 4 KB, half if eventually consistent', async () => {
    await put('r', { body: text(5_000) });
    const get = (ConsistentRead: boolean) =>
      all.dynamodb.send(new GetItemCommand({ TableName, Key: item('r'), ConsistentRead, ProjectionExpression: 'pk' }));
    expect(await unitsOf(get(true))).toEqual({ read: 2, write: 0 });
    expect(await unitsOf(get(false))).toEqual({ read: 1, write: 0 });
  });
  it('400 KB are bytes, not characters, also of an update', async () => {
    const wide = { S: 'ệ'.repeat(140_000) };
    expect((await failureOf(put('wide', { body: wide }))).name).toBe('ValidationException');
    await put('wide', { body: text(10) });
    const Key = item('wide');
    const grow = { UpdateExpression: 'SET body = :b', ExpressionAttributeValues: { ':b': wide } };
    const failure = await failureOf(all.dynamodb.send(new UpdateItemCommand({ TableName, Key, ...grow })));
    expect(failure.name).toBe('ValidationException');
    expect((await all.dynamodb.send(new GetItemCommand({ TableName, Key }))).Item?.body).toEqual(text(10));
  });
});

describe('interference', () => {
  const put = (pk: string) => all.dynamodb.send(new PutItemCommand({ TableName, Item: item(pk) }));
  const isThere = async (pk: string) => {
    nextFate = undefined;
    return (await all.dynamodb.send(new GetItemCommand({ TableName, Key: item(pk) }))).Item !== undefined;
  };
  const fates: [Interference, expected: { name?: string; status: number | undefined }, effect: boolean][] = [
    [{ fate: 'throttle' }, { name: 'ProvisionedThroughputExceededException', status: 400 }, false],
    [{ fate: 'fail-before' }, { status: 500 }, false],
    [{ fate: 'fail-after' }, { status: 500 }, true],
    [{ fate: 'kill-before' }, { status: undefined }, false],
    [{ fate: 'kill-after' }, { status: undefined }, true],
  ];
  it.each(fates)('%o', async (interference, expected, effect) => {
    nextFate = () => interference;
    expect(await failureOf(put(interference.fate))).toMatchObject(expected);
    expect(await isThere(interference.fate)).toBe(effect);
  });
  it('a delay lets the call through, and the call is told with its caller', async () => {
    const seen: PendingCall[] = [];
    nextFate = (call) => {
      seen.push(call);
      return { fate: 'delay', ms: 20 };
    };
    await put('late');
    expect(seen).toEqual([
      {
        principal: 'administrator',
        service: 'dynamodb',
        operation: 'PutItem',
        resource: tableArn,
        accessKeyId: all.credentials.accessKeyId,
      },
    ]);
  });
});

describe('KMS does what is asked and nothing by guess', () => {
  it('a message over 4,096 bytes is not signed', async () => {
    const sign = new SignCommand({
      KeyId: SIGNING_KEY_ID,
      Message: Buffer.alloc(4_097),
      SigningAlgorithm: 'ECDSA_SHA_256',
    });
    expect((await failureOf(all.kms.send(sign))).name).toBe('ValidationException');
  });
});
