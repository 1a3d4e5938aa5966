import { createHash } from 'node:crypto';
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { SystemId } from '../../core/contract/ids.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { RefusalArchive, RefusalLog } from '../../core/contract/ports.ts';
import type { RefusalRecord } from '../../core/contract/records.ts';
import { batchGet } from './batchGet.ts';
import { fromItem, toItem } from './item.ts';

const PREFIX = 'refusal#';
const keyOf = (system: SystemId, slot: number): string => `${PREFIX}${system}#${slot}`;

/**
 * Small refusal records with an expiry. A system has a fixed number of places, chosen by the correlation id:
 * whoever is refused a million times overwrites its own records and fills nothing.
 */
export class RefusalTable implements RefusalLog, RefusalArchive {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async keep(refusal: RefusalRecord): Promise<void> {
    const slot =
      createHash('sha256').update(refusal.correlationId).digest().readUInt32BE(0) % LIMITS.refusalRecords.perSystem;
    const expires = Math.floor(refusal.at / 1000) + LIMITS.refusalRecords.days * 86_400;
    await this.#client.send(
      new PutItemCommand({
        TableName: this.#table,
        Item: toItem({ ...refusal, id: keyOf(refusal.system, slot), expires }),
      }),
    );
  }

  async latest(system: SystemId): Promise<readonly RefusalRecord[]> {
    const keys = Array.from({ length: LIMITS.refusalRecords.perSystem }, (_, slot) => keyOf(system, slot));
    const items = await batchGet(this.#client, this.#table, keys);
    return [...items.values()]
      .map((item) => {
        const { system: owner, at, code, route, correlationId } = fromItem<RefusalRecord>(item);
        return { system: owner, at, code, route, correlationId };
      })
      .sort((a, b) => b.at - a.at);
  }
}
