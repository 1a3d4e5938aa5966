import { BatchWriteItemCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { outputOf } from './stores.ts';
import type { TestAxis } from './testAxis.ts';

type Item = NonNullable<
  NonNullable<ConstructorParameters<typeof BatchWriteItemCommand>[0]['RequestItems']>[string][0]['PutRequest']
>['Item'];

/** Items of both tables as they were at a moment, by table. */
export type TableCopy = ReadonlyMap<string, readonly Item[]>;

const tablesOf = ({ axis }: TestAxis) => [outputOf(axis, 'DispatchesTable'), outputOf(axis, 'RegistryTable')];

async function scanned(client: DynamoDBClient, TableName: string): Promise<readonly Item[]> {
  const found: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
    found.push(...Items);
  return found;
}

/** Copies the tables; objects and queues are no part of a backup. */
export async function copyTables(town: TestAxis): Promise<TableCopy> {
  const copy = new Map<string, readonly Item[]>();
  for (const table of tablesOf(town)) copy.set(table, await scanned(town.stores.dynamo, table));
  return copy;
}

/**
 * Puts the tables back as they were copied; absent from the copy is what there was not. Instances end, as they do when a deployment gives
 * them another table.
 */
export async function putTablesBack(town: TestAxis, copy: TableCopy): Promise<void> {
  for (const table of copy.keys()) {
    const items = copy.get(table) ?? [];
    const kept = new Set(items.map((item) => item?.id?.S));
    const gone = (await scanned(town.stores.dynamo, table)).filter((item) => !kept.has(item?.id?.S));
    const deletes = gone.map((item) => ({ DeleteRequest: { Key: { id: item?.id ?? { S: '' } } } }));
    const puts = items.map((Item) => ({ PutRequest: { Item } }));
    const requests = [...deletes, ...puts];
    for (let start = 0; start < requests.length; start += 25)
      await town.stores.dynamo.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: requests.slice(start, start + 25) } }),
      );
  }
  await Promise.all(town.axis.functions.map((one) => one.recycle()));
}
