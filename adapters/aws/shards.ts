import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { INDEXES } from '../../core/contract/environment.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { fromItem, toValues } from './item.ts';

/** Number of the shard of an id: by its last base32 character, which is as even as SHA-256. */
export const shardOf = (id: string): number => id.charCodeAt(id.length - 1) % LIMITS.shards;

/** Indexes by time that are cut into shards, `NAME#0` and so on, and their keys. */
const KEYS = { due: ['dueShard', 'dueAt'], log: ['logShard', 'logAt'] } as const;

/** What stands in a shard until `now`, the oldest first; the index lags. */
export async function shardUntil(
  { client, table }: { readonly client: DynamoDBClient; readonly table: string },
  { index, shard, now, limit }: { index: keyof typeof KEYS; shard: number; now: number; limit: number },
): Promise<readonly { readonly id: string; readonly at: number }[]> {
  const [shardKey, timeKey] = KEYS[index];
  const answer = await client.send(
    new QueryCommand({
      TableName: table,
      IndexName: INDEXES[index],
      KeyConditionExpression: `${shardKey} = :shard AND ${timeKey} <= :now`,
      ExpressionAttributeValues: toValues({ shard: `${index}#${shard}`, now }),
      Limit: limit,
    }),
  );
  return (answer.Items ?? []).map((item) => {
    const found = fromItem<{ id: string } & Record<typeof timeKey, number>>(item);
    return { id: found.id, at: found[timeKey] };
  });
}
