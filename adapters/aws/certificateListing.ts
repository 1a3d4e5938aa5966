import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { INDEXES } from '../../core/contract/environment.ts';
import type { CertificateListing, Page, PageRequest } from '../../core/contract/ports.ts';
import type { CertificateClaim } from '../../core/contract/records.ts';
import { batchGet } from './batchGet.ts';
import { ownCursor } from './dispatchTable.ts';
import { fromItem, type Item, toCursor, toValues } from './item.ts';
import { CERTIFICATES } from './registryTable.ts';

/** Pages of 1 MB of keys that one count reads at most: a million certificates, give or take. */
const MOST_PAGES = 200;

interface Period {
  readonly from: number;
  readonly until: number;
}

/** The registry's certificates by the end of their validity. */
export class IndexedCertificates implements CertificateListing {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  inForce(page: PageRequest): Promise<Page<CertificateClaim>> {
    return this.#page(page);
  }

  expiringPage(period: Period, page: PageRequest): Promise<Page<CertificateClaim>> {
    return this.#page(page, period);
  }

  async #page({ limit, after }: PageRequest, period?: Period): Promise<Page<CertificateClaim>> {
    const start = ownCursor(after, { expiryList: CERTIFICATES }, ['expiryKey', '']);
    const answer = await this.#query({ Limit: limit, ...(start ? { ExclusiveStartKey: start } : {}) }, period);
    const next = toCursor(answer.LastEvaluatedKey);
    return { items: await this.#claimsOf(answer.Items ?? []), ...(next ? { next } : {}) };
  }

  async countExpiring(from: number, until: number): Promise<number> {
    let count = 0;
    let after: Item | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const start = after ? { ExclusiveStartKey: after } : {};
      const answer = await this.#query({ Select: 'COUNT', ...start }, { from, until });
      count += answer.Count ?? 0;
      after = answer.LastEvaluatedKey;
      if (!after) break;
    }
    return count;
  }

  async expiring(from: number, until: number, limit: number): Promise<readonly CertificateClaim[]> {
    const { Items = [] } = await this.#query({ Limit: limit }, { from, until });
    return this.#claimsOf(Items);
  }

  #query(page: Partial<QueryCommandInput>, period?: Period) {
    const moment = (at: number) => new Date(at).toISOString();
    const bounds = period && { from: moment(period.from), until: moment(period.until) };
    return this.#client.send(
      new QueryCommand({
        ...page,
        TableName: this.#table,
        IndexName: INDEXES.certificates,
        KeyConditionExpression: `expiryList = :list${bounds ? ' AND expiryKey BETWEEN :from AND :until' : ''}`,
        ExpressionAttributeValues: toValues({ list: CERTIFICATES, ...bounds }),
      }),
    );
  }

  /** The index lags: a retirement that it has not heard of yet stands in the claim. */
  async #claimsOf(items: readonly Item[]): Promise<readonly CertificateClaim[]> {
    const keys = items.map((item) => fromItem<{ id: string }>(item).id);
    const found = await batchGet(this.#client, this.#table, keys);
    const claims = keys.flatMap((key) => {
      const item = found.get(key);
      return item ? [fromItem<CertificateClaim>(item)] : [];
    });
    return claims.filter(({ until }) => until === undefined);
  }
}
