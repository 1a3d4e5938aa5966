import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { DeliveryId } from '../../core/contract/ids.ts';
import type { Written } from '../../core/contract/ports.ts';
import type { DeliveryRecord } from '../../core/contract/records.ts';
import type { Tally } from '../../core/contract/states.ts';
import { toDelivery } from './deliveryItem.ts';
import { conditionally, READABLE, readableValue, toItem, toValues } from './item.ts';
import { readItem } from './readItem.ts';

/** Parts of an update of one delivery. `#state` is known; every other reserved name stands in `names`. */
export interface DeliveryChange {
  readonly set: readonly string[];
  readonly remove?: readonly string[];
  readonly condition: readonly string[];
  readonly names?: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What a delivery loses that leaves the inbox for good. */
export const OUT_OF_INBOX = ['inboxSystem', 'inboxKey', 'lease', 'withdrawing'] as const;
export const NO_REMINDER = ['dueWhat', 'dueShard', 'dueAt', 'dueAttempts'] as const;

/**
 * What may be leased at `:now`: its agency has not moved away, no recall waits for the end of a lease, its time is not over. Items
 * of an earlier version of the code carry no expiry.
 */
export const MAY_BE_OFFERED = [
  'attribute_not_exists(movesTo)',
  'attribute_not_exists(withdrawing)',
  '(attribute_not_exists(expiresAt) OR expiresAt > :now)',
] as const;

/** Content is closed once its recipient agreed (`:agreed`) to a recall. */
export const CONTENT_IS_OPEN = '(attribute_not_exists(recall) OR NOT recall.#state = :agreed)';
export const AGREED = 'agreed';

/** Counts an event at `:now`, by `:one`; needs `TALLY_NAMES`. Names of tallies can be reserved words (`extended` is one). */
export const tallySet = (tally: Tally): readonly string[] => [
  `tallies.#${tally}.#count = tallies.#${tally}.#count + :one`,
  `tallies.#${tally}.#last = :now`,
  `tallies.#${tally}.#first = if_not_exists(tallies.#${tally}.#first, :now)`,
];

export const tallyNames = (...tallies: readonly Tally[]): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(tallies.map((tally) => [`#${tally}`, tally])),
  '#count': 'count',
  '#last': 'last',
  '#first': 'first',
});

/**
 * One conditional write; when it does not hold, the item itself says why.
 *
 * @throws UnreadableItem when later code wrote the item: nothing was changed.
 */
export async function changeDelivery(
  { client, table }: { readonly client: DynamoDBClient; readonly table: string },
  id: DeliveryId,
  change: DeliveryChange,
): Promise<Written> {
  const text = [...change.set, ...change.condition].join(' ');
  const names = { ...(/#state\b/.test(text) ? { '#state': 'state' } : {}), ...change.names };
  let written: DeliveryRecord | undefined;
  const done = await conditionally(async () => {
    const answer = await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: toItem({ id }),
        UpdateExpression: `SET ${change.set.join(', ')}${change.remove ? ` REMOVE ${change.remove.join(', ')}` : ''}`,
        ConditionExpression: [...change.condition, READABLE].join(' AND '),
        // An empty list of names is a mistake to DynamoDB.
        ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
        ExpressionAttributeValues: toValues({ ...change.values, ...readableValue(id) }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    if (answer.Attributes) written = toDelivery(answer.Attributes);
  });
  if (done && written) return { done: true, delivery: written };
  const item = await readItem(client, table, id);
  return { done: false, delivery: item && toDelivery(item) };
}
