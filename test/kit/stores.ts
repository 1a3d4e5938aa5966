import { DeleteItemCommand, DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Axis } from '../../local/runtime/axis.ts';

export type StoredItem = Readonly<Record<string, unknown>> & { readonly id: string };

/** What lies in the tables and the bucket of a running axis, read past every function of it. */
export interface Stores {
  readonly table: string;
  readonly bucket: string;
  readonly dynamo: DynamoDBClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  /** All items of the dispatches table whose id begins so. */
  items(prefix?: string): Promise<readonly StoredItem[]>;
  /** One item of the dispatches table. */
  item(id: string): Promise<StoredItem | undefined>;
  registry(): Promise<readonly StoredItem[]>;
  /** Keys of all objects of dispatches; the bucket holds the published directory as well. */
  objects(): Promise<readonly string[]>;
  /** Keys of all objects on their way in. */
  uploads(): Promise<readonly string[]>;
  object(key: string): Promise<Buffer>;
  removeObject(key: string): Promise<void>;
  /** Removes an item of the dispatches table: only to bring about what no call could. */
  remove(id: string): Promise<void>;
  close(): void;
}

/** Opens the stores with credentials that may do everything. */
export function openStores(axis: Axis, region: string): Stores {
  const statements = [{ Effect: 'Allow', Action: ['*'], Resource: ['*'] }] as const;
  const arn = 'arn:aws:iam::000000000000:role/test-observer';
  const credentials = axis.cloud.issue({ name: 'test-observer', arn, statements });
  const of = (service: 'dynamodb' | 's3' | 'sqs') => ({
    endpoint: axis.cloud.endpoints[service],
    region,
    credentials,
    systemClockOffset: axis.clock.offset,
  });
  const dynamo = new DynamoDBClient(of('dynamodb'));
  const s3 = new S3Client({ ...of('s3'), forcePathStyle: true });
  const sqs = new SQSClient({ ...of('sqs'), useQueueUrlAsEndpoint: false });
  // The clock of the axis judges signatures, also after it was moved.
  axis.clock.onJump(() => {
    for (const client of [dynamo, s3, sqs]) client.config.systemClockOffset = axis.clock.offset;
  });
  const table = outputOf(axis, 'DispatchesTable');
  const bucket = outputOf(axis, 'ContentBucket');
  return {
    table,
    bucket,
    dynamo,
    s3,
    sqs,
    items: async (prefix = '') => (await scan(dynamo, table)).filter(({ id }) => id.startsWith(prefix)),
    item: async (id) => {
      const { Item } = await dynamo.send(
        new GetItemCommand({ TableName: table, Key: marshall({ id }), ConsistentRead: true }),
      );
      return Item && { ...unmarshall(Item), id };
    },
    registry: () => scan(dynamo, outputOf(axis, 'RegistryTable')),
    objects: () => keysOf(s3, bucket, 'dispatches/'),
    uploads: () => keysOf(s3, outputOf(axis, 'UploadsBucket')),
    object: async (Key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    removeObject: async (Key) => void (await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))),
    remove: async (id) => void (await dynamo.send(new DeleteItemCommand({ TableName: table, Key: marshall({ id }) }))),
    close: () => {
      for (const client of [dynamo, s3, sqs]) client.destroy();
    },
  };
}

/** The value of a stack output, whichever stack has it. */
export function outputOf(axis: Axis, name: string): string {
  for (const outputs of Object.values(axis.outputs)) {
    const value = outputs[name];
    if (typeof value === 'string') return value;
  }
  throw new RangeError(`no stack has the output ${name}`);
}

async function scan(dynamo: DynamoDBClient, TableName: string): Promise<readonly StoredItem[]> {
  const found: StoredItem[] = [];
  let ExclusiveStartKey: Awaited<ReturnType<typeof scanPage>>['LastEvaluatedKey'];
  do {
    const page = await scanPage(dynamo, TableName, ExclusiveStartKey);
    for (const item of page.Items ?? []) {
      const plain = unmarshall(item);
      found.push({ ...plain, id: String(plain.id) });
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return found;
}

const scanPage = (dynamo: DynamoDBClient, TableName: string, ExclusiveStartKey: ScanStart) =>
  dynamo.send(new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey }));

type ScanStart = NonNullable<ConstructorParameters<typeof ScanCommand>[0]>['ExclusiveStartKey'];

async function keysOf(s3: S3Client, Bucket: string, Prefix = ''): Promise<readonly string[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken, Prefix }));
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return keys;
}
