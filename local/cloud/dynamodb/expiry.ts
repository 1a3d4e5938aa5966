import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import { openNamedRecords } from '../disk/namedRecords.ts';
import type { DynaliteStore } from './dynaliteStore.ts';
import type { Item } from './item.ts';

const MINUTE_MS = 60_000;

/** Time to live of DynamoDB tables: expired items go in a sweep, at most once a minute of axis time. */
export interface Expiry {
  /** Names the attribute (epoch seconds) by which a table's items expire; undefined: they do not. */
  configure(tableName: string, attribute: string | undefined): void;
  /** Learns of an item that was written. */
  noteWritten(tableName: string, item: Item): void;
  /** Deletes what has expired if a sweep is due. */
  sweep(): Promise<void>;
  /** Waits for a sweep that is under way. */
  idle(): Promise<void>;
}

/** Keeps the settings in `dir`. A table is only scanned if one of its items can have expired. */
export function createExpiry(dir: string, store: DynaliteStore, clock: Clock): Expiry {
  const attributes = openNamedRecords(join(dir, 'table-expiry.json'), z.string());
  // Epoch seconds of each table's earliest expiry; absent after a start: not known, so scan once.
  const earliest = new Map<string, number>();
  let lastSweep = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;

  async function sweepTable(tableName: string, attribute: string): Promise<void> {
    const now = Math.floor(clock.now() / 1_000);
    if ((earliest.get(tableName) ?? 0) > now) return;
    earliest.set(tableName, Number.POSITIVE_INFINITY);
    const table = await store.table(tableName);
    if (!table) return;
    const names = { '#ttl': attribute };
    let startKey: unknown;
    do {
      const page = await store.run('Scan', {
        TableName: tableName,
        FilterExpression: 'attribute_type(#ttl, :number)',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':number': { S: 'N' } },
        ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
      });
      for (const item of pageItems(page)) {
        const expiresAt = Number(item[attribute]?.N);
        if (expiresAt >= now) {
          noteExpiry(tableName, expiresAt);
          continue;
        }
        const Key = Object.fromEntries(table.KeySchema.map(({ AttributeName: name }) => [name, item[name]]));
        await deleteIfStillExpired({ TableName: tableName, Key, names, now });
      }
      startKey = page.LastEvaluatedKey;
    } while (startKey !== undefined);
  }

  async function deleteIfStillExpired(expired: {
    TableName: string;
    Key: Record<string, unknown>;
    names: Record<string, string>;
    now: number;
  }): Promise<void> {
    const { TableName, Key, names, now } = expired;
    try {
      await store.run('DeleteItem', {
        TableName,
        Key,
        ConditionExpression: '#ttl < :now',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':now': { N: String(now) } },
      });
    } catch (error) {
      // Somebody prolonged the item in between, and the write told us its new expiry.
      if (!(error instanceof Error && 'code' in error && error.code === 'ConditionalCheckFailedException')) throw error;
    }
  }

  function noteExpiry(tableName: string, expiresAt: number): void {
    earliest.set(tableName, Math.min(earliest.get(tableName) ?? 0, expiresAt));
  }

  async function sweepAll(): Promise<void> {
    for (const [tableName, attribute] of attributes.entries()) await sweepTable(tableName, attribute);
  }

  return {
    configure(tableName, attribute) {
      if (attributes.get(tableName) === attribute) return;
      if (attribute === undefined) attributes.delete(tableName);
      else attributes.set(tableName, attribute);
      earliest.delete(tableName);
    },
    noteWritten(tableName, item) {
      const attribute = attributes.get(tableName);
      const expiresAt = attribute === undefined ? Number.NaN : Number(item[attribute]?.N);
      if (!Number.isNaN(expiresAt)) noteExpiry(tableName, expiresAt);
    },
    async sweep() {
      if (running) return running;
      const now = clock.now();
      if (now - lastSweep < MINUTE_MS && now >= lastSweep) return;
      lastSweep = now;
      running = sweepAll().finally(() => {
        running = undefined;
      });
      await running;
    },
    async idle() {
      await running?.catch(() => {});
    },
  };
}

function pageItems(page: Record<string, unknown>): Item[] {
  return Array.isArray(page.Items) ? page.Items : [];
}
