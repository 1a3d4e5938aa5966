import { DeleteItemCommand, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { attachmentsIdOf, deliveryIdOf } from '../../core/contract/derivedIds.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { DispatchRecord, Due, TimelineEntry } from '../../core/contract/records.ts';
import type { Retention } from '../../core/contract/retention.ts';
import { NO_REMINDER } from './changeDelivery.ts';
import { DispatchTable, linkIdOf } from './dispatchTable.ts';
import { dueShardOf } from './dueShard.ts';
import { conditionally, READABLE, readableValue, toItem, toValues } from './item.ts';
import { ADD_ENTRY, entryValues } from './logPlace.ts';

const DUE = ['dueWhat = :dueWhat', 'dueAt = :dueAt', 'dueAttempts = :dueAttempts', 'dueShard = :dueShard'] as const;
/** Items that are deleted at once. */
const DELETES_AT_ONCE = 25;

/** What is kept of dispatches, in the `dispatches` table: each decision one conditional write on the dispatch as it was seen. */
export class RetentionTable implements Retention {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  hold(
    seen: DispatchRecord,
    { hold, entry, due }: { readonly hold?: DispatchRecord['hold']; readonly entry: TimelineEntry; readonly due?: Due },
  ): Promise<boolean> {
    // Until fan-out is done its reminder stays: a dispatch on hold is delivered like any other. So does that of the record's end.
    const looksAfter = seen.state === 'dispatched' && seen.content === undefined;
    return this.#write(seen, {
      set: [...(hold ? ['#hold = :hold'] : []), ...(due && looksAfter ? DUE : [])],
      remove: [...(hold ? [] : ['#hold']), ...(due || !looksAfter ? [] : NO_REMINDER)],
      condition: [
        hold ? 'attribute_not_exists(#hold)' : 'attribute_exists(#hold)',
        // The watchman may be about to delete it: one of the two writes wins.
        seen.content ? 'content.#state = :seenContent' : 'attribute_not_exists(content)',
        '#state = :seenState',
      ],
      names: { '#hold': 'hold', '#state': 'state' },
      values: { hold, seenContent: seen.content?.state, seenState: seen.state },
      entry,
      ...(due && looksAfter ? { due } : {}),
    });
  }

  close(seen: DispatchRecord, at: number): Promise<boolean> {
    return this.#write(seen, {
      set: ['content = :content'],
      condition: ['attribute_not_exists(#hold)', 'attribute_not_exists(content)'],
      names: { '#hold': 'hold' },
      values: { content: { state: 'closing', at } },
    });
  }

  deleted(
    seen: DispatchRecord,
    { entry, due }: { readonly entry: TimelineEntry; readonly due: Due },
  ): Promise<boolean> {
    return this.#write(seen, {
      set: ['content.#state = :deleted', 'content.#at = :deletedAt', ...DUE],
      condition: ['content.#state = :closing'],
      names: { '#state': 'state', '#at': 'at' },
      values: { deleted: 'deleted', closing: 'closing', deletedAt: entry.at },
      entry,
      due,
    });
  }

  /** Deliveries and links go first: the dispatch itself is the reminder until nothing else is left. */
  async forget(seen: DispatchRecord): Promise<boolean> {
    if (seen.hold) return false;
    const { dispatchId, details } = seen;
    const later = await new DispatchTable(this.#client, this.#table).thread(dispatchId, LIMITS.recipients);
    const ids = [
      ...details.recipients.map(({ agencyId }) => deliveryIdOf(dispatchId, agencyId)),
      ...(details.links ?? []).map((link) => linkIdOf(link.dispatchId, dispatchId)),
      ...later.map((from) => linkIdOf(dispatchId, from)),
      attachmentsIdOf(dispatchId),
    ];
    for (let start = 0; start < ids.length; start += DELETES_AT_ONCE)
      await this.#deleteAll(ids.slice(start, start + DELETES_AT_ONCE));
    return conditionally(() =>
      this.#client.send(
        new DeleteItemCommand({
          TableName: this.#table,
          Key: toItem({ id: dispatchId }),
          ConditionExpression: `attribute_not_exists(#hold) AND ${READABLE}`,
          ExpressionAttributeNames: { '#hold': 'hold' },
          ExpressionAttributeValues: toValues(readableValue(dispatchId)),
        }),
      ),
    );
  }

  async #deleteAll(ids: readonly string[]): Promise<void> {
    await Promise.all(
      ids.map((id) => this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key: toItem({ id }) }))),
    );
  }

  #write(
    { dispatchId }: DispatchRecord,
    change: {
      readonly set: readonly string[];
      readonly remove?: readonly string[];
      readonly condition: readonly string[];
      readonly names: Readonly<Record<string, string>>;
      readonly values: Readonly<Record<string, unknown>>;
      readonly entry?: TimelineEntry;
      readonly due?: Due;
    },
  ): Promise<boolean> {
    const { entry, due, remove = [] } = change;
    const set = [...change.set, ...(entry ? ADD_ENTRY : [])];
    return conditionally(() =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ id: dispatchId }),
          UpdateExpression: `SET ${set.join(', ')}${remove.length > 0 ? ` REMOVE ${remove.join(', ')}` : ''}`,
          ConditionExpression: [...change.condition, READABLE].join(' AND '),
          ExpressionAttributeNames: { ...change.names, ...(entry ? { '#timeline': 'timeline' } : {}) },
          ExpressionAttributeValues: toValues({
            ...change.values,
            ...(entry ? entryValues(dispatchId, entry) : {}),
            ...readableValue(dispatchId),
            ...(due
              ? { dueWhat: due.what, dueAt: due.at, dueAttempts: due.attempts, dueShard: dueShardOf(dispatchId) }
              : {}),
          }),
        }),
      ),
    );
  }
}
