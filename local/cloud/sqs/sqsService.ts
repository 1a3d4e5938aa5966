import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import { jsonRefusal } from '../gate/jsonRefusal.ts';
import type { Answer, GatedService, ServiceCall } from '../gate/service.ts';
import { ServiceError } from '../gate/serviceError.ts';
import { handleBatch, handleOne, receiveMessages } from './messages.ts';
import { late, lost } from './mislaidMessages.ts';
import { outerText, type QueueBook } from './queueBook.ts';
import type { QueueEmulator } from './queueEmulator.ts';
import type { ReceiptHandles } from './receiptHandle.ts';
import { type QueuePlace, queueUrl, type SqsOperation, sqsOperation } from './sqsOperation.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.0';
// A batch of 1 MiB may be escaped in JSON.
const BODY_LIMIT = 8 * 1_024 * 1_024;
const textMap = z.record(z.string(), z.string()).catch({});

/** Codes of the older query protocol that clients still look for, where they differ from the JSON names. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  AccessDeniedException: 'AccessDenied',
};
/** Codes that SQS itself gave before JSON; all others have no older form. */
const PREFIXED =
  /^(BatchEntryIdsNotDistinct|BatchRequestTooLong|EmptyBatchRequest|InvalidBatchEntryId|TooManyEntriesInBatchRequest|UnsupportedOperation|PurgeQueueInProgress|MessageNotInflight)$/;

/** What the SQS service is made of. */
export interface SqsParts {
  readonly emulator: QueueEmulator;
  readonly book: QueueBook;
  readonly handles: ReceiptHandles;
  readonly clock: Clock;
  readonly place: QueuePlace;
}

/** SQS behind the gate: fauxqs, with durable queues, sealed receipt handles, retention and axis time. */
export function createSqsService(parts: SqsParts): GatedService<SqsOperation> {
  return {
    name: 'sqs',
    bodyLimit: BODY_LIMIT,
    identify: (request) => sqsOperation(request, parts.place),
    async perform(call): Promise<Answer> {
      const output = await carryOut(parts, call);
      return { status: 200, headers: { 'content-type': CONTENT_TYPE }, body: JSON.stringify(output) };
    },
    refusal(error) {
      const prefix = PREFIXED.test(error.code) ? 'AWS.SimpleQueueService.' : '';
      const queryCode = QUERY_CODES[error.code] ?? prefix + error.code;
      const fault = error.status < 500 ? 'Sender' : 'Receiver';
      const answer = jsonRefusal(error, 'com.amazonaws.sqs', CONTENT_TYPE);
      return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': `${queryCode};${fault}` } };
    },
  };
}

async function carryOut(parts: SqsParts, call: ServiceCall<SqsOperation>): Promise<Record<string, unknown>> {
  const { emulator, book, place } = parts;
  const { name, input, queueName } = call.operation;
  if (name === 'ListQueues') return listQueues(parts, input);
  if (name === 'CreateQueue') {
    await book.create(queueName, { attributes: textMap.parse(input.Attributes), tags: textMap.parse(input.tags) });
    return { QueueUrl: queueUrl(place, queueName) };
  }
  if (!book.has(queueName)) {
    throw new ServiceError('QueueDoesNotExist', 400, 'The specified queue does not exist.');
  }
  switch (name) {
    case 'GetQueueUrl':
      return { QueueUrl: queueUrl(place, queueName) };
    case 'DeleteQueue':
      await book.remove(queueName);
      return {};
    case 'SetQueueAttributes':
      await book.setAttributes(queueName, textMap.parse(input.Attributes));
      return {};
    case 'ReceiveMessage':
      return receiveMessages(parts, queueName, { input, signal: call.signal });
    case 'DeleteMessage':
    case 'ChangeMessageVisibility':
      return handleOne(parts, queueName, { operation: name, input });
    case 'DeleteMessageBatch':
    case 'ChangeMessageVisibilityBatch':
      return handleBatch(parts, queueName, { operation: name, input });
    case 'SendMessage':
    case 'SendMessageBatch':
      if (call.messages?.fate === 'lose') return lost(input);
      return await emulator.run(name, { ...late(input, call.messages?.ms), QueueUrl: book.innerUrl(queueName) });
    default: {
      const output = await emulator.run(name, { ...input, QueueUrl: book.innerUrl(queueName) });
      if (name === 'TagQueue' || name === 'UntagQueue') await rememberTags(parts, queueName);
      return name === 'GetQueueAttributes' ? outerAttributes(parts, output) : output;
    }
  }
}

function listQueues({ book, place }: SqsParts, input: Record<string, unknown>): Record<string, unknown> {
  const prefix = typeof input.QueueNamePrefix === 'string' ? input.QueueNamePrefix : '';
  const atMost = typeof input.MaxResults === 'number' ? input.MaxResults : 1_000;
  const after = typeof input.NextToken === 'string' ? input.NextToken : '';
  const found = book
    .names()
    .filter((name) => name.startsWith(prefix) && name > after)
    .sort();
  const page = found.slice(0, atMost);
  return {
    QueueUrls: page.map((name) => queueUrl(place, name)),
    ...(found.length > page.length ? { NextToken: page.at(-1) } : {}),
  };
}

async function rememberTags({ emulator, book }: SqsParts, queueName: string): Promise<void> {
  const output = await emulator.run('ListQueueTags', { QueueUrl: book.innerUrl(queueName) });
  await book.setTags(queueName, textMap.parse(output.Tags));
}

function outerAttributes({ place }: SqsParts, output: Record<string, unknown>): Record<string, unknown> {
  const attributes = Object.entries(textMap.parse(output.Attributes));
  return { Attributes: Object.fromEntries(attributes.map(([name, value]) => [name, outerText(value, place)])) };
}
