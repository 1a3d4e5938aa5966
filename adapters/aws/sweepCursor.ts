import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { fromItem, toItem } from './item.ts';

const ID = 'sweep#cursor';

/** Where the sweeper goes on: one small item, so that each run looks at one page only. */
export class SweepCursor {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(): Promise<string | undefined> {
    const answer = await this.#client.send(new GetItemCommand({ TableName: this.#table, Key: toItem({ id: ID }) }));
    return answer.Item ? fromItem<{ after?: string }>(answer.Item).after : undefined;
  }

  async write(after: string | undefined): Promise<void> {
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: toItem({ id: ID, v: 1, after }) }));
  }
}
