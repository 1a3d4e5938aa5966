import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { LIMITS } from '../../core/contract/limits.ts';
import type { Memory, MemoryRecord } from '../../core/contract/memory.ts';
import type { Clock } from '../../core/contract/ports.ts';
import { conditionally, fromItem, toItem, toValues } from './item.ts';
import { readItem } from './readItem.ts';

const ID = 'memory#rounds';

/** The memory of the `dispatches` table, in itself: whoever puts the table back puts it back. */
export class MemoryTable implements Memory {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(): Promise<MemoryRecord | undefined> {
    const item = await readItem(this.#client, this.#table, ID);
    if (!item) return undefined;
    const { v, round, at, forgotten, restoredAt, history } = fromItem<MemoryRecord>(item);
    return {
      v,
      round,
      at,
      history,
      ...(forgotten ? { forgotten } : {}),
      ...(restoredAt === undefined ? {} : { restoredAt }),
    };
  }

  write(memory: MemoryRecord, seen: MemoryRecord | undefined): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toItem({ ...memory, id: ID }),
          ConditionExpression: seen ? 'round = :seen' : 'attribute_not_exists(id)',
          ...(seen ? { ExpressionAttributeValues: toValues({ seen: seen.round }) } : {}),
        }),
      ),
    );
  }
}

/** When the table was last put back, as a function sees it that asks again and again: one read a minute. */
export class CachedMemory {
  readonly #memory: Pick<Memory, 'read'>;
  readonly #clock: Clock;
  #known: { readonly restoredAt: number | undefined; readonly until: number } | undefined;

  constructor(memory: Pick<Memory, 'read'>, clock: Clock) {
    this.#memory = memory;
    this.#clock = clock;
  }

  async restoredAt(): Promise<number | undefined> {
    const now = this.#clock.now();
    if (this.#known && this.#known.until > now) return this.#known.restoredAt;
    const memory = await this.#memory.read();
    this.#known = { restoredAt: memory?.restoredAt, until: now + LIMITS.memorySeconds * 1000 };
    return memory?.restoredAt;
  }
}
