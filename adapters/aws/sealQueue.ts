import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { UploadId } from '../../core/contract/ids.ts';
import type { SealQueue } from '../../core/contract/transferPorts.ts';

/** Uploads that wait for the worker which reads them from end to end. */
export class SqsSealQueue implements SealQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  async enqueue(uploadId: UploadId): Promise<void> {
    await this.#client.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody: JSON.stringify({ uploadId }) }));
  }
}
