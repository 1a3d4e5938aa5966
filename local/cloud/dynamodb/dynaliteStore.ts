import { createRequire } from 'node:module';
import { ServiceError } from '../gate/serviceError.ts';
import type { Item, TableDescription } from './item.ts';

/*
 * dynalite is an HTTP server around plain functions. The gate already is the server, so the functions are called directly:
 * no second port that would stand open beside the gate, and half the work for each call. Its version is pinned.
 */

interface ActionTypes {
  types: unknown;
  custom?: unknown;
}
interface Validations {
  toLowerFirst(name: string): string;
  checkTypes(data: unknown, types: unknown): Record<string, unknown>;
  checkValidations(data: unknown, types: unknown, custom: unknown, store: Store): void;
}
type Callback<T> = (error: Error | null | undefined, value?: T) => void;
interface ItemDb {
  get(key: string, callback: Callback<Item>): void;
}
interface Iterator {
  close(): Promise<void>;
}
interface Store {
  /** What it keeps everything in (abstract-level). */
  db: Record<'keys' | 'values', (options: unknown) => Iterator>;
  tableDb: { awsAccountId: string; awsRegion: string };
  getTable(name: string, checkStatus: boolean, callback: Callback<TableDescription>): void;
  getItemDb(name: string): ItemDb;
  lifecycleManager: { gracefulClose(callback: Callback<void>): void };
}
interface Database {
  create(options: Record<string, unknown>): Store;
  createKey(item: Item, table: TableDescription): string;
  validateKey(key: Item, table: TableDescription): Error | undefined;
}
type Action = (store: Store, data: unknown, callback: Callback<Record<string, unknown>>) => void;

const load = createRequire(import.meta.url);
const database: Database = load('dynalite/db');
const validations: Validations = load('dynalite/validations');

const OPERATIONS = new Set([
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
]);

/** dynalite's tables on disk. */
export interface DynaliteStore {
  isOperation(name: string): boolean;
  /** Validates and carries out one operation; throws `ServiceError` as DynamoDB would. */
  run(operation: string, input: unknown): Promise<Record<string, unknown>>;
  table(name: string): Promise<TableDescription | undefined>;
  /** The stored item under the key attributes of `keyOrItem`; undefined if there is none or the key is invalid. */
  item(table: TableDescription, keyOrItem: Item): Promise<Item | undefined>;
  /** dynalite's own text for the primary key of an item; undefined if the key attributes are missing or of a wrong type. */
  keyOf(table: TableDescription, keyOrItem: Item): string | undefined;
  stop(): Promise<void>;
}

/**
 * Opens the tables in the LevelDB folder at `path`. dynalite offers no synchronous writes: an answered write has been handed to
 * the operating system, so it survives a kill of this process, but not a power cut. Without a path they lie in memory.
 */
export function openDynaliteStore(path: string | undefined, place: { account: string; region: string }): DynaliteStore {
  const store = database.create({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  store.tableDb.awsAccountId = place.account;
  store.tableDb.awsRegion = place.region;
  closeIterators(store);

  function keyOf(table: TableDescription, keyOrItem: Item): string | undefined {
    const key: Item = {};
    for (const { AttributeName } of table.KeySchema) {
      const value = keyOrItem[AttributeName];
      if (value === undefined) return undefined;
      key[AttributeName] = value;
    }
    if (database.validateKey(key, table)) return undefined;
    return database.createKey(key, table);
  }

  return {
    isOperation: (name) => OPERATIONS.has(name),
    run: (operation, input) => runAction(store, operation, input),
    table: (name) => promised<TableDescription>((callback) => store.getTable(name, false, callback)),
    async item(table, keyOrItem) {
      const key = keyOf(table, keyOrItem);
      return key === undefined
        ? undefined
        : await promised<Item>((callback) => store.getItemDb(table.TableName).get(key, callback));
    },
    keyOf,
    stop: () => new Promise((resolve) => store.lifecycleManager.gracefulClose(() => resolve())),
  };
}

/**
 * dynalite ends its streams by `return`, as of a generator, which the iterators of its database do not have: every query would leave
 * one open, and the database keeps each file on disk that an open iterator may still read.
 */
function closeIterators({ db }: Store): void {
  for (const kind of ['keys', 'values'] as const) {
    const open = db[kind].bind(db);
    db[kind] = (options) => {
      const iterator = open(options);
      return Object.assign(iterator, { return: () => iterator.close() });
    };
  }
}

async function runAction(store: Store, operation: string, input: unknown): Promise<Record<string, unknown>> {
  const name = validations.toLowerFirst(operation);
  const action: Action = load(`dynalite/actions/${name}`);
  const { types, custom }: ActionTypes = load(`dynalite/validations/${name}`);
  try {
    const data = validations.checkTypes(input, types);
    validations.checkValidations(data, types, custom, store);
    return await new Promise((resolve, reject) => {
      action(store, data, (error, value) => (error ? reject(error) : resolve(value ?? {})));
    });
  } catch (error) {
    throw dynamoError(error);
  }
}

function promised<T>(start: (callback: Callback<T>) => void): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (!error) resolve(value);
      else if (error.name === 'NotFoundError') resolve(undefined);
      else reject(error);
    });
  });
}

function dynamoError(error: unknown): unknown {
  if (!(error instanceof Error) || !('statusCode' in error) || !('body' in error)) return error;
  const { statusCode, body } = error;
  if (typeof statusCode !== 'number' || typeof body !== 'object' || body === null) return error;
  const type = '__type' in body ? String(body.__type) : 'InternalServerError';
  const message = 'message' in body ? body.message : 'Message' in body ? body.Message : '';
  return new ServiceError(type.slice(type.indexOf('#') + 1), statusCode, String(message));
}
