import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Snapshots } from '../../core/contract/ports.ts';
import type { SnapshotRecord } from '../../core/contract/records.ts';
import { batchGet } from './batchGet.ts';
import { conditionally, fromItem, toItem, toValues } from './item.ts';
import { registryKey } from './registryTable.ts';

/** Which published directory is the current one: one item of the `registry` table. */
export class SnapshotTable implements Snapshots {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async current(): Promise<SnapshotRecord | undefined> {
    const key = registryKey.snapshot();
    const item = (await batchGet(this.#client, this.#table, [key])).get(key);
    return item ? fromItem<SnapshotRecord>(item) : undefined;
  }

  publish(snapshot: SnapshotRecord): Promise<boolean> {
    const first = snapshot.version === 1;
    return conditionally(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toItem({ ...snapshot, id: registryKey.snapshot() }),
          ConditionExpression: first ? 'attribute_not_exists(id)' : '#version = :before',
          ...(first
            ? {}
            : {
                ExpressionAttributeNames: { '#version': 'version' },
                ExpressionAttributeValues: toValues({ before: snapshot.version - 1 }),
              }),
        }),
      ),
    );
  }
}
