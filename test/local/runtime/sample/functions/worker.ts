import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient({});

interface Batch {
  Records: { messageId: string; body: string; eventSource: string; attributes: Record<string, string> }[];
}

/** Counts every message by its body; fails those that begin with `poison`, and reports an unknown id for `liar`. */
export async function handler(event: Batch): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> {
  const failures: { itemIdentifier: string }[] = [];
  for (const record of event.Records) {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: process.env.TABLE,
        Key: { pk: { S: record.body } },
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );
    if (record.body.startsWith('poison')) failures.push({ itemIdentifier: record.messageId });
    if (record.body === 'liar') failures.push({ itemIdentifier: 'nobody' });
  }
  return { batchItemFailures: failures };
}
