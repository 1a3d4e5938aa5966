import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { INDEXES } from '../../core/contract/environment.ts';
import { type DeliveryId, isDeliveryId } from '../../core/contract/ids.ts';
import type { AsideList } from '../../core/contract/operating.ts';
import type { Page, PageRequest } from '../../core/contract/ports.ts';
import type { DeliveryRecord } from '../../core/contract/records.ts';
import { batchGet } from './batchGet.ts';
import { toDelivery } from './deliveryItem.ts';
import { fromItem, type Item, toItem, toValues } from './item.ts';

/**
 * Where deliveries that were set aside stand in the index of due work: under a name of its own, which the watchman never asks for. One
 * is enough: they are few, or something is very wrong.
 */
export const ASIDE = 'aside';

/** What a delivery gets, and what it loses, when it is set aside; needs `:aside` and `:asideAt`. */
export const INTO_ASIDE = {
  set: ['dueShard = :aside', 'dueAt = :asideAt'],
  remove: ['dueWhat', 'dueAttempts'],
} as const;

/** The operators' queue of what was set aside. */
export class AsideTable implements AsideList {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async aside({ limit, after }: PageRequest): Promise<Page<DeliveryRecord>> {
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: INDEXES.due,
        KeyConditionExpression: 'dueShard = :aside',
        ExpressionAttributeValues: toValues({ aside: ASIDE }),
        Limit: limit,
        ExclusiveStartKey: keyAfter(after),
      }),
    );
    const ids = (answer.Items ?? []).map((item) => fromItem<{ id: DeliveryId }>(item).id);
    const items = await batchGet(this.#client, this.#table, ids);
    const found = ids.flatMap((id) => {
      const item = items.get(id);
      return item ? [toDelivery(item)] : [];
    });
    const next = markOf(answer.LastEvaluatedKey);
    // The index lags: what the item says decides.
    return { items: found.filter(({ state }) => state === 'set-aside'), ...(next ? { next } : {}) };
  }
}

const markOf = (key: Item | undefined): string | undefined => {
  if (!key) return undefined;
  const { dueAt, id } = fromItem<{ dueAt: number; id: string }>(key);
  return `${dueAt}.${id}`;
};

/** A mark that cannot be one starts at the first page. */
function keyAfter(mark = ''): Item | undefined {
  const [, at = '', id = ''] = /^(\d{1,15})\.(.*)$/.exec(mark) ?? [];
  return isDeliveryId(id) ? toItem({ dueShard: ASIDE, dueAt: Number(at), id }) : undefined;
}
