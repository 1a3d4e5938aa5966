import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { WebhookMessage, WebhookQueue } from '../../core/contract/webhook.ts';

/** Notifications on their way to webhooks. */
export class SqsWebhookQueue implements WebhookQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  /** In the group of its system: an endpoint that hangs takes a worker's time, and others come first then (fair queues). */
  async enqueue(message: WebhookMessage): Promise<void> {
    const MessageBody = JSON.stringify(message);
    const MessageGroupId = message.system;
    await this.#client.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody, MessageGroupId }));
  }

  /** Brings a message that is being worked on back after so many seconds, if it is failed then. SQS takes 12 h at most. */
  async postpone(receiptHandle: string, seconds: number): Promise<void> {
    await this.#client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.#url,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  }
}
