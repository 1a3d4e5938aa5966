import type { Clock } from '../../contract/clock.ts';
import { untilActive } from './createTable.ts';
import type { DynaliteStore } from './dynaliteStore.ts';
import type { Item, TableDescription } from './item.ts';

/** Global secondary indexes that show what was written only after a while, as those of DynamoDB may. */
export interface LaggingIndexes {
  /** How long a write stays unseen in the indexes of all tables, in milliseconds of axis time; 0: not at all. */
  set(ms: number): Promise<void>;
  /** Learns of a write: what the item is now, or nothing where it is gone. */
  noteWritten(table: TableDescription, key: Item, now: Item | undefined): Promise<void>;
  /** The table to ask for an index: a copy that is behind, or the table itself. */
  tableFor(tableName: string): Promise<string>;
}

interface Unseen {
  readonly at: number;
  readonly copy: string;
  readonly key: Item;
  readonly now: Item | undefined;
}

/** While indexes lag, each table with indexes has a copy on which writes are carried out later; queries of indexes go there. */
export function createLaggingIndexes(store: DynaliteStore, clock: Clock): LaggingIndexes {
  let lagMs = 0;
  let made = 0;
  let unseen: Unseen[] = [];
  const copies = new Map<string, string>();
  // One after the other: a copy sees writes in their order.
  let turn: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  }

  async function end(): Promise<void> {
    for (const copy of copies.values()) await store.run('DeleteTable', { TableName: copy });
    copies.clear();
    unseen = [];
  }

  async function begin(): Promise<void> {
    const { TableNames } = await store.run('ListTables', {});
    for (const name of Array.isArray(TableNames) ? TableNames.map(String) : []) {
      const table = await store.table(name);
      if (!table?.GlobalSecondaryIndexes?.length || table.TableStatus !== 'ACTIVE') continue;
      made++;
      copies.set(name, await copyOf(store, table, `${name}.behind${made}`));
    }
  }

  async function showWhatIsDue(): Promise<void> {
    const now = clock.now();
    for (let first = unseen[0]; first !== undefined && first.at <= now; first = unseen[0]) {
      unseen.shift();
      const { copy, key } = first;
      if (first.now) await store.run('PutItem', { TableName: copy, Item: first.now });
      else await store.run('DeleteItem', { TableName: copy, Key: key });
    }
  }

  return {
    set: (ms) =>
      inTurn(async () => {
        lagMs = ms;
        await end();
        if (ms > 0) await begin();
      }),
    async noteWritten(table, key, now) {
      if (lagMs === 0) return;
      await inTurn(async () => {
        const copy = copies.get(table.TableName);
        if (copy !== undefined) unseen.push({ at: clock.now() + lagMs, copy, key, now });
      });
    },
    async tableFor(tableName) {
      if (lagMs === 0) return tableName;
      return inTurn(async () => {
        await showWhatIsDue();
        return copies.get(tableName) ?? tableName;
      });
    },
  };
}

async function copyOf(store: DynaliteStore, table: TableDescription, TableName: string): Promise<string> {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes = [] } = table;
  await store.run('CreateTable', {
    TableName,
    KeySchema,
    AttributeDefinitions,
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema: keys, Projection }) => ({
      IndexName,
      KeySchema: keys,
      Projection,
    })),
  });
  await untilActive(store, TableName);
  let ExclusiveStartKey: unknown;
  do {
    const page = await store.run('Scan', {
      TableName: table.TableName,
      ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
    });
    for (const Item of Array.isArray(page.Items) ? page.Items : []) await store.run('PutItem', { TableName, Item });
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return TableName;
}
