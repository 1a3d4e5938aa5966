import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { startCloud } from '../../../local/cloud/startCloud.ts';
import type { Clock } from '../../../local/contract/clock.ts';
import type { Cloud, CloudOptions, EmbeddedService } from '../../../local/contract/cloud.ts';
import type { CloudCall } from '../../../local/contract/cloudCall.ts';
import type { Credentials, Principal } from '../../../local/contract/principal.ts';
import type { Statement } from '../../../local/contract/statement.ts';

export const REGION = 'ap-southeast-1';
export const ACCOUNT = '123456789012';

/** A clock that runs with the machine's, ahead by what was advanced. */
export function createTestClock(): Clock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    advance: (ms) => {
      ahead += ms;
    },
    set: (ms) => {
      ahead = ms - Date.now();
    },
  };
}

/** A role of the test account with the given statements. */
export function role(name: string, statements: readonly Statement[], session?: readonly Statement[]): Principal {
  return { name, arn: `arn:aws:iam::${ACCOUNT}:role/${name}`, statements, ...(session ? { session } : {}) };
}

/** A statement that allows. */
export function allow(action: string | string[], resource: string | string[] = '*'): Statement {
  return { Effect: 'Allow', Action: [action].flat(), Resource: [resource].flat() };
}

/** A role that may do everything. */
export const ADMINISTRATOR = role('administrator', [allow('*')]);

/** SDK clients of one principal. */
export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly kms: KMSClient;
  readonly sts: STSClient;
  readonly credentials: Credentials;
}

export interface TestCloud {
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly dir: string;
  readonly calls: CloudCall[];
  /** Clients that sign with a principal's long-lived credentials, or with those given. */
  clients(principal?: Principal, credentials?: Credentials): Clients;
  /** Stops and starts again on the same folder. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a cloud on a folder of its own that goes when it stops. */
export async function startTestCloud(options: Partial<CloudOptions> = {}): Promise<TestCloud> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'docaxis-cloud-'));
  const clock = options.clock ?? createTestClock();
  const calls: CloudCall[] = [];
  const full: CloudOptions = {
    dir,
    clock,
    region: REGION,
    account: ACCOUNT,
    onCall: (call) => calls.push(call),
    ...options,
  };
  let cloud = await startCloud(full);
  return {
    get cloud() {
      return cloud;
    },
    clock,
    dir,
    calls,
    clients: (principal = ADMINISTRATOR, credentials = cloud.issue(principal)) => clientsOf(cloud, clock, credentials),
    async restart() {
      await cloud.stop();
      cloud = await startCloud(full);
    },
    async stop() {
      await cloud.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** SDK clients for a running cloud; their clock is the axis's. */
export function clientsOf(cloud: Pick<Cloud, 'endpoints'>, clock: Clock, credentials: Credentials): Clients {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const identity = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  const settings = (service: EmbeddedService) => ({
    endpoint: cloud.endpoints[service],
    region: REGION,
    maxAttempts: 1,
    credentials: identity,
  });
  return {
    dynamodb: followClock(new DynamoDBClient(settings('dynamodb')), clock),
    sqs: followClock(new SQSClient({ ...settings('sqs'), useQueueUrlAsEndpoint: false }), clock),
    s3: followClock(new S3Client({ ...settings('s3'), forcePathStyle: true }), clock),
    kms: followClock(new KMSClient(settings('kms')), clock),
    sts: followClock(new STSClient(settings('sts')), clock),
    credentials,
  };
}

/** A client signs with the time of the machine plus an offset: the offset follows every jump of the clock. */
export function followClock<C extends { config: { systemClockOffset: number } }>(client: C, clock: Clock): C {
  Object.defineProperty(client.config, 'systemClockOffset', {
    get: () => clock.now() - Date.now(),
    set: () => {},
  });
  return client;
}

/** Name and status of the error with which a call fails. */
export async function failureOf(call: Promise<unknown>): Promise<{ name: string; status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const metadata = '$metadata' in error ? error.$metadata : undefined;
    const status =
      typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
        ? Number(metadata.httpStatusCode)
        : undefined;
    return { name: error.name, status };
  }
  throw new Error('the call succeeded');
}
