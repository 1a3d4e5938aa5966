import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { type Clients, startTestCloud, type TestCloud } from '../testCloud.ts';
import { type Check, conformance, fails } from './conformance.ts';

const TableName = 'things';
const S = (text: string | number): AttributeValue => ({ S: String(text) });
const N = (number: number | string): AttributeValue => ({ N: String(number) });
type Item = Record<string, AttributeValue>;
let test: TestCloud;
let { dynamodb }: Partial<Clients> = {};
const client = () => {
  if (!dynamodb) throw new Error('the cloud is not started');
  return dynamodb;
};
const put = (Item: Item, rest: Partial<PutItemCommandInput> = {}) =>
  client().send(new PutItemCommand({ TableName, Item, ...rest }));
const get = async (pk: string, sk: string | number, rest = {}) =>
  (await client().send(new GetItemCommand({ TableName, Key: { pk: S(pk), sk: S(sk) }, ...rest }))).Item;
const update = (pk: string, sk: string, rest: object) =>
  client().send(new UpdateItemCommand({ TableName, Key: { pk: S(pk), sk: S(sk) }, ...rest }));
const query = (rest: Partial<QueryCommandInput>) => client().send(new QueryCommand({ TableName, ...rest }));
const transact = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  client().send(
    new TransactWriteItemsCommand({ TransactItems, ...(ClientRequestToken ? { ClientRequestToken } : {}) }),
  );
const ABSENT = { ConditionExpression: 'attribute_not_exists(pk)' };

beforeAll(async () => {
  test = await startTestCloud();
  ({ dynamodb } = test.clients());
});
afterAll(() => test.stop());

const tables: Check[] = [
  [
    'CreateTable with both kinds of index, paid per request',
    async () => {
      await client().send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: ['pk', 'sk', 'g1', 'l1'].map((AttributeName) => ({
            AttributeName,
            AttributeType: 'S',
          })),
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'gsi1',
              KeySchema: [
                { AttributeName: 'g1', KeyType: 'HASH' },
                { AttributeName: 'sk', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
          LocalSecondaryIndexes: [
            {
              IndexName: 'lsi1',
              KeySchema: [
                { AttributeName: 'pk', KeyType: 'HASH' },
                { AttributeName: 'l1', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'KEYS_ONLY' },
            },
          ],
        }),
      );
      for (let tries = 0; tries < 100; tries++) {
        const { Table } = await client().send(new DescribeTableCommand({ TableName }));
        if (Table?.TableStatus === 'ACTIVE') return true;
      }
      return false;
    },
  ],
  [
    'streams: LatestStreamArn',
    async () => Boolean((await client().send(new DescribeTableCommand({ TableName }))).Table?.LatestStreamArn),
  ],
];

const items: Check[] = [
  [
    'conditional put attribute_not_exists',
    async () => {
      await put({ pk: S('a'), sk: S('1'), v: N(1) }, ABSENT);
      return fails(put({ pk: S('a'), sk: S('1') }, ABSENT), /ConditionalCheckFailedException/);
    },
  ],
  [
    'ReturnValuesOnConditionCheckFailure',
    async () => {
      const ReturnValuesOnConditionCheckFailure = 'ALL_OLD';
      const call = put({ pk: S('a'), sk: S('1') }, { ...ABSENT, ReturnValuesOnConditionCheckFailure });
      return call.then(
        () => false,
        (error: unknown) => error instanceof Error && 'Item' in error && error.Item !== undefined,
      );
    },
  ],
  [
    'conditional update with ADD and ReturnValues',
    async () => {
      const { Attributes } = await update('a', '1', {
        UpdateExpression: 'SET #n = :n ADD v :one',
        ConditionExpression: 'v = :cur',
        ExpressionAttributeNames: { '#n': 'name' },
        ExpressionAttributeValues: { ':n': S('x'), ':one': N(1), ':cur': N(1) },
        ReturnValues: 'ALL_NEW',
      });
      return Attributes?.v?.N === '2';
    },
  ],
  [
    'list_append, if_not_exists and REMOVE of a nested path',
    async () => {
      await update('a', '1', {
        UpdateExpression: 'SET h = list_append(if_not_exists(h, :e), :x), m = :m',
        ExpressionAttributeValues: { ':e': { L: [] }, ':x': { L: [S('q')] }, ':m': { M: { k: N(1), z: N(2) } } },
      });
      await update('a', '1', { UpdateExpression: 'REMOVE m.z' });
      const item = await get('a', '1');
      return item?.h?.L?.length === 1 && item.m?.M?.z === undefined;
    },
  ],
  [
    'consistent get with projection',
    async () => {
      const item = await get('a', '1', { ConsistentRead: true, ProjectionExpression: 'v' });
      return item?.v?.N === '2' && !item.pk;
    },
  ],
  [
    'consistent read of a global index is rejected',
    () =>
      fails(
        query({
          IndexName: 'gsi1',
          ConsistentRead: true,
          KeyConditionExpression: 'g1=:g',
          ExpressionAttributeValues: { ':g': S('G') },
        }),
        /ValidationException/,
      ),
  ],
];

const tx = (sk: string, rest = {}): TransactWriteItem => ({
  Put: { TableName, Item: { pk: S('tx'), sk: S(sk) }, ...rest },
});
const transactions: Check[] = [
  ['TransactWriteItems', () => transact([tx('1', ABSENT)])],
  ['transaction cancelled with reasons', () => fails(transact([tx('1', ABSENT)]), /TransactionCanceledException/)],
  [
    'transaction idempotent by token',
    async () => {
      await transact([tx('c')], 'token');
      return transact([tx('c')], 'token');
    },
  ],
  ['transaction token with other items', () => fails(transact([tx('d')], 'token'), /IdempotentParameterMismatch/)],
  ['transaction with one item twice', () => fails(transact([tx('e'), tx('e')]), /ValidationException/)],
  ['transaction of 100 items', () => transact(Array.from({ length: 100 }, (_, index) => tx(`n${index}`)))],
  [
    'TransactGetItems',
    () =>
      client().send(
        new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: { pk: S('tx'), sk: S('1') } } }] }),
      ),
  ],
];

const batch = (count: number) =>
  client().send(
    new BatchWriteItemCommand({
      RequestItems: {
        [TableName]: Array.from({ length: count }, (_, index) => ({
          PutRequest: {
            Item: {
              pk: S('q'),
              sk: S(String(index).padStart(3, '0')),
              g1: S(`G${index % 2}`),
              l1: S(`L${index}`),
            },
          },
        })),
      },
    }),
  );
const queries: Check[] = [
  [
    'BatchWriteItem of 25, 26 rejected',
    async () => {
      await batch(25);
      return fails(batch(26), /ValidationException/);
    },
  ],
  [
    'Query between, reversed',
    async () => {
      const { Count, Items } = await query({
        KeyConditionExpression: 'pk=:p AND sk BETWEEN :a AND :b',
        ScanIndexForward: false,
        ExpressionAttributeValues: { ':p': S('q'), ':a': S('005'), ':b': S('009') },
      });
      return Count === 5 && Items?.[0]?.sk?.S === '009';
    },
  ],
  [
    'Query pages by Limit',
    async () => {
      let start: Item | undefined;
      let [count, pages] = [0, 0];
      do {
        const page = await query({
          KeyConditionExpression: 'pk=:p',
          Limit: 10,
          ExpressionAttributeValues: { ':p': S('q') },
          ...(start ? { ExclusiveStartKey: start } : {}),
        });
        count += page.Count ?? 0;
        pages++;
        start = page.LastEvaluatedKey;
      } while (start);
      return count === 25 && pages === 3;
    },
  ],
  [
    'Query of a global index, with its paging key',
    async () => {
      const page = await query({
        IndexName: 'gsi1',
        Limit: 5,
        KeyConditionExpression: 'g1=:g',
        ExpressionAttributeValues: { ':g': S('G0') },
      });
      return (
        page.Count === 5 &&
        Object.keys(page.LastEvaluatedKey ?? {})
          .sort()
          .join() === 'g1,pk,sk'
      );
    },
  ],
  [
    'Query of a local index, keys only',
    async () => {
      const { Count, Items } = await query({
        IndexName: 'lsi1',
        KeyConditionExpression: 'pk=:p AND begins_with(l1,:l)',
        ExpressionAttributeValues: { ':p': S('q'), ':l': S('L2') },
      });
      return Count === 6 && !Items?.[0]?.g1;
    },
  ],
  [
    'FilterExpression: Count and ScannedCount',
    async () => {
      const { Count, ScannedCount } = await query({
        KeyConditionExpression: 'pk=:p',
        FilterExpression: 'g1=:g',
        ExpressionAttributeValues: { ':p': S('q'), ':g': S('G1') },
      });
      return Count === 12 && ScannedCount === 25;
    },
  ],
  [
    'Query page of 1 MB',
    async () => {
      const b = S('x'.repeat(200_000));
      for (let index = 0; index < 7; index++) await put({ pk: S('big'), sk: S(index), b });
      const page = await query({ KeyConditionExpression: 'pk=:p', ExpressionAttributeValues: { ':p': S('big') } });
      return Number(page.Count) < 7 && Number(page.Count) >= 5 && page.LastEvaluatedKey !== undefined;
    },
  ],
  [
    'parallel Scan',
    async () => {
      let count = 0;
      for (const Segment of [0, 1, 2]) {
        const page = await client().send(
          new ScanCommand({
            TableName,
            Segment,
            TotalSegments: 3,
            FilterExpression: 'pk=:q',
            ExpressionAttributeValues: { ':q': S('q') },
          }),
        );
        count += page.Count ?? 0;
      }
      return count > 0;
    },
  ],
];

const values: Check[] = [
  [
    'item over 400 KB rejected',
    () => fails(put({ pk: S('big'), sk: S('x'), b: S('x'.repeat(410_000)) }), /Validation/),
  ],
  [
    'empty key and wrong key type rejected',
    async () => {
      await fails(put({ pk: S(''), sk: S('1') }), /ValidationException/);
      return fails(put({ pk: N(1), sk: S('1') }), /ValidationException/);
    },
  ],
  [
    'numbers of 38 digits',
    async () => {
      const digits = '12345678901234567890123456789012345678';
      await put({ pk: S('n'), sk: S('1'), n: N(digits) });
      return (await get('n', '1'))?.n?.N === digits;
    },
  ],
  [
    'binary and sets round trip',
    async () => {
      const sets = { s: { SS: ['b', 'a'] }, ns: { NS: ['2', '1'] } };
      await put({ pk: S('n'), sk: S('2'), b: { B: new Uint8Array([1, 2, 255]) }, ...sets });
      const item = await get('n', '2');
      return item?.b?.B?.[2] === 255 && item.s?.SS?.length === 2;
    },
  ],
  [
    'ReturnConsumedCapacity',
    async () => {
      const { ConsumedCapacity } = await client().send(
        new GetItemCommand({ TableName, Key: { pk: S('a'), sk: S('1') }, ReturnConsumedCapacity: 'TOTAL' }),
      );
      return Number(ConsumedCapacity?.CapacityUnits) > 0;
    },
  ],
];

const management: Check[] = [
  [
    'UpdateTimeToLive and DescribeTimeToLive',
    async () => {
      const TimeToLiveSpecification = { Enabled: true, AttributeName: 'ttl' };
      await client().send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
      const { TimeToLiveDescription } = await client().send(new DescribeTimeToLiveCommand({ TableName }));
      return TimeToLiveDescription?.AttributeName === 'ttl';
    },
  ],
  [
    'UpdateTable adds a global index',
    async () => {
      const index = {
        IndexName: 'gsi2',
        KeySchema: [{ AttributeName: 'l1', KeyType: 'HASH' as const }],
        Projection: { ProjectionType: 'ALL' as const },
      };
      await client().send(
        new UpdateTableCommand({
          TableName,
          AttributeDefinitions: ['g1', 'l1'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          GlobalSecondaryIndexUpdates: [{ Create: index }],
        }),
      );
      for (let tries = 0; tries < 500; tries++) {
        const { Table } = await client().send(new DescribeTableCommand({ TableName }));
        if (Table?.GlobalSecondaryIndexes?.every(({ IndexStatus }) => IndexStatus === 'ACTIVE')) break;
      }
      const found = await query({
        IndexName: 'gsi2',
        KeyConditionExpression: 'l1=:l',
        ExpressionAttributeValues: { ':l': S('L7') },
      });
      return found.Count === 1;
    },
  ],
  [
    'point-in-time recovery',
    () =>
      client().send(
        new UpdateContinuousBackupsCommand({
          TableName,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ),
  ],
  [
    'deletion protection',
    async () => {
      await client().send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
      const { Table } = await client().send(new DescribeTableCommand({ TableName }));
      return Table?.DeletionProtectionEnabled === true;
    },
  ],
  ['PartiQL', () => client().send(new ExecuteStatementCommand({ Statement: `SELECT * FROM "${TableName}"` }))],
];

const races: Check[] = [
  [
    '50 racing conditional puts have one winner',
    async () => {
      const puts = Array.from({ length: 50 }, (_, index) => put({ pk: S('race'), sk: S('1'), w: N(index) }, ABSENT));
      return (await Promise.allSettled(puts)).filter(({ status }) => status === 'fulfilled').length === 1;
    },
  ],
  [
    '50 racing counters lose no update',
    async () => {
      const one = { UpdateExpression: 'ADD n :o', ExpressionAttributeValues: { ':o': N(1) } };
      await Promise.all(Array.from({ length: 50 }, () => update('race', 'c', one)));
      return (await get('race', 'c', { ConsistentRead: true }))?.n?.N === '50';
    },
  ],
  [
    'an expired item goes when the clock passes, an unexpired one stays',
    async () => {
      const now = Math.floor(test.clock.now() / 1_000);
      await put({ pk: S('ttl'), sk: S('old'), ttl: N(now + 30) });
      await put({ pk: S('ttl'), sk: S('new'), ttl: N(now + 86_400) });
      await test.cloud.admin.createTable({
        TableName,
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      });
      test.clock.advance(120_000);
      while (await get('ttl', 'old')) await new Promise((resolve) => setTimeout(resolve, 20));
      return (await get('ttl', 'new')) !== undefined;
    },
  ],
];

conformance(
  'DynamoDB behaves as AWS documents',
  [...tables, ...items, ...transactions, ...queries, ...values, ...management, ...races],
  [
    'streams: LatestStreamArn',
    'ReturnValuesOnConditionCheckFailure',
    'TransactWriteItems',
    'transaction cancelled with reasons',
    'transaction idempotent by token',
    'transaction token with other items',
    'transaction with one item twice',
    'transaction of 100 items',
    'TransactGetItems',
    'UpdateTimeToLive and DescribeTimeToLive',
    'UpdateTable adds a global index',
    'point-in-time recovery',
    'deletion protection',
    'PartiQL',
  ],
);
