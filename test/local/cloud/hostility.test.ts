import { GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Interference } from '../../../local/contract/cloudCall.ts';
import { ACCOUNT, type Clients, REGION, startTestCloud, type TestCloud } from './testCloud.ts';

/** What a cloud can be told to do that a real one does by itself, at a bad moment. */
let cloud: TestCloud;
let clients: Clients;
let nextFate: Interference = { fate: 'proceed' };
const SECOND = 1000;

beforeAll(async () => {
  cloud = await startTestCloud({ interfere: () => nextFate });
  clients = cloud.clients();
});
beforeEach(() => {
  nextFate = { fate: 'proceed' };
});
afterAll(() => cloud.stop());

let queues = 0;
async function freshQueue(): Promise<string> {
  queues += 1;
  await cloud.cloud.admin.createQueue({ QueueName: `queue-${queues}` });
  return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/queue-${queues}`;
}

describe('messages', () => {
  const send = (QueueUrl: string, MessageBody: string) =>
    clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const sendBoth = (QueueUrl: string) =>
    clients.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: ['a', 'b'].map((MessageBody, index) => ({ Id: `${index}`, MessageBody })),
      }),
    );
  async function bodies(QueueUrl: string): Promise<readonly (string | undefined)[]> {
    nextFate = { fate: 'proceed' };
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
    );
    return Messages.map(({ Body }) => Body).toSorted();
  }

  test('that are lost were answered as if they were there', async () => {
    const queue = await freshQueue();
    nextFate = { fate: 'lose' };
    // The SDK compares the digests of the bodies.
    expect((await send(queue, 'a')).MessageId).toMatch(/^[\da-f-]{36}$/);
    expect((await sendBoth(queue)).Successful).toHaveLength(2);
    expect(await bodies(queue)).toEqual([]);
  });

  test('that come twice come twice', async () => {
    const queue = await freshQueue();
    nextFate = { fate: 'twice' };
    await sendBoth(queue);
    expect(await bodies(queue)).toEqual(['a', 'a', 'b', 'b']);
  });

  test('that are late come behind those that were sent after them', async () => {
    const queue = await freshQueue();
    nextFate = { fate: 'late', ms: 20 * SECOND };
    await send(queue, 'first');
    nextFate = { fate: 'proceed' };
    await send(queue, 'second');
    expect(await bodies(queue)).toEqual(['second']);
    cloud.clock.advance(21 * SECOND);
    expect(await bodies(queue)).toEqual(['first']);
  });
});

describe('indexes that lag', () => {
  const TableName = 'lagging';
  const put = (pk: string, due: string) =>
    clients.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, due: { S: due } } }));
  const dueAt = async (due: string) => {
    const { Items = [] } = await clients.dynamodb.send(
      new QueryCommand({
        TableName,
        IndexName: 'due',
        KeyConditionExpression: 'due = :due',
        ExpressionAttributeValues: { ':due': { S: due } },
      }),
    );
    return Items.map(({ pk }) => pk?.S).toSorted();
  };

  beforeAll(async () => {
    const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });
    await cloud.cloud.admin.createTable({
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
  });

  test('show what was there, and changes only when their time has come; the items themselves tell the truth', async () => {
    await put('old', 'monday');
    await cloud.cloud.lagIndexes(30 * SECOND);
    await put('new', 'monday');
    await clients.dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk: { S: 'old' } },
        UpdateExpression: 'SET due = :due',
        ExpressionAttributeValues: { ':due': { S: 'tuesday' } },
      }),
    );
    expect([await dueAt('monday'), await dueAt('tuesday')]).toEqual([['old'], []]);
    const { Item } = await clients.dynamodb.send(new GetItemCommand({ TableName, Key: { pk: { S: 'old' } } }));
    expect(Item?.due?.S).toBe('tuesday');
    cloud.clock.advance(31 * SECOND);
    expect([await dueAt('monday'), await dueAt('tuesday')]).toEqual([['new'], ['old']]);
    await put('newest', 'monday');
    expect(await dueAt('monday')).toEqual(['new']);
    await cloud.cloud.lagIndexes(0);
    expect(await dueAt('monday')).toEqual(['new', 'newest']);
  });
});
