import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Thumbprint } from '../../core/contract/ids.ts';
import type { ExpiryMarks } from '../../core/contract/webhook.ts';
import { conditionally, toItem, toValues } from './item.ts';
import { registryKey } from './registryTable.ts';

/** On the claim of each certificate: how few days before its end its system was told. */
export class ExpiryMarkTable implements ExpiryMarks {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async mark(thumbprint: Thumbprint, days: number): Promise<void> {
    await conditionally(() =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ id: registryKey.certificate(thumbprint) }),
          UpdateExpression: 'SET warned = :days',
          ConditionExpression: 'attribute_exists(id) AND (attribute_not_exists(warned) OR warned > :days)',
          ExpressionAttributeValues: toValues({ days }),
        }),
      ),
    );
  }
}
