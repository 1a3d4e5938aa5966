import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { PauseRecord, PauseWrites } from '../../core/contract/pause.ts';
import { conditionally, toItem, toValues } from './item.ts';
import { registryKey } from './registryTable.ts';

/** The axis's pause, one item of the registry. */
export class PauseTable implements PauseWrites {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  replacePause(pause: PauseRecord): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toItem({ ...pause, id: registryKey.pause() }),
          ConditionExpression: pause.revision === 1 ? 'attribute_not_exists(id)' : 'revision = :before',
          ...(pause.revision === 1 ? {} : { ExpressionAttributeValues: toValues({ before: pause.revision - 1 }) }),
        }),
      ),
    );
  }
}
