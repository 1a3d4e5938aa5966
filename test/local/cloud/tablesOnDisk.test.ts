import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DynaliteStore, openDynaliteStore } from '../../../local/cloud/dynamodb/dynaliteStore.ts';
import { until } from '../../kit/until.ts';

const TableName = 'rewritten';
const MB = 1024 * 1024;
const [ROUNDS, ITEMS, ITEM_BYTES] = [120, 40, 10_000];
let folder: string;
let store: DynaliteStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docaxis-tables-'));
  store = openDynaliteStore(folder, { account: '000000000000', region: 'ap-southeast-1' });
  await store.run('CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'group', AttributeType: 'S' },
      { AttributeName: 'id', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'group', KeyType: 'HASH' },
      { AttributeName: 'id', KeyType: 'RANGE' },
    ],
  });
  await until(async () => (await store.table(TableName))?.TableStatus === 'ACTIVE', 'the table is there');
});
afterEach(async () => {
  await store.stop();
  rmSync(folder, { recursive: true, force: true });
});

const sizeOf = (): number => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / MB;

test('tables that are written anew and queried again and again do not grow on disk: no query leaves an iterator open', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    for (let item = 0; item < ITEMS; item++) {
      // Text that does not compress to nothing.
      const text = Array.from({ length: ITEM_BYTES / 10 }, () => Math.random().toString(36).slice(2, 12)).join('');
      await store.run('PutItem', { TableName, Item: { group: { S: 'g' }, id: { S: `${item}` }, text: { S: text } } });
    }
    const answer = await store.run('Query', {
      TableName,
      KeyConditionExpression: '#g = :g',
      ExpressionAttributeNames: { '#g': 'group' },
      ExpressionAttributeValues: { ':g': { S: 'g' } },
      Limit: 1,
    });
    expect(answer.Count).toBe(1);
  }
  // 48 MB were written, 0.4 MB of them are in use; the rest is what the database has not tidied up yet.
  expect(sizeOf()).toBeLessThan(40);
}, 60_000);
