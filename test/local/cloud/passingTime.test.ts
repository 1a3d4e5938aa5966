import { CreateMultipartUploadCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnsupportedProperty } from '../../../local/cloud/admin/parseProperties.ts';
import { type Clients, startTestCloud, type TestCloud } from './testCloud.ts';

const DAY_MS = 86_400_000;
let test: TestCloud;
let clients: Clients;

beforeAll(async () => {
  test = await startTestCloud();
  clients = test.clients();
});
afterAll(() => test.stop());

/** Versions and delete markers of a bucket, as `key` or `key (marker)`. */
async function contents(Bucket: string): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await clients.s3.send(new ListObjectVersionsCommand({ Bucket }));
  return [...Versions.map(({ Key }) => `${Key}`), ...DeleteMarkers.map(({ Key }) => `${Key} (marker)`)];
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('a jump of the clock', () => {
  it('wakes a long poll that waits for a delayed message', async () => {
    const { url: QueueUrl } = await test.cloud.admin.createQueue({ QueueName: 'delayed' });
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 900 }));
    const startedAt = performance.now();
    const polled = clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    test.clock.advance(901_000);
    expect((await polled).Messages?.map(({ Body }) => Body)).toEqual(['later']);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('expires objects by the rules of their bucket, and only those', async () => {
    const Bucket = 'expiring';
    const Rules = [{ Status: 'Enabled', Prefix: 'uploads/', ExpirationInDays: 1 }];
    await test.cloud.admin.createBucket({ BucketName: Bucket, LifecycleConfiguration: { Rules } });
    for (const Key of ['uploads/a', 'kept']) await clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    test.clock.advance(2 * DAY_MS);
    await until(async () => (await contents(Bucket)).length === 1);
    expect(await contents(Bucket)).toEqual(['kept']);
  });

  it('in a versioned bucket hides first, then removes old versions and lone markers', async () => {
    const Bucket = 'versioned';
    const rule = { Status: 'Enabled', ExpirationInDays: 1, NoncurrentVersionExpiration: { NoncurrentDays: 1 } };
    await test.cloud.admin.createBucket({
      BucketName: Bucket,
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: { Rules: [rule, { Status: 'Enabled', ExpiredObjectDeleteMarker: true }] },
    });
    await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    test.clock.advance(2 * DAY_MS);
    await until(async () => (await contents(Bucket)).includes('a (marker)'));
    test.clock.advance(2 * DAY_MS);
    await until(async () => (await contents(Bucket)).length === 0);
  });

  it('never removes what Object Lock retains', async () => {
    const Bucket = 'retained';
    const DefaultRetention = { Mode: 'COMPLIANCE', Days: 30 };
    const rule = { Status: 'Enabled', ExpirationInDays: 1, NoncurrentVersionExpiration: { NoncurrentDays: 1 } };
    await test.cloud.admin.createBucket({
      BucketName: Bucket,
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } },
      LifecycleConfiguration: { Rules: [rule] },
    });
    await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    for (let count = 0; count < 3; count++) {
      test.clock.advance(2 * DAY_MS);
      await until(async () => (await contents(Bucket)).includes('a (marker)'));
    }
    expect(await contents(Bucket)).toEqual(['a', 'a (marker)']);
  });

  it('ends forgotten uploads', async () => {
    const Bucket = 'forgetful';
    const rule = { Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } };
    await test.cloud.admin.createBucket({ BucketName: Bucket, LifecycleConfiguration: { Rules: [rule] } });
    await clients.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'a' }));
    const listed = () => fetchUploads(Bucket);
    expect(await listed()).toBe(1);
    test.clock.advance(2 * DAY_MS);
    await until(async () => (await listed()) === 0);
  });
});

async function fetchUploads(Bucket: string): Promise<number> {
  const { ListMultipartUploadsCommand } = await import('@aws-sdk/client-s3');
  return (await clients.s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.length ?? 0;
}

describe('a resource property without an implementation', () => {
  it.each([
    ['createTable', { TableName: 'x', KeySchema: [], StreamSpecification: {} }],
    ['createQueue', { QueueName: 'x', NoSuchThing: true }],
    ['createBucket', { BucketName: 'x', NotificationConfiguration: {} }],
  ] as const)('%s is refused by name', async (operation, properties) => {
    await expect(test.cloud.admin[operation](properties)).rejects.toThrow(UnsupportedProperty);
  });
});
