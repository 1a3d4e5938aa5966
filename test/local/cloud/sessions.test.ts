import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  DecryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  ReEncryptCommand,
  SignCommand,
} from '@aws-sdk/client-kms';
import { ReceiveMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../../local/contract/principal.ts';
import { ACCOUNT, allow, failureOf, REGION, role, startTestCloud, type TestCloud } from './testCloud.ts';

const inbox = `arn:aws:sqs:${REGION}:${ACCOUNT}:inbox-a`;
const url = (name: string) => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`;
const reader = role('inbox-reader', [allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'])]);
const vendor = role('vendor', [allow('sts:AssumeRole', reader.arn)]);
const KEY_ID = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const SYMMETRIC = '0f8fad5b-d9cb-469f-a165-70867728950e';
let test: TestCloud;

beforeAll(async () => {
  test = await startTestCloud();
  const { cloud } = test;
  for (const QueueName of ['inbox-a', 'inbox-b']) await cloud.admin.createQueue({ QueueName });
  const statements = [{ Effect: 'Allow', Action: ['sts:AssumeRole'], Principal: { AWS: [vendor.arn] } } as const];
  cloud.registerRole(reader, { statements });
  await cloud.admin.createKey(KEY_ID, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  await cloud.admin.createKey(SYMMETRIC, {});
});
afterAll(() => test.stop());

const assume = (caller: Principal, rest: Partial<AssumeRoleCommandInput> = {}) =>
  test
    .clients(caller)
    .sts.send(
      new AssumeRoleCommand({ RoleArn: reader.arn, RoleSessionName: 'system-a', DurationSeconds: 900, ...rest }),
    );
const receive = (clients: { sqs: SQSClient }, name: string) =>
  clients.sqs.send(new ReceiveMessageCommand({ QueueUrl: url(name) }));
const onlyInboxA = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: inbox }],
});

describe('AssumeRole', () => {
  it('gives a session that is the role cut down to the session policy, until the clock ends it', async () => {
    const { Credentials, AssumedRoleUser } = await assume(vendor, { Policy: onlyInboxA });
    const session = test.clients(undefined, {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    });
    expect((await session.sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(AssumedRoleUser?.Arn);
    await receive(session, 'inbox-a');
    expect((await failureOf(receive(session, 'inbox-b'))).name).toMatch(/AccessDenied/);
    const send = new SendMessageCommand({ QueueUrl: url('inbox-a'), MessageBody: 'x' });
    expect((await failureOf(session.sqs.send(send))).name).toMatch(/AccessDenied/);
    test.clock.advance(901_000);
    expect((await failureOf(receive(session, 'inbox-a'))).name).toBe('ExpiredTokenException');
  });
  const refusals: [sentence: string, caller: Principal, rest: Partial<AssumeRoleCommandInput>, code: RegExp][] = [
    ['whom the trust policy does not name', role('other', [allow('*')]), {}, /AccessDenied/],
    ['a role that nobody registered', vendor, { RoleArn: `${reader.arn}-x` }, /AccessDenied/],
    ['less than 900 s', vendor, { DurationSeconds: 899 }, /ValidationError/],
    ['longer than the role allows', vendor, { DurationSeconds: 3_601 }, /ValidationError/],
    ['a session policy that is no policy', vendor, { Policy: '{"a":1}' }, /MalformedPolicyDocument/],
    [
      'a session policy that cannot be followed',
      vendor,
      { Policy: onlyInboxA.replace('"Resource"', '"NotResource"') },
      /Malformed/,
    ],
  ];
  it.each(refusals)('refuses %s', async (_sentence, caller, rest, code) => {
    expect((await failureOf(assume(caller, rest))).name).toMatch(code);
  });
});

describe('KMS', () => {
  it('signs messages and digests with the same key', async () => {
    const { kms } = test.clients();
    const message = Buffer.from('receipt');
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: KEY_ID }));
    const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
    const sign = async (Message: Buffer, MessageType: 'RAW' | 'DIGEST') => {
      const command = new SignCommand({ KeyId: KEY_ID, Message, MessageType, SigningAlgorithm: 'ECDSA_SHA_256' });
      return (await kms.send(command)).Signature ?? Buffer.alloc(0);
    };
    expect(verify('sha256', message, key, await sign(message, 'RAW'))).toBe(true);
    const digest = createHash('sha256').update(message).digest();
    for (let count = 0; count < 20; count++) {
      expect(verify('sha256', message, key, await sign(digest, 'DIGEST'))).toBe(true);
    }
  });
  it('a data key opens under its context only', async () => {
    const { kms } = test.clients();
    const EncryptionContext = { b: '2', a: '1' };
    const generated = await kms.send(
      new GenerateDataKeyCommand({ KeyId: SYMMETRIC, KeySpec: 'AES_256', EncryptionContext }),
    );
    const { CiphertextBlob } = generated;
    const open = (context: Record<string, string>) =>
      kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }));
    expect((await open({ a: '1', b: '2' })).Plaintext).toEqual(generated.Plaintext);
    expect((await failureOf(open({ a: '1' }))).name).toBe('InvalidCiphertextException');
  });
  it('answers what it cannot do with UnsupportedOperationException', async () => {
    const command = new ReEncryptCommand({ CiphertextBlob: Buffer.from('x'), DestinationKeyId: SYMMETRIC });
    expect((await failureOf(test.clients().kms.send(command))).name).toBe('UnsupportedOperationException');
  });
});
