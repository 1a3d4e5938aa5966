import { type AttributeValue, type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SystemId, UploadId } from '../../core/contract/ids.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { UploadRecord } from '../../core/contract/records.ts';
import { UPLOAD_TRANSITIONS } from '../../core/contract/states.ts';
import type { UploadChange, Uploads } from '../../core/contract/transferPorts.ts';
import { batchGet } from './batchGet.ts';
import { conditionally, fromItem, type Item, toItem, toValues } from './item.ts';
import { readItem } from './readItem.ts';

/** The item that names a system's open uploads: how many they are is decided by one conditional write. */
const placesOf = (system: SystemId): string => `uploads#${system}`;

/** Uploads in the `dispatches` table: one item each, gone after its time. */
export class UploadTable implements Uploads {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async find(id: UploadId): Promise<UploadRecord | undefined> {
    const item = await this.#get(id);
    return item && toRecord(item);
  }

  async findMany(ids: readonly UploadId[]): Promise<readonly UploadRecord[]> {
    return [...(await batchGet(this.#client, this.#table, ids)).values()].map(toRecord);
  }

  async enter(system: SystemId, id: UploadId, now: number): Promise<boolean> {
    if (await this.#take(system, id)) return true;
    const stale = await this.#stalePlaces(system, now);
    if (stale.length === 0) return false;
    await this.#empty(system, stale);
    return this.#take(system, id);
  }

  leave(system: SystemId, id: UploadId): Promise<void> {
    return this.#empty(system, [id]);
  }

  start(upload: UploadRecord, over?: UploadRecord): Promise<boolean> {
    const { uploadId, ...rest } = upload;
    const Item = toItem({ ...rest, id: uploadId, expires: Math.ceil(upload.expiresAt / 1000) });
    // What its time is over for may be removed at any moment: then there is nothing in the way either.
    const condition = over
      ? {
          ConditionExpression: 'attribute_not_exists(id) OR (#key = :key AND #state = :state)',
          ExpressionAttributeNames: { '#key': 'key', '#state': 'state' },
          ExpressionAttributeValues: toValues({ key: over.key, state: over.state }),
        }
      : { ConditionExpression: 'attribute_not_exists(id)' };
    return conditionally(() => this.#client.send(new PutItemCommand({ TableName: this.#table, Item, ...condition })));
  }

  move(seen: UploadRecord, { to, askedAt, etags, reason }: UploadChange): Promise<boolean> {
    if (seen.state !== to && !mayMove(seen.state, to))
      throw new Error(`an upload cannot go from ${seen.state} to ${to}`);
    const changes = Object.entries({ state: to, askedAt, etags, reason }).filter(([, value]) => value !== undefined);
    return conditionally(() =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ id: seen.uploadId }),
          UpdateExpression: `SET ${changes.map(([name]) => `#${name} = :${name}`).join(', ')}`,
          ConditionExpression: '#key = :seenKey AND #state = :seenState',
          ExpressionAttributeNames: {
            '#key': 'key',
            ...Object.fromEntries(changes.map(([name]) => [`#${name}`, name])),
          },
          ExpressionAttributeValues: toValues({
            ...Object.fromEntries(changes),
            seenKey: seen.key,
            seenState: seen.state,
          }),
        }),
      ),
    );
  }

  async #get(id: string): Promise<Item | undefined> {
    const item = await readItem(this.#client, this.#table, id);
    return item;
  }

  #take(system: SystemId, id: UploadId): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ id: placesOf(system) }),
          UpdateExpression: 'ADD #open :place',
          ConditionExpression: 'attribute_not_exists(#open) OR size(#open) < :most OR contains(#open, :id)',
          ExpressionAttributeNames: { '#open': 'open' },
          ExpressionAttributeValues: { ...placeValue([id]), ...toValues({ most: LIMITS.openUploads, id }) },
        }),
      ),
    );
  }

  async #empty(system: SystemId, ids: readonly UploadId[]): Promise<void> {
    await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#table,
        Key: toItem({ id: placesOf(system) }),
        UpdateExpression: 'DELETE #open :place',
        ExpressionAttributeNames: { '#open': 'open' },
        ExpressionAttributeValues: placeValue(ids),
      }),
    );
  }

  /** Places of uploads that are over or were never written: a crash may leave some. */
  async #stalePlaces(system: SystemId, now: number): Promise<readonly UploadId[]> {
    const item = await this.#get(placesOf(system));
    const ids = [...(item ? (fromItem<{ open?: ReadonlySet<UploadId> }>(item).open ?? []) : [])];
    const alive = new Set(
      (await this.findMany(ids))
        .filter(({ state, expiresAt }) => (state === 'open' || state === 'sealing') && expiresAt > now)
        .map(({ uploadId }) => uploadId),
    );
    return ids.filter((id) => !alive.has(id));
  }
}

const placeValue = (ids: readonly UploadId[]): Record<string, AttributeValue> => ({ ':place': { SS: [...ids] } });

const mayMove = (from: UploadRecord['state'], to: UploadRecord['state']): boolean =>
  Object.values(UPLOAD_TRANSITIONS).some(
    (transition) => transition.to === to && (transition.from as readonly string[]).includes(from),
  );

function toRecord(item: Item): UploadRecord {
  const {
    id,
    expires: _,
    ...rest
  } = fromItem<Omit<UploadRecord, 'uploadId'> & { id: UploadId; expires: number }>(item);
  return { ...rest, uploadId: id };
}
