import { readFileSync, writeFileSync } from 'node:fs';
import { BatchWriteItemCommand, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { DeleteObjectsCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, paginateListQueues, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Identity } from '../../local/assembly/identity.ts';
import type { Elsewhere } from '../../local/runtime/axis.ts';
import type { Deployment } from '../../local/startLocalAxis.ts';

/** Names the file with a deployment that every test axis of the run works on; `test/deploy` sets it. */
export const DEPLOYED = 'DOCAXIS_DEPLOYED';

/** A deployment as it lies in that file. */
export interface DeploymentFile {
  readonly account: string;
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Elsewhere['credentials'];
  readonly tables: readonly string[];
  readonly buckets: readonly string[];
  readonly identities: Readonly<Record<string, Identity>>;
  readonly variables: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const writeDeployment = (file: string, deployment: DeploymentFile): void =>
  writeFileSync(file, JSON.stringify(deployment));

/** The deployment of this run, emptied: each axis begins as after a first deployment. Undefined in a run on the embedded services. */
export async function emptiedDeployment(): Promise<Deployment | undefined> {
  const file = process.env[DEPLOYED];
  if (file === undefined) return undefined;
  const described = JSON.parse(readFileSync(file, 'utf8')) as DeploymentFile;
  await empty(described);
  const { account, endpoint, credentials } = described;
  return {
    account,
    elsewhere: {
      endpoints: { dynamodb: endpoint, sqs: endpoint, s3: endpoint, kms: endpoint, sts: endpoint, logs: endpoint },
      credentials,
      identities: new Map(Object.entries(described.identities)),
      variables: new Map(Object.entries(described.variables)),
    },
  };
}

async function empty({ endpoint, region, credentials, tables, buckets }: DeploymentFile): Promise<void> {
  const options = { endpoint, region, credentials };
  const dynamo = new DynamoDBClient(options);
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const sqs = new SQSClient({ ...options, useQueueUrlAsEndpoint: false });
  for (const TableName of tables) {
    for await (const { Items = [] } of paginateScan({ client: dynamo, pageSize: 25 }, { TableName })) {
      const requests = Items.flatMap(({ id }) => (id ? [{ DeleteRequest: { Key: { id } } }] : []));
      if (requests.length > 0)
        await dynamo.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    }
  }
  for (const Bucket of buckets) {
    for (let more = true; more; ) {
      const page = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      const all = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
      const Objects = all.map(({ Key, VersionId }) => ({ Key, VersionId }));
      if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      more = page.IsTruncated === true;
    }
  }
  for await (const { QueueUrls = [] } of paginateListQueues(
    { client: sqs },
    { QueueNamePrefix: 'docaxis-evaluation-' },
  )) {
    for (const QueueUrl of QueueUrls) await drain(sqs, QueueUrl);
  }
}

/** A purge is allowed once a minute. What another axis still holds comes back to nobody that knows it: queues are hints. */
async function drain(sqs: SQSClient, QueueUrl: string): Promise<void> {
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return;
    for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
}
