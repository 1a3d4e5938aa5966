import { setTimeout as delay } from 'node:timers/promises';
import type { CreatedResource } from '../../contract/adminOperations.ts';
import { UnsupportedProperty } from '../admin/parseProperties.ts';
import type { DynaliteStore } from './dynaliteStore.ts';
import type { TableDescription } from './item.ts';
import { indexInput, type TableProperties } from './tableProperties.ts';

const POLL_MS = 5;
const ACTIVE_WITHIN_MS = 10_000;

/** Creates the table if it is absent and adds indexes that it lacks; a changed key is refused, as only a new table has one. */
export async function createTable(
  store: DynaliteStore,
  properties: TableProperties,
  place: { account: string; region: string },
): Promise<CreatedResource> {
  const { TableName } = properties;
  const present = await store.table(TableName);
  if (present) await extend(store, present, properties);
  else await store.run('CreateTable', creationInput(properties));
  await untilActive(store, TableName);
  return { name: TableName, arn: `arn:aws:dynamodb:${place.region}:${place.account}:table/${TableName}` };
}

function creationInput(properties: TableProperties): Record<string, unknown> {
  const { TableName, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes } = properties;
  return {
    TableName,
    KeySchema,
    AttributeDefinitions,
    BillingMode: 'PAY_PER_REQUEST',
    ...(GlobalSecondaryIndexes?.length ? { GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(indexInput) } : {}),
    ...(LocalSecondaryIndexes?.length ? { LocalSecondaryIndexes: LocalSecondaryIndexes.map(indexInput) } : {}),
  };
}

async function extend(store: DynaliteStore, present: TableDescription, properties: TableProperties): Promise<void> {
  const { TableName, AttributeDefinitions } = properties;
  const keyOf = (schema: TableDescription['KeySchema']) =>
    schema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join();
  if (keyOf(present.KeySchema) !== keyOf(properties.KeySchema)) {
    throw new UnsupportedProperty(`AWS::DynamoDB::Table: the key of the existing table ${TableName} cannot change`);
  }
  const names = new Set((present.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName));
  for (const index of properties.GlobalSecondaryIndexes ?? []) {
    if (names.has(index.IndexName)) continue;
    // dynalite wants a throughput for a new index, also of a table that is paid per request; it has no effect.
    const Create = { ...indexInput(index), ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } };
    await store.run('UpdateTable', { TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create }] });
    await untilActive(store, TableName);
  }
}

/** Waits until the table and its indexes can be used. */
export async function untilActive(store: DynaliteStore, tableName: string): Promise<void> {
  for (let waited = 0; waited < ACTIVE_WITHIN_MS; waited += POLL_MS) {
    const table = await store.table(tableName);
    const states = [table, ...(table?.GlobalSecondaryIndexes ?? [])].map((part) => {
      if (part && 'TableStatus' in part) return part.TableStatus;
      return part && 'IndexStatus' in part ? part.IndexStatus : 'ACTIVE';
    });
    if (table && states.every((state) => state === 'ACTIVE')) return;
    await delay(POLL_MS);
  }
  throw new Error(`table ${tableName} did not become active`);
}
