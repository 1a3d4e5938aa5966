import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/**
 * Works on the messages of a batch, one after the other; those that are not done come back by themselves, and end at last in
 * the dead-letter queue (partial batch failures).
 *
 * @param isDone whether a message is done with; never throws.
 */
export async function eachMessage(
  { Records }: SQSEvent,
  isDone: (record: SQSRecord) => Promise<boolean>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const record of Records) {
    if (!(await isDone(record))) batchItemFailures.push({ itemIdentifier: record.messageId });
  }
  return { batchItemFailures };
}
