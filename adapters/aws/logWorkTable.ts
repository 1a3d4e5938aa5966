import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { LoggedRun, LogWork, Timeline } from '../../core/contract/evidence.ts';
import { type DeliveryId, type DispatchId, isDeliveryId, isDispatchId } from '../../core/contract/ids.ts';
import { batchGet } from './batchGet.ts';
import { toDelivery } from './deliveryItem.ts';
import { toDispatch } from './dispatchTable.ts';
import { conditionally, fromItem, type Item, READABLE, readableValue, toItem, toValues } from './item.ts';
import { readItem } from './readItem.ts';
import { shardUntil } from './shards.ts';

/** What the log knows of an item: `[to, index, start]` for each batch that has steps of it, and its place in the index. */
interface LogAttributes {
  readonly logged?: readonly (readonly [to: number, index: number, start: number])[];
  readonly logShard?: string;
}

/** Timelines in the `dispatches` table and how far each is logged; every mark one conditional write. */
export class LogWorkTable implements LogWork {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #notRead: (id: string, error: unknown) => void;

  /** @param notRead told of an item that is passed over: later code wrote it, or nobody can read it */
  constructor(client: DynamoDBClient, table: string, notRead: (id: string, error: unknown) => void) {
    this.#client = client;
    this.#table = table;
    this.#notRead = notRead;
  }

  waiting(shard: number, now: number, limit: number): Promise<readonly { readonly id: string; readonly at: number }[]> {
    return shardUntil({ client: this.#client, table: this.#table }, { index: 'log', shard, now, limit });
  }

  async find(id: DispatchId | DeliveryId): Promise<Timeline | undefined> {
    const item = await readItem(this.#client, this.#table, id);
    return item && timelineOf(id, item);
  }

  async read(ids: readonly string[]): Promise<readonly Timeline[]> {
    const items = await batchGet(this.#client, this.#table, ids);
    return ids.flatMap((id) => {
      const item = items.get(id);
      const timeline = item && this.#readable(id, item);
      return timeline ? [timeline] : [];
    });
  }

  #readable(id: string, item: Item): Timeline | undefined {
    try {
      return timelineOf(id, item);
    } catch (error) {
      this.#notRead(id, error);
      return undefined;
    }
  }

  /** A second write where the timeline grew between: it is marked all the same, and stays in the index. */
  async mark(id: DispatchId | DeliveryId, { to, index, start }: LoggedRun, runs: number): Promise<boolean> {
    const write = (unlessGrown: boolean) =>
      this.#update(id, {
        UpdateExpression: `SET logged = list_append(if_not_exists(logged, :none), :run)${unlessGrown ? ' REMOVE logShard, logAt' : ''}`,
        condition: [
          runs === 0 ? 'attribute_not_exists(logged)' : 'size(logged) = :runs',
          unlessGrown ? 'size(#timeline) = :to' : 'size(#timeline) >= :to',
        ],
        values: { none: [], run: [[to, index, start]], to, runs: runs === 0 ? undefined : runs },
      });
    try {
      return (await write(true)) || (await write(false));
    } catch (error) {
      // An item that takes nothing more must not keep everybody's batch open.
      if (error instanceof Error && error.name === 'ValidationException') return false;
      throw error;
    }
  }

  async settle({ id, timeline }: Timeline): Promise<void> {
    await this.#update(id, {
      UpdateExpression: 'REMOVE logShard, logAt',
      condition: ['size(#timeline) = :to'],
      values: { to: timeline.length },
    });
  }

  #update(
    id: string,
    change: {
      readonly UpdateExpression: string;
      readonly condition: readonly string[];
      readonly values: Readonly<Record<string, unknown>>;
    },
  ): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ id }),
          UpdateExpression: change.UpdateExpression,
          ConditionExpression: [...change.condition, READABLE].join(' AND '),
          ExpressionAttributeNames: { '#timeline': 'timeline' },
          ExpressionAttributeValues: toValues({ ...change.values, ...readableValue(id) }),
        }),
      ),
    );
  }
}

function timelineOf(id: string, item: Item): Timeline | undefined {
  const { logged = [], logShard } = fromItem<LogAttributes>(item);
  const known = {
    logged: logged.map(([to, index, start]) => ({ to, index, start })),
    waits: logShard !== undefined,
  };
  if (isDispatchId(id)) {
    const { dispatchId, sender, headline, receipt, timeline } = toDispatch(item);
    return { id, dispatchId, sender, headline, receipt, timeline, ...known };
  }
  if (!isDeliveryId(id)) return undefined;
  const { dispatchId, sender, headline, recipientCode, system, timeline } = toDelivery(item);
  return { id, dispatchId, sender, headline, recipientCode, system, timeline, ...known };
}
