import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { readAssembly } from '../../../local/assembly/readAssembly.ts';
import { type Resource, resolveAssembly } from '../../../local/assembly/resolveAssembly.ts';
import { startCloud } from '../../../local/cloud/startCloud.ts';
import type { CloudCall } from '../../../local/contract/cloudCall.ts';
import { AxisClock } from '../../../local/runtime/axisClock.ts';
import { provision } from '../../../local/runtime/provision.ts';
import { stock } from '../../kit/stock.ts';

const REGION = 'ap-southeast-1';
const ACCOUNT = '000000000000';

/** The embedded services with the stack's own tables, bucket, key and queues, for tests of the adapters alone. */
export interface TestCloud {
  readonly clock: AxisClock;
  readonly dynamo: DynamoDBClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly kms: KMSClient;
  readonly dispatches: string;
  readonly registry: string;
  readonly bucket: string;
  readonly keyId: string;
  /** Calls since the last time they were asked for. */
  takeCalls(): readonly CloudCall[];
  stop(): Promise<void>;
}

export async function startTestCloud(): Promise<TestCloud> {
  const dir = mkdtempSync(join(tmpdir(), 'docaxis-cloud-'));
  const clock = new AxisClock();
  let calls: CloudCall[] = [];
  const cloud = await startCloud({
    dir: join(dir, 'cloud'),
    clock,
    region: REGION,
    account: ACCOUNT,
    onCall: (call) => calls.push(call),
  });
  const place = { region: REGION, account: ACCOUNT, apiEndpoint: () => 'http://127.0.0.1' };
  const { resources } = resolveAssembly(readAssembly(join(await stock(), 'assembly')), place);
  await provision(resources, cloud);
  const credentials = cloud.issue({
    name: 'test-owner',
    arn: `arn:aws:iam::${ACCOUNT}:role/test-owner`,
    statements: [{ Effect: 'Allow', Action: ['*'], Resource: ['*'] }],
  });
  const of = (service: 'dynamodb' | 's3' | 'sqs' | 'kms') => ({
    region: REGION,
    endpoint: cloud.endpoints[service],
    credentials,
    maxAttempts: 1,
  });
  const clients = {
    dynamo: new DynamoDBClient(of('dynamodb')),
    s3: new S3Client({ ...of('s3'), forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' }),
    sqs: new SQSClient({ ...of('sqs'), useQueueUrlAsEndpoint: false }),
    kms: new KMSClient(of('kms')),
  };
  const all = Object.values(clients);
  clock.onJump(() => {
    for (const client of all) client.config.systemClockOffset = clock.offset;
  });
  return {
    ...clients,
    clock,
    dispatches: refOf(resources, 'AWS::DynamoDB::Table', 'Dispatches'),
    registry: refOf(resources, 'AWS::DynamoDB::Table', 'Registry'),
    bucket: refOf(resources, 'AWS::S3::Bucket', 'Content'),
    keyId: refOf(resources, 'AWS::KMS::Key', 'ReceiptKey'),
    takeCalls: () => {
      const taken = calls;
      calls = [];
      return taken;
    },
    stop: async () => {
      for (const client of all) client.destroy();
      await cloud.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function refOf(resources: readonly Resource[], type: string, start: string): string {
  const found = resources.find((resource) => resource.type === type && resource.logicalId.startsWith(start));
  if (!found) throw new Error(`the stack has no ${type} ${start}`);
  return found.ref;
}
