import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SubmissionId } from '../../core/contract/ids.ts';
import type { SubmissionQueue } from '../../core/contract/transferPorts.ts';

/** Submissions that wait for the worker which goes on with them: ids, never bytes. */
export class SqsSubmissionQueue implements SubmissionQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  async enqueue(submissionId: SubmissionId): Promise<void> {
    await this.#client.send(
      new SendMessageCommand({ QueueUrl: this.#url, MessageBody: JSON.stringify({ submissionId }) }),
    );
  }
}
