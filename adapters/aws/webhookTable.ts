import { DeleteItemCommand, type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SystemId } from '../../core/contract/ids.ts';
import type { WebhookHealth, WebhookRecord, Webhooks } from '../../core/contract/webhook.ts';
import { conditionally, fromItem, toItem, toValues } from './item.ts';
import { readItem } from './readItem.ts';
import { registryKey } from './registryTable.ts';

const HEALTH = [
  'failures',
  'lastSuccess',
  'failingSince',
  'why',
  'nextTry',
] as const satisfies readonly (keyof WebhookHealth)[];

/** Webhooks: one item a system in the `registry` table. */
export class WebhookTable implements Webhooks {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async find(system: SystemId): Promise<WebhookRecord | undefined> {
    const item = await readItem(this.#client, this.#table, registryKey.webhook(system));
    return item && fromItem<WebhookRecord>(item);
  }

  replace(webhook: WebhookRecord, seen: WebhookRecord | undefined): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toItem({ ...webhook, id: registryKey.webhook(webhook.system) }),
          ...(seen
            ? {
                ConditionExpression: 'ciphertext = :seen',
                ExpressionAttributeValues: toValues({ seen: seen.ciphertext }),
              }
            : { ConditionExpression: 'attribute_not_exists(id)' }),
        }),
      ),
    );
  }

  remove(system: SystemId): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new DeleteItemCommand({
          TableName: this.#table,
          Key: toItem({ id: registryKey.webhook(system) }),
          ConditionExpression: 'attribute_exists(id)',
        }),
      ),
    );
  }

  note(seen: WebhookRecord, health: WebhookHealth): Promise<boolean> {
    const kept = HEALTH.filter((name) => health[name] !== undefined);
    const gone = HEALTH.filter((name) => health[name] === undefined);
    const set = kept.map((name) => `#${name} = :${name}`).join(', ');
    const removed = gone.length > 0 ? ` REMOVE ${gone.map((name) => `#${name}`).join(', ')}` : '';
    const nextTry = seen.nextTry === undefined ? 'attribute_not_exists(#nextTry)' : '#nextTry = :nextTryBefore';
    return conditionally(() =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ id: registryKey.webhook(seen.system) }),
          UpdateExpression: `SET ${set}${removed}`,
          ConditionExpression: `ciphertext = :seen AND #failures = :before AND ${nextTry}`,
          ExpressionAttributeNames: Object.fromEntries(HEALTH.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: toValues({
            seen: seen.ciphertext,
            before: seen.failures,
            ...(seen.nextTry === undefined ? {} : { nextTryBefore: seen.nextTry }),
            ...Object.fromEntries(kept.map((name) => [name, health[name]])),
          }),
        }),
      ),
    );
  }
}
