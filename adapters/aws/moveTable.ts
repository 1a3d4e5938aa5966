import { DeleteItemCommand, type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { MoveId } from '../../core/contract/ids.ts';
import type { Moves } from '../../core/contract/ports.ts';
import type { MoveRecord } from '../../core/contract/records.ts';
import { dueShardOf } from './dueShard.ts';
import { conditionally, fromItem, toItem, toValues } from './item.ts';
import { readItem } from './readItem.ts';

/** Moves under way, in the `dispatches` table, where the index of overdue work finds them. */
export class MoveTable implements Moves {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async remember(move: MoveRecord): Promise<void> {
    const { moveId, ...rest } = move;
    const Item = toItem({ ...rest, id: moveId, dueShard: dueShardOf(moveId) });
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item }));
  }

  async find(moveId: MoveId): Promise<MoveRecord | undefined> {
    const item = await readItem(this.#client, this.#table, moveId);
    if (!item) return undefined;
    const { v, agencyId, from, since, dueAt, after } = fromItem<MoveRecord>(item);
    return { v, moveId, agencyId, from, since, dueAt, ...(after === undefined ? {} : { after }) };
  }

  goOn(move: MoveRecord, next: { readonly dueAt: number; readonly after?: string | undefined }): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ id: move.moveId }),
          UpdateExpression:
            next.after === undefined ? 'SET dueAt = :dueAt REMOVE #after' : 'SET dueAt = :dueAt, #after = :after',
          ConditionExpression: 'since = :since',
          ExpressionAttributeNames: { '#after': 'after' },
          ExpressionAttributeValues: toValues({ dueAt: next.dueAt, after: next.after, since: move.since }),
        }),
      ),
    );
  }

  forget(move: MoveRecord): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new DeleteItemCommand({
          TableName: this.#table,
          Key: toItem({ id: move.moveId }),
          ConditionExpression: 'since = :since',
          ExpressionAttributeValues: toValues({ since: move.since }),
        }),
      ),
    );
  }
}
