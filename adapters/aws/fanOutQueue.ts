import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { FanOutMessage, FanOutQueue } from '../../core/contract/ports.ts';

const BATCH = 10;

/** The fan-out queue: messages carry ids, never bytes. */
export class SqsFanOutQueue implements FanOutQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  async enqueue(messages: readonly FanOutMessage[]): Promise<void> {
    const [only] = messages;
    if (messages.length === 1 && only) {
      await this.#client.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody: JSON.stringify(only) }));
      return;
    }
    for (let from = 0; from < messages.length; from += BATCH) {
      const Entries = messages
        .slice(from, from + BATCH)
        .map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
      const answer = await this.#client.send(new SendMessageBatchCommand({ QueueUrl: this.#url, Entries }));
      if (answer.Failed?.length) throw new Error(`SQS did not take ${answer.Failed.length} fan-out messages`);
    }
  }
}
