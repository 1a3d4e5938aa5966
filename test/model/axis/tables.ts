import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readAssembly } from '../../../local/assembly/readAssembly.ts';
import { resolveAssembly } from '../../../local/assembly/resolveAssembly.ts';
import { createTable } from '../../../local/cloud/dynamodb/createTable.ts';
import { type DynaliteStore, openDynaliteStore } from '../../../local/cloud/dynamodb/dynaliteStore.ts';
import { parseTableProperties } from '../../../local/cloud/dynamodb/tableProperties.ts';
import { ServiceError } from '../../../local/cloud/gate/serviceError.ts';
import { stock } from '../../kit/stock.ts';

const PLACE = { region: 'ap-southeast-1', account: '000000000000' };

export interface Tables {
  readonly dynamo: DynamoDBClient;
  readonly dispatches: string;
  /** Ids of items that were written since the last time this was asked. */
  takeWritten(): ReadonlySet<string>;
  stop(): Promise<void>;
}

/**
 * The stack's own table of dispatches in the embedded DynamoDB, in memory and without HTTP, signatures and grants
 * between: those have suites of their own, and a sequence takes a tenth of the time.
 */
export async function openTables(): Promise<Tables> {
  const store = openDynaliteStore(undefined, PLACE);
  const place = { ...PLACE, apiEndpoint: () => 'http://127.0.0.1' };
  const { resources } = resolveAssembly(readAssembly(join(await stock(), 'assembly')), place);
  const table = resources.find(
    ({ type, logicalId }) => type === 'AWS::DynamoDB::Table' && logicalId.startsWith('Dispatches'),
  );
  if (!table) throw new Error('the stack has no table of dispatches');
  await createTable(store, parseTableProperties({ ...table.properties, TableName: table.ref }), PLACE);
  const dynamo = new DynamoDBClient({
    region: PLACE.region,
    endpoint: 'http://127.0.0.1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    signer: { sign: async (request) => request },
    maxAttempts: 1,
    requestHandler: { handle: (request: Request) => answer(store, request, (id) => written.add(id)) },
  });
  let written = new Set<string>();
  const takeWritten = () => {
    const taken = written;
    written = new Set();
    return taken;
  };
  return { dynamo, dispatches: table.ref, takeWritten, stop: () => store.stop() };
}

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What a write names. */
interface Input {
  readonly Item?: Named;
  readonly Key?: Named;
}
type Named = { readonly id: { readonly S: string } };

/** What the SDK would get over HTTP. */
async function answer(store: DynaliteStore, { headers, body }: Request, onWrite: (id: string) => void) {
  const operation = headers['x-amz-target']?.split('.')[1] ?? '';
  const input = JSON.parse(textOf(body)) as Input;
  try {
    const output = await store.run(operation, input);
    const written = operation === 'GetItem' ? undefined : (input.Item ?? input.Key);
    if (written) onWrite(written.id.S);
    return responseOf(200, output);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return responseOf(400, { __type: `com.amazonaws.dynamodb.v20120810#${error.code}`, message: error.message });
  }
}

const textOf = (body: string | Uint8Array | undefined): string =>
  typeof body === 'string' ? body : new TextDecoder().decode(body);

const responseOf = (statusCode: number, output: object) => ({
  response: {
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify(output)),
  },
});
