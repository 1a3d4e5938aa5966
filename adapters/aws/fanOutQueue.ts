import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SystemId } from '../../core/contract/ids.ts';
import type { FanOutMessage, FanOutQueue } from '../../core/contract/ports.ts';

const BATCH = 10;

/**
 * The fan-out queue: messages carry ids, never bytes. On a standard queue a group takes no order and holds nothing up: SQS hands
 * out messages of other groups first where one takes more than its share (fair queues).
 */
export class SqsFanOutQueue implements FanOutQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  async enqueue(messages: readonly FanOutMessage[], sender: SystemId): Promise<void> {
    const QueueUrl = this.#url;
    const entryOf = (message: FanOutMessage) => ({ MessageBody: JSON.stringify(message), MessageGroupId: sender });
    const [only] = messages;
    if (messages.length === 1 && only) {
      await this.#client.send(new SendMessageCommand({ QueueUrl, ...entryOf(only) }));
      return;
    }
    for (let from = 0; from < messages.length; from += BATCH) {
      const Entries = messages
        .slice(from, from + BATCH)
        .map((message, index) => ({ Id: String(index), ...entryOf(message) }));
      const answer = await this.#client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if (answer.Failed?.length) throw new Error(`SQS did not take ${answer.Failed.length} fan-out messages`);
    }
  }
}
