import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type DeliveryId, isDeliveryId, type SystemId } from '../../core/contract/ids.ts';
import type { Hint, InboxBell, InboxProvision, InboxQueues } from '../../core/contract/ports.ts';

const BATCH = 10;

/** URL of a system's inbox queue: the stage's prefix and the system id. */
export const inboxQueueUrl = (prefix: string, system: SystemId): string => `${prefix}${system}`;

/** Runs a call on a queue that may have been deleted: queues are hints, and losing one loses nothing. */
async function orGone<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
}

/** One inbox queue per connected system: rings for a waiting delivery, and waits for the bell. */
export class SqsInboxQueues implements InboxBell, InboxQueues {
  readonly #client: SQSClient;
  readonly #prefix: string;

  constructor(client: SQSClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  async ring(system: SystemId, deliveries: readonly DeliveryId[]): Promise<void> {
    for (let from = 0; from < deliveries.length; from += BATCH) {
      const Entries = deliveries
        .slice(from, from + BATCH)
        .map((deliveryId, index) => ({ Id: String(index), MessageBody: JSON.stringify({ deliveryId }) }));
      await orGone(() =>
        this.#client.send(new SendMessageBatchCommand({ QueueUrl: inboxQueueUrl(this.#prefix, system), Entries })),
      );
    }
  }

  async wait(system: SystemId, seconds: number): Promise<readonly Hint[] | undefined> {
    const answer = await orGone(() =>
      this.#client.send(
        new ReceiveMessageCommand({
          QueueUrl: inboxQueueUrl(this.#prefix, system),
          MaxNumberOfMessages: BATCH,
          WaitTimeSeconds: seconds,
        }),
      ),
    );
    return (
      answer?.Messages?.map((message) => ({
        deliveryId: deliveryIn(message.Body),
        handle: message.ReceiptHandle ?? '',
      })) ??
      (answer && [])
    );
  }

  async forget(system: SystemId, hints: readonly Hint[]): Promise<void> {
    if (hints.length === 0) return;
    const Entries = hints.map(({ handle }, index) => ({ Id: String(index), ReceiptHandle: handle }));
    await orGone(() =>
      this.#client.send(new DeleteMessageBatchCommand({ QueueUrl: inboxQueueUrl(this.#prefix, system), Entries })),
    );
  }
}

/** Undefined for a message that is no hint: it is forgotten like every other one. */
function deliveryIn(body: string | undefined): DeliveryId | undefined {
  try {
    const { deliveryId } = JSON.parse(body ?? '') as { deliveryId?: unknown };
    if (typeof deliveryId === 'string' && isDeliveryId(deliveryId)) return deliveryId;
  } catch {
    // falls through
  }
  return undefined;
}

/** Creates inbox queues when a system is connected. */
export class SqsInboxProvision implements InboxProvision {
  readonly #client: SQSClient;
  readonly #prefix: string;
  readonly #deadLetterArn: string;

  constructor(client: SQSClient, prefix: string, deadLetterArn: string) {
    this.#client = client;
    this.#prefix = prefix;
    this.#deadLetterArn = deadLetterArn;
  }

  async ensure(system: SystemId): Promise<void> {
    const name = inboxQueueUrl(this.#prefix, system).split('/').at(-1);
    await this.#client.send(
      new CreateQueueCommand({
        QueueName: name,
        Attributes: {
          // A hint is worth little after an hour: whoever polls finds the delivery in the index.
          MessageRetentionPeriod: '3600',
          VisibilityTimeout: '30',
          SqsManagedSseEnabled: 'true',
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: this.#deadLetterArn, maxReceiveCount: 10 }),
        },
      }),
    );
  }
}
