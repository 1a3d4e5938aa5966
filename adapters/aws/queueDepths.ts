import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueueDepth, QueueDepths, QueueUrls } from '../../core/contract/seeing.ts';

/** How much lies in the stage's queues; SQS counts approximately. */
export class SqsQueueDepths implements QueueDepths {
  readonly #client: SQSClient;
  readonly #urls: QueueUrls;

  constructor(client: SQSClient, urls: QueueUrls) {
    this.#client = client;
    this.#urls = urls;
  }

  depths(): Promise<readonly QueueDepth[]> {
    return Promise.all(
      Object.entries(this.#urls).map(async ([name, { live, dead }]) => ({
        name,
        ...(live === undefined ? {} : { waiting: await this.#messagesIn(live) }),
        dead: await this.#messagesIn(dead),
      })),
    );
  }

  async #messagesIn(QueueUrl: string): Promise<number> {
    const { Attributes = {} } = await this.#client.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  }
}
