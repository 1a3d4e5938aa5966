import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { TestAxis } from '../../test/kit/testAxis.ts';

/**
 * What it costs an item to be logged once, by what the evidence log will write: the log is not built, the items are those of the walk.
 * Units of DynamoDB, means over all items of the kind.
 */
export interface LoggedOnce {
  /** Its entry into the index of what is to be logged, beside a write that happens anyway. */
  readonly enter: number;
  /** Strongly consistent, before its entries are staged. */
  readonly read: number;
  /** Says how far it was logged, and takes it out of the index. */
  readonly mark: number;
}

/** Counted on the items that a running axis holds: the dispatches, and the deliveries that were acknowledged. */
export async function evidenceCounts(
  town: TestAxis,
): Promise<{ readonly dispatch: LoggedOnce; readonly delivery: LoggedOnce }> {
  const deliveries = (await town.stores.items('dlv_')).filter(({ state }) => state === 'acknowledged');
  return {
    dispatch: mean(await each(await town.stores.items('dsp_'), (id) => loggedOnce(town, id))),
    delivery: mean(await each(deliveries, (id) => loggedOnce(town, id))),
  };
}

async function each<T>(items: readonly { readonly id: string }[], count: (id: string) => Promise<T>): Promise<T[]> {
  const counted: T[] = [];
  for (const { id } of items) counted.push(await count(id));
  return counted;
}

async function loggedOnce({ stores }: TestAxis, id: string): Promise<LoggedOnce> {
  const Key = marshall({ id });
  const update = async (UpdateExpression: string, values: object): Promise<number> => {
    const { ConsumedCapacity } = await stores.dynamo.send(
      new UpdateItemCommand({
        TableName: stores.table,
        Key,
        UpdateExpression,
        ExpressionAttributeValues: marshall(values),
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    return ConsumedCapacity?.CapacityUnits ?? 0;
  };
  const plain = await update('SET loggedTo = :n', { ':n': 0 });
  const entered = await update('SET logShard = :shard, logAt = :at', { ':shard': 'log#07', ':at': Date.now() });
  const { ConsumedCapacity } = await stores.dynamo.send(
    new GetItemCommand({ TableName: stores.table, Key, ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' }),
  );
  const mark = await update('SET loggedTo = :n REMOVE logShard, logAt', { ':n': 4 });
  return { enter: entered - plain, read: ConsumedCapacity?.CapacityUnits ?? 0, mark };
}

const mean = (counted: readonly LoggedOnce[]): LoggedOnce => {
  if (counted.length === 0) throw new Error('no item to count on');
  const of = (units: keyof LoggedOnce): number =>
    Math.round((100 * counted.reduce((sum, one) => sum + one[units], 0)) / counted.length) / 100;
  return { enter: of('enter'), read: of('read'), mark: of('mark') };
};
