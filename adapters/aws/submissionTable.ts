import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SubmissionId } from '../../core/contract/ids.ts';
import type { Due, SubmissionRecord } from '../../core/contract/records.ts';
import type { Refusal } from '../../core/contract/refusals.ts';
import { SUBMISSION_TRANSITIONS } from '../../core/contract/states.ts';
import type { Submissions } from '../../core/contract/transferPorts.ts';
import { dueShardOf } from './dueShard.ts';
import { conditionally, fromItem, type Item, toItem, toValues } from './item.ts';
import { readItem } from './readItem.ts';
import { remindLater } from './remindLater.ts';

interface SubmissionItem extends Omit<SubmissionRecord, 'submissionId' | 'refusal' | 'due'> {
  readonly id: SubmissionId;
  /** JSON: a refusal holds whatever its code needs, a verification report among others. */
  readonly refusal?: string;
  readonly expires: number;
  readonly dueWhat?: Due['what'];
  readonly dueShard?: string;
  readonly dueAt?: number;
  readonly dueAttempts?: number;
}

/** Submissions that go on in the background, in the `dispatches` table: one item each, gone after its time. */
export class SubmissionTable implements Submissions {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async find(id: SubmissionId): Promise<SubmissionRecord | undefined> {
    const item = await readItem(this.#client, this.#table, id);
    return item && toRecord(item);
  }

  start(submission: SubmissionRecord, over?: SubmissionRecord): Promise<boolean> {
    // What its time is over for may be removed at any moment: then there is nothing in the way either.
    const condition = over
      ? {
          ConditionExpression: 'attribute_not_exists(id) OR (#state = :state AND createdAt = :createdAt)',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: toValues({ state: over.state, createdAt: over.createdAt }),
        }
      : { ConditionExpression: 'attribute_not_exists(id)' };
    return conditionally(() =>
      this.#client.send(new PutItemCommand({ TableName: this.#table, Item: itemOf(submission), ...condition })),
    );
  }

  settle(seen: SubmissionRecord, refusal: Refusal | undefined): Promise<boolean> {
    const { to, from } = refusal === undefined ? SUBMISSION_TRANSITIONS.accept : SUBMISSION_TRANSITIONS.refuse;
    const kept = refusal === undefined ? undefined : JSON.stringify(refusal);
    return conditionally(() =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ id: seen.submissionId }),
          UpdateExpression: `SET #state = :to${kept === undefined ? '' : ', refusal = :refusal'} REMOVE dueWhat, dueShard, dueAt, dueAttempts`,
          ConditionExpression: '#state = :from AND createdAt = :createdAt',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: toValues({ to, from: from[0], refusal: kept, createdAt: seen.createdAt }),
        }),
      ),
    );
  }

  remindLater(id: SubmissionId, at: number): Promise<boolean> {
    return remindLater(this.#client, { table: this.#table, id, at });
  }
}

function itemOf({ submissionId, refusal: _, due, ...rest }: SubmissionRecord): Item {
  return toItem({
    ...rest,
    id: submissionId,
    expires: Math.ceil(rest.expiresAt / 1000),
    ...(due ? { dueWhat: due.what, dueAt: due.at, dueAttempts: due.attempts, dueShard: dueShardOf(submissionId) } : {}),
  });
}

function toRecord(item: Item): SubmissionRecord {
  const {
    id,
    expires: _expires,
    refusal,
    dueShard: _shard,
    dueWhat,
    dueAt,
    dueAttempts,
    ...rest
  } = fromItem<SubmissionItem>(item);
  return {
    ...rest,
    submissionId: id,
    ...(refusal === undefined ? {} : { refusal: JSON.parse(refusal) as Refusal }),
    ...(dueWhat !== undefined && dueAt !== undefined
      ? { due: { what: dueWhat, at: dueAt, attempts: dueAttempts ?? 0 } }
      : {}),
  };
}
