import { type DynamoDBClient, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { INDEXES } from '../../core/contract/environment.ts';
import type { AgencyId, DeliveryId, SystemId } from '../../core/contract/ids.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { Page, Relocation, Written } from '../../core/contract/ports.ts';
import type { DeliveryRecord, TimelineEntry } from '../../core/contract/records.ts';
import { startsOf } from '../../core/contract/states.ts';
import { toDelivery } from './deliveryItem.ts';
import { ownCursor } from './dispatchTable.ts';
import { inStates } from './inStates.ts';
import { conditionally, fromItem, READABLE, readableValue, toCursor, toItem, toValues } from './item.ts';
import { ADD_ENTRY, entryValues } from './logPlace.ts';
import { readItem } from './readItem.ts';

const PAGE = 500;

/** Waiting deliveries that follow their agency: every change one conditional write on the delivery as it was seen. */
export class RelocationTable implements Relocation {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async waitingFor(agency: AgencyId, system: SystemId, after: string | undefined): Promise<Page<DeliveryRecord>> {
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: INDEXES.inbox,
        KeyConditionExpression: 'inboxSystem = :system',
        FilterExpression: 'recipient = :agency',
        ExpressionAttributeValues: toValues({ system, agency }),
        Limit: PAGE,
        ExclusiveStartKey: ownCursor(after, { inboxSystem: system }, ['inboxKey', '']),
      }),
    );
    const items: DeliveryRecord[] = [];
    for (const item of answer.Items ?? []) {
      const delivery = await this.#find(fromItem<{ id: DeliveryId }>(item).id);
      // The index lags: only what still waits here is of interest.
      if (delivery?.system === system && ['queued', 'offered'].includes(delivery.state)) items.push(delivery);
    }
    const next = toCursor(answer.LastEvaluatedKey);
    return { items, ...(next ? { next } : {}) };
  }

  relocate(seen: DeliveryRecord, to: SystemId, entry: TimelineEntry): Promise<Written> {
    const append = seen.timeline.length < LIMITS.timelineEntries - LIMITS.timelineReserve;
    const starts = inStates(startsOf('relocate'));
    return this.#write(seen, {
      condition: starts.condition,
      update: `SET #state = :to, #system = :target, inboxSystem = :target${
        append ? `, ${ADD_ENTRY.join(', ')}` : ''
      } REMOVE #lease, movesTo`,
      names: { '#lease': 'lease', '#timeline': 'timeline' },
      values: { ...starts.values, to: entry.to, target: to, ...(append ? entryValues(seen.deliveryId, entry) : {}) },
    });
  }

  markMoving(seen: DeliveryRecord, to: SystemId | undefined): Promise<Written> {
    return this.#write(seen, {
      update: to === undefined ? 'REMOVE movesTo' : 'SET movesTo = :target',
      names: { '#timeline': 'timeline' },
      values: { target: to },
    });
  }

  async #write(
    seen: DeliveryRecord,
    change: { update: string; condition?: string; names: Record<string, string>; values: Record<string, unknown> },
  ): Promise<Written> {
    const { deliveryId } = seen;
    let written: DeliveryRecord | undefined;
    const done = await conditionally(async () => {
      const answer = await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ id: deliveryId }),
          UpdateExpression: change.update,
          ConditionExpression: [
            '#state = :seenState',
            READABLE,
            '#system = :seenSystem',
            'visibleAt = :seenAt',
            'size(#timeline) = :entries',
            ...(change.condition ? [change.condition] : []),
          ].join(' AND '),
          ExpressionAttributeNames: { '#state': 'state', '#system': 'system', ...change.names },
          ExpressionAttributeValues: toValues({
            ...change.values,
            seenState: seen.state,
            seenSystem: seen.system,
            seenAt: seen.visibleAt,
            entries: seen.timeline.length,
            ...readableValue(deliveryId),
          }),
          ReturnValues: 'ALL_NEW',
        }),
      );
      if (answer.Attributes) written = toDelivery(answer.Attributes);
    });
    if (done && written) return { done: true, delivery: written };
    return { done: false, delivery: await this.#find(deliveryId) };
  }

  async #find(id: DeliveryId): Promise<DeliveryRecord | undefined> {
    const item = await readItem(this.#client, this.#table, id);
    return item ? toDelivery(item) : undefined;
  }
}
