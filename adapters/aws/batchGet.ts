import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Item, idOf, toItem } from './item.ts';

/** Items that one call reads at most. */
export const GET_AT_ONCE = 100;
const MOST_ROUNDS = 100;

/** Strongly consistent reads of many items by id, 100 a call; what a call leaves over is asked again. */
export async function batchGet(
  client: DynamoDBClient,
  table: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Item>> {
  const found = new Map<string, Item>();
  let open = [...new Set(ids)];
  for (let rounds = 0; open.length > 0; rounds++) {
    if (rounds > MOST_ROUNDS) throw new Error('DynamoDB keeps leaving keys unprocessed');
    const asked = open.slice(0, GET_AT_ONCE);
    const answer = await client.send(
      new BatchGetItemCommand({
        RequestItems: { [table]: { Keys: asked.map((id) => toItem({ id })), ConsistentRead: true } },
      }),
    );
    for (const item of answer.Responses?.[table] ?? []) found.set(idOf(item), item);
    const left = (answer.UnprocessedKeys?.[table]?.Keys ?? []).map(idOf);
    open = [...left, ...open.slice(GET_AT_ONCE)];
  }
  return found;
}
