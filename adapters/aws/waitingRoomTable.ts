import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { WaitingRoom } from '../../core/contract/ports.ts';
import { conditionally, toItem, toValues } from './item.ts';

/** Places for callers that wait: one conditional write takes a place, and it is free again when its time is over. */
export class WaitingRoomTable implements WaitingRoom {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  enter(place: number, until: number, now: number): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toItem({ id: `waiting#${place}`, until }),
          ConditionExpression: 'attribute_not_exists(id) OR #until <= :now',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: toValues({ now }),
        }),
      ),
    );
  }
}
