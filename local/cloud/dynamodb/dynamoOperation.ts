import type { GateRequest, Operation } from '../gate/service.ts';
import { ServiceError } from '../gate/serviceError.ts';
import type { NeededGrant } from '../iam/evaluate.ts';
import type { AttributeValue, TableDescription } from './item.ts';

/** A DynamoDB request with its parsed body. */
export interface DynamoOperation extends Operation {
  readonly input: Record<string, unknown>;
}

/** Where the tables are, and how to look one up. */
export interface TableCatalogue {
  isOperation(name: string): boolean;
  arn(tableName: string, indexName?: string): string;
  describe(tableName: string): Promise<TableDescription | undefined>;
}

const TARGET = /^DynamoDB_20120810\.([A-Za-z]+)$/;
const WITHOUT_TABLE = new Set(['ListTables']);
const BY_ARN = new Set(['TagResource', 'UntagResource', 'ListTagsOfResource']);

/** Says which actions on which tables a request needs, with `dynamodb:LeadingKeys` where the request names hash keys. */
export async function dynamoOperation(request: GateRequest, catalogue: TableCatalogue): Promise<DynamoOperation> {
  const name = TARGET.exec(request.headers['x-amz-target'] ?? '')?.[1];
  if (!name || !catalogue.isOperation(name) || request.method !== 'POST') {
    throw new ServiceError('UnknownOperationException', 400, `${name ?? 'This request'} is not supported`);
  }
  const input = parseBody(request.body);
  const grants = await neededGrants(name, input, catalogue);
  return { name, input, grants, resource: grants[0]?.resource ?? '*' };
}

async function neededGrants(
  name: string,
  input: Record<string, unknown>,
  catalogue: TableCatalogue,
): Promise<NeededGrant[]> {
  const action = `dynamodb:${name}`;
  if (WITHOUT_TABLE.has(name)) return [{ action, resource: '*' }];
  if (BY_ARN.has(name)) return [{ action, resource: textOf(input.ResourceArn, 'ResourceArn') }];
  if (name === 'BatchGetItem' || name === 'BatchWriteItem') return batchGrants(action, input, catalogue);
  const tableName = textOf(input.TableName, 'TableName');
  const indexName = input.IndexName === undefined ? undefined : textOf(input.IndexName, 'IndexName');
  const table = await catalogue.describe(tableName);
  const keys = table ? leadingKeys(name, input, { table, indexName }) : [];
  return [withLeadingKeys({ action, resource: catalogue.arn(tableName, indexName) }, keys)];
}

async function batchGrants(
  action: string,
  input: Record<string, unknown>,
  catalogue: TableCatalogue,
): Promise<NeededGrant[]> {
  const byTable = Object.entries(recordOf(input.RequestItems));
  if (byTable.length === 0) throw validation('The requestItems parameter is required.');
  return Promise.all(
    byTable.map(async ([tableName, requests]) => {
      const table = await catalogue.describe(tableName);
      const hash = table?.KeySchema[0]?.AttributeName ?? '';
      const keys = batchKeys(requests).map((key) => keyText(key[hash]));
      return withLeadingKeys({ action, resource: catalogue.arn(tableName) }, keys);
    }),
  );
}

/** Keys or items of one table's part of a batch. */
function batchKeys(requests: unknown): Record<string, unknown>[] {
  if (!Array.isArray(requests)) {
    const keys = recordOf(requests).Keys;
    return Array.isArray(keys) ? keys.map(recordOf) : [];
  }
  return requests.map((request) => {
    const { PutRequest, DeleteRequest } = recordOf(request);
    return PutRequest ? recordOf(recordOf(PutRequest).Item) : recordOf(recordOf(DeleteRequest).Key);
  });
}

function leadingKeys(
  name: string,
  input: Record<string, unknown>,
  { table, indexName }: { table: TableDescription; indexName: string | undefined },
): (string | undefined)[] {
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  const schema = indexes.find((index) => index.IndexName === indexName)?.KeySchema ?? table.KeySchema;
  const hash = schema[0]?.AttributeName ?? '';
  switch (name) {
    case 'PutItem':
      return [keyText(recordOf(input.Item)[hash])];
    case 'GetItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return [keyText(recordOf(input.Key)[hash])];
    case 'Query':
      return [queriedKey(input, hash)];
    default:
      return [];
  }
}

/** The hash key value that a Query is bound to, from its key condition expression. */
function queriedKey(input: Record<string, unknown>, hash: string): string | undefined {
  const names = recordOf(input.ExpressionAttributeNames);
  const values = recordOf(input.ExpressionAttributeValues);
  const equalities = String(input.KeyConditionExpression ?? '').matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g);
  for (const [, name = '', value = ''] of equalities) {
    if ((name.startsWith('#') ? names[name] : name) === hash) return keyText(values[value]);
  }
  return undefined;
}

function withLeadingKeys(grant: NeededGrant, keys: readonly (string | undefined)[]): NeededGrant {
  if (keys.length === 0) return grant;
  // A key that cannot be read must not satisfy "for all values": it is given a value that no key can have.
  return { ...grant, context: { 'dynamodb:LeadingKeys': keys.map((key) => key ?? '\u0000unreadable') } };
}

function keyText(value: unknown): string | undefined {
  const { S, N, B } = recordOf(value) as AttributeValue;
  const text = S ?? N ?? B;
  return typeof text === 'string' ? text : undefined;
}

function parseBody(body: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return recordOf(parsed);
  } catch {
    // Falls through to the refusal below.
  }
  throw new ServiceError('SerializationException', 400, 'The request body is not a JSON object.');
}

function textOf(value: unknown, parameter: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw validation(`The parameter '${parameter}' is required but was not present in the request`);
}

/** The value as a record; an empty one if it is something else. */
export function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** DynamoDB's answer to a request that is wrong in itself. */
export function validation(message: string): ServiceError {
  return new ServiceError('ValidationException', 400, message);
}
