import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { RevocationIndex, RevocationRecord } from '../../core/contract/revocation.ts';
import { batchGet } from './batchGet.ts';
import { conditionally, fromItem, toItem, toValues } from './item.ts';
import { registryKey } from './registryTable.ts';

/** Where news of revocation come from and which are held: one item of the `registry` table. */
export class RevocationIndexTable implements RevocationIndex {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async current(): Promise<RevocationRecord | undefined> {
    const key = registryKey.revocation();
    const item = (await batchGet(this.#client, this.#table, [key])).get(key);
    return item && fromItem<RevocationRecord>(item);
  }

  replace(record: RevocationRecord, seen: RevocationRecord | undefined): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toItem({ ...record, id: registryKey.revocation() }),
          ConditionExpression: seen ? '#at = :before' : 'attribute_not_exists(id)',
          ...(seen
            ? {
                ExpressionAttributeNames: { '#at': 'at' },
                ExpressionAttributeValues: toValues({ before: seen.at }),
              }
            : {}),
        }),
      ),
    );
  }
}
