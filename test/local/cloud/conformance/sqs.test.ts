import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SetQueueAttributesCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
  TagQueueCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll } from 'vitest';
import { startTestCloud, type TestCloud } from '../testCloud.ts';
import { type Check, conformance, fails } from './conformance.ts';

let test: TestCloud;
let sqs: SQSClient;
let lastQueue = 0;
const MIB = 1_048_576;

const queue = async (Attributes: Record<string, string> = {}, suffix = ''): Promise<string> => {
  const QueueName = `queue-${++lastQueue}${suffix}`;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  if (!QueueUrl) throw new Error('no queue URL');
  return QueueUrl;
};
const send = (QueueUrl: string, MessageBody: string, rest: Partial<SendMessageCommandInput> = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...rest }));
const receive = async (QueueUrl: string, rest: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> => {
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...rest }));
  return Messages ?? [];
};
const attributes = async (QueueUrl: string) =>
  (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
const deadLetter = async (target: string, maxReceiveCount: number, rest = {}) => {
  const { QueueArn: deadLetterTargetArn } = await attributes(target);
  return queue({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }), ...rest });
};
const visibility = (QueueUrl: string, message: Message | undefined, VisibilityTimeout: number) =>
  sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout }));
const nameOf = (url: string) => url.split('/').at(-1) ?? '';

beforeAll(async () => {
  test = await startTestCloud();
  ({ sqs } = test.clients());
});
afterAll(() => test.stop());

const basics: Check[] = [
  [
    'CreateQueue is idempotent, other attributes rejected',
    async () => {
      const QueueName = nameOf(await queue({ VisibilityTimeout: '30' }));
      const again = (VisibilityTimeout: string) =>
        sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout } }));
      await again('30');
      return fails(again('31'), /QueueNameExists|QueueAlreadyExists/);
    },
  ],
  [
    'GetQueueUrl, ListQueues by prefix, missing queue',
    async () => {
      const QueueName = nameOf(await queue());
      await sqs.send(new GetQueueUrlCommand({ QueueName }));
      const { QueueUrls } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: QueueName }));
      await fails(sqs.send(new GetQueueUrlCommand({ QueueName: 'nope' })), /QueueDoesNotExist|NonExistent/);
      return QueueUrls?.length === 1;
    },
  ],
  [
    'send, receive, delete, with digests and system attributes',
    async () => {
      const url = await queue();
      const sent = await send(url, 'hi', { MessageAttributes: { a: { DataType: 'String', StringValue: 'v' } } });
      const [message] = await receive(url, { MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] });
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
      return (
        message?.MD5OfBody === sent.MD5OfMessageBody &&
        message?.MessageAttributes?.a?.StringValue === 'v' &&
        message.Attributes?.ApproximateReceiveCount === '1' &&
        Boolean(message.Attributes.SentTimestamp && message.MD5OfMessageAttributes)
      );
    },
  ],
  [
    'attributes come only when asked for',
    async () => {
      const url = await queue();
      await send(url, 'hi', { MessageAttributes: { a: { DataType: 'String', StringValue: 'v' } } });
      const [message] = await receive(url);
      return message?.MessageAttributes === undefined && message?.Attributes === undefined;
    },
  ],
  [
    'batch of 10, more and equal ids rejected',
    async () => {
      const QueueUrl = await queue();
      const entries = (count: number, id?: string) =>
        Array.from({ length: count }, (_, index) => ({ Id: id ?? `i${index}`, MessageBody: `b${index}` }));
      const sendBatch = (Entries: { Id: string; MessageBody: string }[]) =>
        sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if ((await sendBatch(entries(10))).Successful?.length !== 10) return false;
      await fails(sendBatch(entries(11)), /TooManyEntries/);
      await fails(sendBatch(entries(2, 'same')), /NotDistinct/);
      const got: Message[] = [];
      while (got.length < 10) got.push(...(await receive(QueueUrl)));
      const Entries = got.map(({ ReceiptHandle }, index) => ({ Id: `d${index}`, ReceiptHandle }));
      const { Successful } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      return Successful?.length === 10;
    },
  ],
];

const times: Check[] = [
  [
    'visibility timeout hides, then offers again',
    async () => {
      const url = await queue({ VisibilityTimeout: '60' });
      await send(url, 'v');
      const [first] = await receive(url);
      if ((await receive(url)).length > 0) return false;
      test.clock.advance(61_000);
      const [second] = await receive(url, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
      return (
        second?.MessageId === first?.MessageId &&
        second?.Attributes?.ApproximateReceiveCount === '2' &&
        second.ReceiptHandle !== first?.ReceiptHandle
      );
    },
  ],
  [
    'ChangeMessageVisibility to 0 and longer',
    async () => {
      const url = await queue();
      await send(url, 'v');
      const [first] = await receive(url);
      await visibility(url, first, 0);
      const [second] = await receive(url);
      await visibility(url, second, 60);
      return second !== undefined;
    },
  ],
  [
    'long poll returns on arrival',
    async () => {
      const url = await queue();
      const polled = receive(url, { WaitTimeSeconds: 20 });
      await send(url, 'v');
      return (await polled).length === 1;
    },
  ],
  [
    'long poll waits when empty',
    async () => {
      const startedAt = performance.now();
      await receive(await queue(), { WaitTimeSeconds: 1 });
      return performance.now() - startedAt > 900;
    },
  ],
  [
    'ReceiveMessageWaitTimeSeconds of the queue',
    async () => {
      const QueueUrl = await queue({ ReceiveMessageWaitTimeSeconds: '1' });
      const startedAt = performance.now();
      await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      return performance.now() - startedAt > 900;
    },
  ],
  [
    'DelaySeconds of the queue and of a message',
    async () => {
      const url = await queue({ DelaySeconds: '60' });
      await send(url, 'a');
      await send(url, 'b', { DelaySeconds: 600 });
      if ((await receive(url)).length > 0) return false;
      test.clock.advance(61_000);
      const bodies = (await receive(url)).map(({ Body }) => Body);
      return bodies.join() === 'a';
    },
  ],
  [
    'a message past its retention is gone',
    async () => {
      const url = await queue({ MessageRetentionPeriod: '3600' });
      await send(url, 'old');
      test.clock.advance(3_700_000);
      await send(url, 'new');
      return (await receive(url)).map(({ Body }) => Body).join() === 'new';
    },
  ],
];

let deadLetterAttributes: Record<string, string> | undefined;
const deadLetters: Check[] = [
  [
    'dead letter after maxReceiveCount',
    async () => {
      const target = await queue();
      const source = await deadLetter(target, 2, { VisibilityTimeout: '0' });
      await send(source, 'p');
      for (let tries = 0; tries < 4; tries++) await receive(source);
      const [message] = await receive(target, { MessageSystemAttributeNames: ['All'] });
      deadLetterAttributes = message?.Attributes;
      return message?.Body === 'p';
    },
  ],
  ['DeadLetterQueueSourceArn', async () => Boolean(deadLetterAttributes?.DeadLetterQueueSourceArn)],
  [
    'ListDeadLetterSourceQueues',
    async () => {
      const QueueUrl = await queue();
      await deadLetter(QueueUrl, 2);
      return (await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl }))).queueUrls?.length === 1;
    },
  ],
  [
    'StartMessageMoveTask',
    async () => {
      const { QueueArn: SourceArn } = await attributes(await queue());
      await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    },
  ],
  [
    'ListMessageMoveTasks',
    async () => {
      const { QueueArn: SourceArn } = await attributes(await queue());
      await sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
    },
  ],
];

const limits: Check[] = [
  [
    'message of 1 MiB',
    async () => {
      const url = await queue();
      await send(url, 'x'.repeat(MIB));
      return (await receive(url))[0]?.Body?.length === MIB;
    },
  ],
  ['message over 1 MiB rejected', async () => fails(send(await queue(), 'x'.repeat(MIB + 1)), /./)],
  [
    'batch over 1 MiB rejected',
    async () => {
      const QueueUrl = await queue();
      const Entries = [0, 1, 2].map((index) => ({ Id: `i${index}`, MessageBody: 'x'.repeat(400_000) }));
      return fails(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })), /BatchRequestTooLong/);
    },
  ],
  ['characters outside XML rejected', async () => fails(send(await queue(), 'a\u0000b'), /InvalidMessageContents/)],
  ['retention under 60 s rejected', () => fails(queue({ MessageRetentionPeriod: '10' }), /InvalidAttributeValue/)],
  [
    'a receipt handle that nobody gave out is rejected',
    async () => {
      const QueueUrl = await queue();
      const garbage = new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'garbage' });
      return fails(sqs.send(garbage), /ReceiptHandleIsInvalid/);
    },
  ],
  [
    'a garbage handle in a batch fails alone',
    async () => {
      const QueueUrl = await queue();
      await send(QueueUrl, 'a');
      const [message] = await receive(QueueUrl);
      const Entries = [
        { Id: 'good', ReceiptHandle: message?.ReceiptHandle },
        { Id: 'bad', ReceiptHandle: 'garbage' },
      ];
      const { Successful, Failed } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      return Successful?.[0]?.Id === 'good' && Failed?.[0]?.Code === 'ReceiptHandleIsInvalid' && Failed.length === 1;
    },
  ],
  [
    'a dead-letter queue that does not exist is rejected',
    () => {
      const deadLetterTargetArn = 'arn:aws:sqs:ap-southeast-1:123456789012:nowhere';
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 });
      return fails(queue({ RedrivePolicy }), /InvalidParameterValue/);
    },
  ],
];

const fifo: Check[] = [
  [
    'FIFO: order, group lock, deduplication id',
    async () => {
      const url = await queue({ FifoQueue: 'true' }, '.fifo');
      const add = (body: string, MessageGroupId: string, MessageDeduplicationId: string) =>
        send(url, body, { MessageGroupId, MessageDeduplicationId });
      await add('1', 'A', 'a');
      await add('1 again', 'A', 'a');
      await add('2', 'A', 'b');
      await add('3', 'B', 'c');
      const [first] = await receive(url, { MaxNumberOfMessages: 1 });
      const rest = await receive(url);
      return first?.Body === '1' && rest.map(({ Body }) => Body).join() === '3';
    },
  ],
  [
    'FIFO: deduplication by content, SequenceNumber',
    async () => {
      const url = await queue({ FifoQueue: 'true', ContentBasedDeduplication: 'true' }, '.fifo');
      const { SequenceNumber } = await send(url, 'x', { MessageGroupId: 'g' });
      await send(url, 'x', { MessageGroupId: 'g' });
      return Boolean(SequenceNumber) && (await receive(url)).length === 1;
    },
  ],
  [
    'FIFO: deduplication per group',
    async () => {
      const scope = { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' };
      const url = await queue({ FifoQueue: 'true', ...scope }, '.fifo');
      for (const MessageGroupId of ['a', 'b']) await send(url, 'x', { MessageGroupId, MessageDeduplicationId: 'same' });
      return (await receive(url)).length === 2;
    },
  ],
  [
    'fair queue: MessageGroupId on a standard queue',
    async () => {
      const url = await queue();
      await send(url, 'x', { MessageGroupId: 'tenant' });
      const [message] = await receive(url, { MessageSystemAttributeNames: ['All'] });
      return message?.Attributes?.MessageGroupId === 'tenant';
    },
  ],
];

const management: Check[] = [
  [
    'PurgeQueue',
    async () => {
      const QueueUrl = await queue();
      await send(QueueUrl, 'x');
      await sqs.send(new PurgeQueueCommand({ QueueUrl }));
      return (await receive(QueueUrl)).length === 0;
    },
  ],
  [
    'ApproximateNumberOf counters',
    async () => {
      const url = await queue();
      for (const body of ['a', 'b', 'c']) await send(url, body);
      await receive(url, { MaxNumberOfMessages: 1 });
      const counters = await attributes(url);
      return counters.ApproximateNumberOfMessages === '2' && counters.ApproximateNumberOfMessagesNotVisible === '1';
    },
  ],
  [
    'AWSTraceHeader',
    async () => {
      const url = await queue();
      const trace = { DataType: 'String', StringValue: 'Root=1-x' };
      await send(url, 'x', { MessageSystemAttributes: { AWSTraceHeader: trace } });
      const [message] = await receive(url, { MessageSystemAttributeNames: ['All'] });
      return message?.Attributes?.AWSTraceHeader === 'Root=1-x';
    },
  ],
  [
    'tags',
    async () => {
      const QueueUrl = await queue();
      await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { a: 'b' } }));
      return (await sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags?.a === 'b';
    },
  ],
  [
    'SetQueueAttributes, with a policy',
    async () => {
      const QueueUrl = await queue();
      const Policy = '{"Version":"2012-10-17","Statement":[]}';
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy, VisibilityTimeout: '7' } }));
      return (await attributes(QueueUrl)).VisibilityTimeout === '7';
    },
  ],
];

conformance(
  'SQS behaves as AWS documents',
  [...basics, ...times, ...deadLetters, ...limits, ...fifo, ...management],
  [
    'DeadLetterQueueSourceArn',
    'ListDeadLetterSourceQueues',
    'StartMessageMoveTask',
    'ListMessageMoveTasks',
    'FIFO: deduplication per group',
    'fair queue: MessageGroupId on a standard queue',
    'AWSTraceHeader',
  ],
);
