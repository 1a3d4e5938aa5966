import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { INDEXES } from '../../core/contract/environment.ts';
import type { CertificateListing, Page, PageRequest } from '../../core/contract/ports.ts';
import type { CertificateClaim } from '../../core/contract/records.ts';
import { batchGet } from './batchGet.ts';
import { ownCursor } from './dispatchTable.ts';
import { fromItem, type Item, toCursor, toValues } from './item.ts';
import { CERTIFICATES } from './registryTable.ts';

/** Pages of 1 MB of keys that one count reads at most: a million certificates, give or take. */
const MOST_PAGES = 200;

/** The registry's certificates by the end of their validity. */
export class IndexedCertificates implements CertificateListing {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async inForce({ limit, after }: PageRequest): Promise<Page<CertificateClaim>> {
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: INDEXES.certificates,
        KeyConditionExpression: 'expiryList = :list',
        ExpressionAttributeValues: toValues({ list: CERTIFICATES }),
        Limit: limit,
        ExclusiveStartKey: ownCursor(after, { expiryList: CERTIFICATES }, ['expiryKey', '']),
      }),
    );
    const keys = (answer.Items ?? []).map((item) => fromItem<{ id: string }>(item).id);
    const found = await batchGet(this.#client, this.#table, keys);
    const claims = keys.flatMap((key) => {
      const item = found.get(key);
      return item ? [fromItem<CertificateClaim>(item)] : [];
    });
    const next = toCursor(answer.LastEvaluatedKey);
    // The index lags: a retirement that it has not heard of yet stands in the claim.
    return { items: claims.filter(({ until }) => until === undefined), ...(next ? { next } : {}) };
  }

  async countExpiring(from: number, until: number): Promise<number> {
    let count = 0;
    let after: Item | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: INDEXES.certificates,
          Select: 'COUNT',
          KeyConditionExpression: 'expiryList = :list AND expiryKey BETWEEN :from AND :until',
          ExpressionAttributeValues: toValues({
            list: CERTIFICATES,
            from: new Date(from).toISOString(),
            until: new Date(until).toISOString(),
          }),
          ...(after ? { ExclusiveStartKey: after } : {}),
        }),
      );
      count += answer.Count ?? 0;
      after = answer.LastEvaluatedKey;
      if (!after) break;
    }
    return count;
  }
}
