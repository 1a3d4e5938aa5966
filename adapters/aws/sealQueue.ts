import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { UploadRecord } from '../../core/contract/records.ts';
import type { SealQueue } from '../../core/contract/transferPorts.ts';

/** Uploads that wait for the worker which reads them from end to end. */
export class SqsSealQueue implements SealQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  /** In the group of its system, which must not hold up others with many large files (fair queues). */
  async enqueue({ uploadId, system }: Pick<UploadRecord, 'uploadId' | 'system'>): Promise<void> {
    const MessageBody = JSON.stringify({ uploadId });
    await this.#client.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody, MessageGroupId: system }));
  }
}
