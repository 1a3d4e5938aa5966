import type { CapacityUnits } from '../../contract/cloudCall.ts';
import { createKeyedLock } from '../disk/keyedLock.ts';
import { jsonRefusal } from '../gate/jsonRefusal.ts';
import type { Answer, GatedService, ServiceCall } from '../gate/service.ts';
import { addUnits, readUnits, writeUnits } from './capacity.ts';
import type { DynaliteStore } from './dynaliteStore.ts';
import { type DynamoOperation, dynamoOperation, recordOf, type TableCatalogue, validation } from './dynamoOperation.ts';
import { ITEM_LIMIT, type Item, itemSize, type TableDescription } from './item.ts';
import type { LaggingIndexes } from './laggingIndexes.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.0';
const BODY_LIMIT = 16 * 1_024 * 1_024;
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);
const NOTHING: CapacityUnits = { read: 0, write: 0 };

/** What the service tells about every item that was written. */
export type ItemWritten = (tableName: string, item: Item) => void;

/** DynamoDB behind the gate: dynalite plus limits in bytes, capacity units and item-wise accounting. */
export function createDynamoService(
  store: DynaliteStore,
  place: { account: string; region: string },
  onItemWritten: ItemWritten,
  indexes: LaggingIndexes,
): GatedService<DynamoOperation> {
  const carryOut = createDynamoWork(store, onItemWritten, indexes);
  const prefix = `arn:aws:dynamodb:${place.region}:${place.account}:table`;
  const catalogue: TableCatalogue = {
    isOperation: (name) => store.isOperation(name),
    arn: (table: string, index?: string) => `${prefix}/${table}${index === undefined ? '' : `/index/${index}`}`,
    describe: (table: string) => store.table(table),
  };
  return {
    name: 'dynamodb',
    bodyLimit: BODY_LIMIT,
    identify: (request) => dynamoOperation(request, catalogue),
    async perform({ operation }: ServiceCall<DynamoOperation>): Promise<Answer> {
      const { output, units } = await carryOut(operation);
      return { status: 200, headers: { 'content-type': CONTENT_TYPE }, body: JSON.stringify(output), units };
    },
    refusal: (error) =>
      jsonRefusal(
        error,
        error.code.startsWith('Validation') || error.code === 'AccessDeniedException'
          ? 'com.amazon.coral.service'
          : 'com.amazonaws.dynamodb.v20120810',
        CONTENT_TYPE,
      ),
  };
}

interface Outcome {
  output: Record<string, unknown>;
  units: CapacityUnits;
}

function createDynamoWork(store: DynaliteStore, onItemWritten: ItemWritten, indexes: LaggingIndexes) {
  const lock = createKeyedLock();

  async function writeOne({ name, input }: DynamoOperation): Promise<Outcome> {
    const table = await store.table(String(input.TableName));
    const given = itemOf(name === 'PutItem' ? input.Item : input.Key);
    const key = table && store.keyOf(table, given);
    // Without a table or a valid key dynalite refuses by itself.
    if (!table || key === undefined) return { output: await store.run(name, input), units: NOTHING };
    if (name === 'PutItem') refuseLarge(given);
    return lock.run(`${table.TableName}\n${key}`, async () => {
      const before = await store.item(table, given);
      const output = await store.run(name, input);
      const after = await store.item(table, given);
      if (after && itemSize(after) > ITEM_LIMIT) await putBack(table, before, given);
      if (after) onItemWritten(table.TableName, after);
      await indexes.noteWritten(table, keyIn(table, given), after);
      const units = { read: 0, write: writeUnits(table, before, after) };
      return { output: withCapacity(output, units.write), units };
    });
  }

  /** dynalite counts characters where DynamoDB counts bytes, so an update can have grown an item too far. */
  async function putBack(table: TableDescription, before: Item | undefined, given: Item): Promise<never> {
    const { TableName } = table;
    if (before) await store.run('PutItem', { TableName, Item: before });
    else await store.run('DeleteItem', { TableName, Key: keyIn(table, given) });
    throw validation('Item size to update has exceeded the maximum allowed size');
  }

  async function writeBatch({ name, input }: DynamoOperation): Promise<Outcome> {
    let write = 0;
    const written: [string, Item][] = [];
    for (const [tableName, requests] of Object.entries(recordOf(input.RequestItems))) {
      const table = await store.table(tableName);
      for (const request of table && Array.isArray(requests) ? requests : []) {
        const { PutRequest, DeleteRequest } = recordOf(request);
        const after = PutRequest ? itemOf(recordOf(PutRequest).Item) : undefined;
        if (after) refuseLarge(after);
        if (after) written.push([tableName, after]);
        const before = table && (await store.item(table, after ?? itemOf(recordOf(DeleteRequest).Key)));
        if (table) write += writeUnits(table, before, after);
      }
    }
    const output = await store.run(name, input);
    for (const [tableName, item] of written) onItemWritten(tableName, item);
    return { output, units: { read: 0, write } };
  }

  async function readOne({ name, input }: DynamoOperation): Promise<Outcome> {
    const output = await store.run(name, input);
    const table = await store.table(String(input.TableName));
    const item = table && (await store.item(table, itemOf(input.Key)));
    const read = readUnits(item ? itemSize(item) : 0, input.ConsistentRead === true);
    return { output: withCapacity(output, read), units: { read, write: 0 } };
  }

  async function readBatch({ name, input }: DynamoOperation): Promise<Outcome> {
    const output = await store.run(name, input);
    let units = NOTHING;
    for (const [tableName, request] of Object.entries(recordOf(input.RequestItems))) {
      const { Keys, ConsistentRead } = recordOf(request);
      const table = await store.table(tableName);
      for (const key of table && Array.isArray(Keys) ? Keys : []) {
        const item = table && (await store.item(table, itemOf(key)));
        const read = readUnits(item ? itemSize(item) : 0, ConsistentRead === true);
        units = addUnits(units, { read, write: 0 });
      }
    }
    return { output, units };
  }

  async function readMany({ name, input }: DynamoOperation): Promise<Outcome> {
    const TableName = input.IndexName === undefined ? input.TableName : await indexes.tableFor(String(input.TableName));
    const output = await store.run(name, {
      ...input,
      TableName,
      ReturnConsumedCapacity: input.ReturnConsumedCapacity ?? 'TOTAL',
    });
    const read = Number(recordOf(output.ConsumedCapacity).CapacityUnits ?? 0);
    if (input.ReturnConsumedCapacity === undefined) delete output.ConsumedCapacity;
    return { output, units: { read, write: 0 } };
  }

  return async function carryOut(operation: DynamoOperation): Promise<Outcome> {
    if (WRITES.has(operation.name)) return writeOne(operation);
    switch (operation.name) {
      case 'BatchWriteItem':
        return writeBatch(operation);
      case 'GetItem':
        return readOne(operation);
      case 'BatchGetItem':
        return readBatch(operation);
      case 'Query':
      case 'Scan':
        return readMany(operation);
      default:
        return { output: await store.run(operation.name, operation.input), units: NOTHING };
    }
  };
}

const keyIn = ({ KeySchema }: TableDescription, item: Item): Item =>
  Object.fromEntries(KeySchema.map(({ AttributeName: name }) => [name, item[name] ?? {}]));

function refuseLarge(item: Item): void {
  if (itemSize(item) > ITEM_LIMIT) throw validation('Item size has exceeded the maximum allowed size');
}

function withCapacity(output: Record<string, unknown>, units: number): Record<string, unknown> {
  if (output.ConsumedCapacity === undefined) return output;
  return { ...output, ConsumedCapacity: { ...recordOf(output.ConsumedCapacity), CapacityUnits: units } };
}

/** The attributes of a request that are values in their wire form; dynalite refuses the rest. */
function itemOf(value: unknown): Item {
  return Object.fromEntries(Object.entries(recordOf(value)).map(([name, attribute]) => [name, recordOf(attribute)]));
}
