import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const dynamodb = new DynamoDBClient({ maxAttempts: 1 });
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false, maxAttempts: 1 });
const s3 = new S3Client({ maxAttempts: 1 });
let invocations = 0;

interface Order {
  do?: string;
  pk?: string;
  ms?: number;
  bytes?: number;
  body?: string;
  bodies?: string[];
}

/** Does what it is told, by a direct event or by the body of a request. */
export async function handler(event: Order, context: { getRemainingTimeInMillis(): number }): Promise<unknown> {
  invocations++;
  const order: Order = typeof event.body === 'string' && event.do === undefined ? JSON.parse(event.body) : event;
  switch (order.do ?? 'count') {
    case 'env':
      return { ...process.env };
    case 'time':
      return {
        now: Date.now(),
        // biome-ignore lint/complexity/useDateNow: the constructor has to follow the axis clock as well
        fromNew: new Date().getTime(),
        text: Date(),
        zone: new Date().getTimezoneOffset(),
        remaining: context.getRemainingTimeInMillis(),
      };
    case 'warm':
      return { invocations };
    case 'log':
      console.log('one line\nand another');
      console.error(JSON.stringify({ level: 'ERROR', message: 'structured' }));
      return null;
    case 'sleep':
      await new Promise((resolve) => setTimeout(resolve, order.ms));
      return 'slept';
    case 'throw':
      throw new TypeError('thrown on purpose');
    case 'exit':
      return process.exit(3);
    case 'reject':
      void Promise.reject(new Error('nobody listens'));
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return null;
    case 'big':
      return 'x'.repeat(order.bytes ?? 0);
    case 'result':
      return JSON.parse(order.body ?? 'null');
    case 'send':
      for (const MessageBody of order.bodies ?? []) {
        await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody }));
      }
      return null;
    case 'forbidden':
      await s3.send(new PutObjectCommand({ Bucket: process.env.BUCKET, Key: 'k', Body: 'b' }));
      return null;
    case 'read':
      return await read(order.pk ?? '');
    case 'twice':
      await count(`${order.pk}-first`);
      await count(`${order.pk}-second`);
      return null;
    default:
      await count(order.pk ?? 'tick');
      return null;
  }
}

async function count(pk: string): Promise<void> {
  const UpdateExpression = 'ADD n :one';
  const ExpressionAttributeValues = { ':one': { N: '1' } };
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: process.env.TABLE,
      Key: { pk: { S: pk } },
      UpdateExpression,
      ExpressionAttributeValues,
    }),
  );
}

async function read(pk: string): Promise<number> {
  const answer = await dynamodb.send(
    new GetItemCommand({ TableName: process.env.TABLE, Key: { pk: { S: pk } }, ConsistentRead: true }),
  );
  return Number(answer.Item?.n?.N ?? 0);
}
