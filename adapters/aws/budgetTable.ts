import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Amounts, BudgetCounter, BudgetWindow } from '../../core/contract/budget.ts';
import { fromItem, toItem, toValues } from './item.ts';

/** Kept for a while after its window, so that an instance whose clock is behind counts on. */
const KEPT_SECONDS = 3600;

/** What was drawn from budgets, in the `dispatches` table: one item for each system and window, gone after its time. */
export class BudgetTable implements BudgetCounter {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async add({ id, endsAt }: BudgetWindow, drawn: Amounts): Promise<Amounts> {
    const answer = await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#table,
        Key: toItem({ id: `limits#${id}` }),
        UpdateExpression: 'ADD #requests :requests, #bytes :bytes SET expires = :expires',
        ExpressionAttributeNames: { '#requests': 'requests', '#bytes': 'bytes' },
        ExpressionAttributeValues: toValues({ ...drawn, expires: Math.ceil(endsAt / 1000) + KEPT_SECONDS }),
        // Not what was updated alone: whether an amount that grew by nothing is among it is read differently.
        ReturnValues: 'ALL_NEW',
      }),
    );
    if (!answer.Attributes) throw new Error(`DynamoDB did not tell what was drawn from ${id}`);
    const { requests, bytes } = fromItem<Amounts>(answer.Attributes);
    return { requests, bytes };
  }
}
