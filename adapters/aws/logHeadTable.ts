import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { LogHead, LogHeads } from '../../core/contract/evidence.ts';
import { conditionally, fromItem, toItem, toValues } from './item.ts';
import { readItem } from './readItem.ts';

const ID = 'head';

/** The head of the log: the one row of a table that nobody puts back to an earlier time, for that would take the log back. */
export class LogHeadTable implements LogHeads {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(): Promise<LogHead | undefined> {
    const item = await readItem(this.#client, this.#table, ID);
    if (!item) return undefined;
    const { peaks, v, size, start, open, checkpoint } = fromItem<
      Omit<LogHead, 'peaks'> & { readonly peaks: readonly Uint8Array[] }
    >(item);
    const head = { v, size, start, open, peaks: peaks.map((peak) => Buffer.from(peak)) };
    return checkpoint === undefined ? head : { ...head, checkpoint };
  }

  commit(next: LogHead, seen: LogHead | undefined): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toItem({ ...next, id: ID }),
          ...(seen
            ? {
                ConditionExpression: '#size = :seen AND #open = :closed',
                ExpressionAttributeNames: { '#size': 'size', '#open': 'open' },
                ExpressionAttributeValues: toValues({ seen: seen.size, closed: false }),
              }
            : { ConditionExpression: 'attribute_not_exists(id)' }),
        }),
      ),
    );
  }

  async finish({ size }: LogHead, checkpoint: string): Promise<void> {
    await conditionally(() =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ id: ID }),
          UpdateExpression: 'SET #open = :closed, checkpoint = :checkpoint',
          ConditionExpression: '#size = :size AND #open = :open',
          ExpressionAttributeNames: { '#size': 'size', '#open': 'open' },
          ExpressionAttributeValues: toValues({ size, open: true, closed: false, checkpoint }),
        }),
      ),
    );
  }
}
