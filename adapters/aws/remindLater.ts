import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { conditionally, READABLE, readableValue, toItem, toValues } from './item.ts';

/**
 * Puts off what an item's outgoing-work marker reminds of, and counts the attempt.
 *
 * @param at milliseconds since the epoch.
 * @returns false when the item has no marker any more: the work is done.
 */
export const remindLater = (
  client: DynamoDBClient,
  { table, id, at }: { readonly table: string; readonly id: string; readonly at: number },
): Promise<boolean> =>
  conditionally(() =>
    client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: toItem({ id }),
        UpdateExpression: 'SET dueAt = :at ADD dueAttempts :one',
        ConditionExpression: `attribute_exists(dueAt) AND ${READABLE}`,
        ExpressionAttributeValues: toValues({ at, one: 1, ...readableValue(id) }),
      }),
    ),
  );
