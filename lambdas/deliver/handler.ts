import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { CachedWebhooks } from '../../adapters/aws/cachedWebhooks.ts';
import { dynamoClient, sqsClient } from '../../adapters/aws/clients.ts';
import { DeliveryTable } from '../../adapters/aws/deliveryTable.ts';
import { DispatchTable } from '../../adapters/aws/dispatchTable.ts';
import { SqsInboxQueues } from '../../adapters/aws/inboxQueues.ts';
import { SqsWebhookQueue } from '../../adapters/aws/webhookQueue.ts';
import { WebhookTable } from '../../adapters/aws/webhookTable.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { isDispatchId } from '../../core/contract/ids.ts';
import type { FanOutMessage } from '../../core/contract/ports.ts';
import { readRetention } from '../../core/contract/retention.ts';
import { deliver, type Fate } from '../../core/walk/deliver.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { createObserver } from '../edge/observe.ts';

const environment = readEnvironment('deliver', process.env);
const observer = createObserver('deliver', environment);
const dynamo = dynamoClient();
const sqs = sqsClient();

const ports = {
  clock,
  directory: new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock),
  dispatches: new DispatchTable(dynamo, environment.DISPATCHES_TABLE),
  deliveries: new DeliveryTable(dynamo, environment.DISPATCHES_TABLE),
  bell: new SqsInboxQueues(sqs, environment.INBOX_QUEUE_PREFIX),
  webhooks: new CachedWebhooks(new WebhookTable(dynamo, environment.REGISTRY_TABLE), clock),
  webhookQueue: new SqsWebhookQueue(sqs, environment.WEBHOOK_QUEUE_URL),
  rules: readRetention(environment.RETENTION),
  trouble: observer.fault,
};

const MESSAGE = z.object({
  dispatchId: z.string().check(z.refine(isDispatchId)),
  chunk: z.int().check(z.minimum(0)),
  chunks: z.int().check(z.minimum(1)),
  correlationId: z.optional(z.string().check(z.maxLength(100))),
});

function readMessage(record: SQSRecord): FanOutMessage | undefined {
  try {
    const parsed = z.safeParse(MESSAGE, JSON.parse(record.body));
    return parsed.success ? (parsed.data as FanOutMessage) : undefined;
  } catch {
    return undefined;
  }
}

interface Handled {
  readonly record: SQSRecord;
  readonly message?: FanOutMessage;
  readonly fate: Fate;
}

/** One message, one of three fates. A fault is `again`: the queue brings it back, and at last sets it aside as a dead letter. */
async function handle(record: SQSRecord): Promise<Handled> {
  const message = readMessage(record);
  if (!message) return { record, fate: { fate: 'set-aside', why: 'not a fan-out message' } };
  try {
    return { record, message, fate: await deliver(message, ports) };
  } catch (error) {
    observer.fault('fan-out-failed', error, {
      dispatchId: message.dispatchId,
      chunk: message.chunk,
      correlationId: message.correlationId,
    });
    return { record, message, fate: { fate: 'again', why: 'fault' } };
  }
}

function observe({ record, message, fate }: Handled): void {
  observer.event('delivered', {
    ...fate,
    dispatchId: message?.dispatchId,
    chunk: message?.chunk,
    messageId: record.messageId,
    correlationId: message?.correlationId,
  });
  if (fate.fate === 'done') {
    observer.count('delivered', fate.deliveries);
    if (fate.ms !== undefined) observer.count('deliveryLatency', fate.ms);
  }
  if (fate.fate === 'set-aside') observer.count('setAside');
}

/** Kept → delivered: fan-out messages, each with its own fate (partial batch failures). */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const handled = await Promise.all(event.Records.map(handle));
  handled.forEach(observe);
  observer.flush();
  // A message that can never be delivered is failed too: it must end in the dead-letter queue, where a person sees it.
  const unfinished = handled.filter(({ fate }) => fate.fate !== 'done');
  return { batchItemFailures: unfinished.map(({ record }) => ({ itemIdentifier: record.messageId })) };
}
