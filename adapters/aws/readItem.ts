import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type Item, toItem } from './item.ts';

/** The item with this id as it is now (strongly consistent), if there is one. */
export async function readItem(client: DynamoDBClient, table: string, id: string): Promise<Item | undefined> {
  const answer = await client.send(new GetItemCommand({ TableName: table, Key: toItem({ id }), ConsistentRead: true }));
  return answer.Item;
}
