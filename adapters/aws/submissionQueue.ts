import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SubmissionRecord } from '../../core/contract/records.ts';
import type { SubmissionQueue } from '../../core/contract/transferPorts.ts';

/** Submissions that wait for the worker which goes on with them: ids, never bytes. */
export class SqsSubmissionQueue implements SubmissionQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  /** In the group of its system, which must not hold up others (fair queues). */
  async enqueue({ submissionId, system }: Pick<SubmissionRecord, 'submissionId' | 'system'>): Promise<void> {
    const MessageBody = JSON.stringify({ submissionId });
    await this.#client.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody, MessageGroupId: system }));
  }
}
