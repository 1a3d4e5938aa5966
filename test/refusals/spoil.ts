import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Stores } from '../kit/stores.ts';

/** Sets one attribute of an item: only to bring about what no call could in a short time. */
export async function spoil(
  { dynamo, table }: Stores,
  id: string,
  change: { attribute: string; value: unknown },
): Promise<void> {
  await dynamo.send(
    new UpdateItemCommand({
      TableName: table,
      Key: marshall({ id }),
      UpdateExpression: 'SET #attribute = :value',
      ExpressionAttributeNames: { '#attribute': change.attribute },
      ExpressionAttributeValues: marshall({ ':value': change.value }),
    }),
  );
}
