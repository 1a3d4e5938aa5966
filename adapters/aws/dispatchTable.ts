import { type DynamoDBClient, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dispatchIdOf } from '../../core/contract/derivedIds.ts';
import { INDEXES } from '../../core/contract/environment.ts';
import { type AgencyId, type DispatchId, isDispatchId } from '../../core/contract/ids.ts';
import type { SentDispatches, SentKey, SentQuery } from '../../core/contract/mailbox.ts';
import type { Dispatches, DueWork, OfficialNumber, Page, PageRequest } from '../../core/contract/ports.ts';
import type { DispatchRecord, Due, Headline, TimelineEntry } from '../../core/contract/records.ts';
import { DISPATCH_TRANSITIONS } from '../../core/contract/states.ts';
import { batchGet } from './batchGet.ts';
import { dueShardOf } from './dueShard.ts';
import {
  conditionally,
  fromCursor,
  fromItem,
  type Item,
  READABLE,
  readableValue,
  toCursor,
  toItem,
  toValues,
} from './item.ts';
import { ADD_ENTRY, entryValues, logPlace } from './logPlace.ts';
import { packJson, unpackJson } from './packedJson.ts';
import { readItem } from './readItem.ts';
import { remindLater } from './remindLater.ts';
import { shardUntil } from './shards.ts';

/** What never changes after acceptance. */
type Immutable = Pick<DispatchRecord, 'headline' | 'details' | 'receiptCertificate'> & {
  /** Header and payload of the receipt as their JSON texts: what base64url hides from the compressor costs twice. */
  readonly receipt: readonly [header: string, payload: string, signature: string];
};

interface DispatchItem extends Omit<DispatchRecord, keyof Immutable | 'due' | 'dispatchId'> {
  readonly id: DispatchId;
  /** What never changes, packed: an update of the item is charged for few kilobytes. */
  readonly accepted: Uint8Array;
  readonly dueWhat?: Due['what'];
  readonly dueAt?: number;
  readonly dueAttempts?: number;
}

const decode = (part: string): string => Buffer.from(part, 'base64url').toString();
const encode = (text: string): string => Buffer.from(text).toString('base64url');

function pack({ headline, details, receipt, receiptCertificate }: DispatchRecord): Uint8Array {
  const [header = '', payload = '', signature = ''] = receipt.split('.');
  const immutable: Immutable = {
    headline,
    details,
    receiptCertificate,
    receipt: [decode(header), decode(payload), signature],
  };
  return packJson(immutable);
}

function unpack(bytes: Uint8Array): Pick<DispatchRecord, keyof Immutable> {
  const { receipt, ...rest } = unpackJson(bytes) as Immutable;
  const [header, payload, signature] = receipt;
  return { ...rest, receipt: `${encode(header)}.${encode(payload)}.${signature}` };
}

/** A dispatch as its item holds it. */
export function toDispatch(item: Item): DispatchRecord {
  const { id, accepted, dueWhat, dueAt, dueAttempts, ...rest } = fromItem<DispatchItem>(item);
  const due =
    dueWhat !== undefined && dueAt !== undefined
      ? { due: { what: dueWhat, at: dueAt, attempts: dueAttempts ?? 0 } }
      : {};
  const { v, state, sender, senderSystem, recipientCount, timeline, content, hold } = rest;
  const life = { ...(content ? { content } : {}), ...(hold ? { hold } : {}) };
  return {
    v,
    state,
    sender,
    senderSystem,
    recipientCount,
    timeline,
    dispatchId: id,
    ...unpack(accepted),
    ...life,
    ...due,
  };
}

function toDispatchItem(dispatch: DispatchRecord): Item {
  const { dispatchId, v, state, sender, senderSystem, recipientCount, timeline, headline, due } = dispatch;
  return toItem({
    id: dispatchId,
    v,
    state,
    sender,
    senderSystem,
    recipientCount,
    timeline,
    accepted: pack(dispatch),
    sentAgency: sender,
    sentKey: sentKeyOf(headline.acceptedAt, dispatchId),
    ...numberPlace(sender, headline, dispatchId),
    ...threadPlace(dispatch),
    ...(due ? { dueWhat: due.what, dueAt: due.at, dueAttempts: due.attempts, dueShard: dueShardOf(dispatchId) } : {}),
    ...logPlace(dispatchId, headline.acceptedAt),
  });
}

/** Milliseconds with as many digits as a key has. */
const LAST = 999_999_999_999_999;

/** Sort key of the index of what an agency sent. */
export const sentKeyOf = (acceptedAt: number, id: string): string => `${String(acceptedAt).padStart(15, '0')}#${id}`;

/** Bytes that DynamoDB takes in a sort key. */
const SORT_KEY_BYTES = 1024;

const numberPrefix = ({ year, number, notation }: OfficialNumber): string => `${year}#${number}#${notation}#`;

/** Where a document stands by its number. A number too long for a key is found by its sender alone. */
function numberPlace(sender: AgencyId, headline: Headline, id: DispatchId): object {
  const { codeNumber, codeNotation = '', promulgationDate } = headline;
  if (!codeNumber || !promulgationDate) return {};
  const year = promulgationDate.slice(0, 4);
  const numberKey = `${numberPrefix({ year, number: codeNumber, notation: codeNotation })}${id}`;
  return Buffer.byteLength(numberKey) > SORT_KEY_BYTES ? {} : { numberAgency: sender, numberKey };
}

/** A correction is found by the DocumentId that it carries: under the id that a new document of this DocumentId has. */
function threadPlace({ dispatchId, sender, headline }: DispatchRecord): object {
  const { kind, business, documentId, acceptedAt } = headline;
  if (kind !== 'document' || business === undefined || business === 0) return {};
  return {
    threadOf: dispatchIdOf({ sender, kind: 'document', documentId }),
    threadKey: sentKeyOf(acceptedAt, dispatchId),
  };
}

/** Pages of a thread that are looked through for corrections, of 1 MB each. */
const CORRECTION_PAGES = 3;

/** The id of an item that says of one dispatch that another one refers to it. */
export const linkIdOf = (to: DispatchId, from: DispatchId): string => `link#${to}#${from}`;

const CHUNKS_DONE = [
  '#state = :to',
  'dueWhat = :what',
  'dueAt = :at',
  'dueAttempts = :attempts',
  ...ADD_ENTRY,
] as const;

/** Dispatches in the `dispatches` table: one item each, written once to accept and once more when fan-out is complete. */
export class DispatchTable implements Dispatches, SentDispatches, DueWork {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async find(id: DispatchId): Promise<DispatchRecord | undefined> {
    const item = await readItem(this.#client, this.#table, id);
    return item ? toDispatch(item) : undefined;
  }

  accept(dispatch: DispatchRecord): Promise<boolean> {
    const Item = toDispatchItem(dispatch);
    return conditionally(() =>
      this.#client.send(
        new PutItemCommand({ TableName: this.#table, Item, ConditionExpression: 'attribute_not_exists(id)' }),
      ),
    );
  }

  async chunkDone(id: DispatchId, chunk: { index: number; of: number }, entry: TimelineEntry, due: Due): Promise<void> {
    if (chunk.of > 1 && !(await this.#lastChunk(id, chunk))) return;
    // A repeat finds the state moved on, and nothing is left to do.
    await conditionally(() =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ id }),
          UpdateExpression: `SET ${CHUNKS_DONE.join(', ')} REMOVE chunksDone`,
          ConditionExpression: `#state = :from AND ${READABLE}`,
          ExpressionAttributeNames: { '#state': 'state', '#timeline': 'timeline' },
          ExpressionAttributeValues: toValues({
            from: DISPATCH_TRANSITIONS.dispatch.from[0],
            to: DISPATCH_TRANSITIONS.dispatch.to,
            ...entryValues(id, entry),
            ...due,
            ...readableValue(id),
          }),
        }),
      ),
    );
  }

  /**
   * Remembers a finished chunk in a set; true when it was the last one missing. A chunk is named with how many there
   * are: two versions of the code may cut the same dispatch differently, and their chunks must not add up.
   */
  async #lastChunk(id: DispatchId, chunk: { index: number; of: number }): Promise<boolean> {
    let done = 0;
    await conditionally(async () => {
      const answer = await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ id }),
          UpdateExpression: 'ADD chunksDone :index',
          ConditionExpression: `#state = :from AND ${READABLE}`,
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: toValues({
            from: DISPATCH_TRANSITIONS.dispatch.from[0],
            index: new Set([`${chunk.of}:${chunk.index}`]),
            ...readableValue(id),
          }),
          ReturnValues: 'UPDATED_NEW',
        }),
      );
      const named = answer.Attributes?.chunksDone?.SS ?? [];
      done = named.filter((name) => name.startsWith(`${chunk.of}:`)).length;
    });
    return done === chunk.of;
  }

  remindLater(id: DispatchId, at: number): Promise<boolean> {
    return remindLater(this.#client, { table: this.#table, id, at });
  }

  async numbered(agency: AgencyId, of: OfficialNumber, limit: number): Promise<readonly DispatchId[]> {
    const prefix = numberPrefix(of);
    // Too long for a key: no such item was written.
    if (Buffer.byteLength(prefix) > SORT_KEY_BYTES) return [];
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: INDEXES.number,
        KeyConditionExpression: 'numberAgency = :agency AND begins_with(numberKey, :prefix)',
        ExpressionAttributeValues: toValues({ agency, prefix }),
        Limit: limit,
      }),
    );
    return (answer.Items ?? []).map((item) => fromItem<{ id: DispatchId }>(item).id);
  }

  async thread(id: DispatchId, limit: number): Promise<readonly DispatchId[]> {
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: INDEXES.thread,
        KeyConditionExpression: 'threadOf = :id',
        ExpressionAttributeValues: toValues({ id }),
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    const ids = (answer.Items ?? []).map((item) => fromItem<{ id: string }>(item).id.split('#').at(-1) ?? '');
    return [...new Set(ids.filter(isDispatchId))];
  }

  async corrections(id: DispatchId, limit: number): Promise<readonly DispatchId[]> {
    const found: DispatchId[] = [];
    let start: Item | undefined;
    // Replies stand among them, and anybody may write many: some pages bound what a look costs.
    for (let pages = 0; pages < CORRECTION_PAGES; pages++) {
      const answer = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: INDEXES.thread,
          KeyConditionExpression: 'threadOf = :id',
          FilterExpression: 'begins_with(id, :own)',
          ExpressionAttributeValues: toValues({ id, own: 'dsp_' }),
          ScanIndexForward: false,
          ExclusiveStartKey: start,
        }),
      );
      found.push(...(answer.Items ?? []).map((item) => fromItem<{ id: DispatchId }>(item).id));
      start = answer.LastEvaluatedKey;
      if (start === undefined || found.length >= limit) break;
    }
    return found.slice(0, limit);
  }

  async link({ to, from, at }: { to: DispatchId; from: DispatchId; at: number }): Promise<void> {
    const Item = toItem({ id: linkIdOf(to, from), v: 1, threadOf: to, threadKey: sentKeyOf(at, from) });
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item }));
  }

  async sentBy(agency: string, page: PageRequest): Promise<Page<DispatchRecord>> {
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: INDEXES.sent,
        KeyConditionExpression: 'sentAgency = :agency',
        ExpressionAttributeValues: toValues({ agency }),
        ScanIndexForward: false,
        Limit: page.limit,
        ExclusiveStartKey: ownCursor(page.after, { sentAgency: agency }, ['sentKey', '']),
      }),
    );
    const ids = (answer.Items ?? []).map((item) => fromItem<{ id: DispatchId }>(item).id);
    const next = toCursor(answer.LastEvaluatedKey);
    return { items: await this.findMany(ids), ...(next ? { next } : {}) };
  }

  async newestOf(agency: AgencyId, { from = 0, to = LAST, limit }: SentQuery): Promise<readonly SentKey[]> {
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: INDEXES.sent,
        KeyConditionExpression: 'sentAgency = :agency AND sentKey BETWEEN :from AND :to',
        ExpressionAttributeValues: toValues({ agency, from: sentKeyOf(from, ''), to: sentKeyOf(to, '~') }),
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return (answer.Items ?? []).map((item) => {
      const { id, sentKey } = fromItem<{ id: DispatchId; sentKey: string }>(item);
      return { dispatchId: id, acceptedAt: Number(sentKey.split('#')[0]) };
    });
  }

  async findMany(ids: readonly DispatchId[]): Promise<readonly DispatchRecord[]> {
    const items = await batchGet(this.#client, this.#table, ids);
    return ids.flatMap((id) => {
      const item = items.get(id);
      return item ? [toDispatch(item)] : [];
    });
  }

  overdue(shard: number, now: number, limit: number): Promise<readonly { readonly id: string }[]> {
    return shardUntil({ client: this.#client, table: this.#table }, { index: 'due', shard, now, limit });
  }
}

/** The longest key value that an index can hold, in bytes. */
export const KEY_BYTES = 1024;

/**
 * A cursor counts only inside the partition that the caller may read, and only in the shape that the index has: DynamoDB
 * would refuse any other as a mistake of ours. Whatever does not count starts at the first page.
 *
 * @param sort name of the index's sort key, and with what the keys of the query begin.
 */
export function ownCursor(
  text: string | undefined,
  partition: Readonly<Record<string, string>>,
  sort: readonly [name: string, prefix: string],
): Item | undefined {
  const key = fromCursor(text);
  if (key === undefined) return undefined;
  const [sortName, prefix] = sort;
  const names = [...Object.keys(partition), sortName, 'id'];
  const fits = ({ S }: Item[string]) => S !== undefined && S !== '' && Buffer.byteLength(S) <= KEY_BYTES;
  const shaped = Object.keys(key).length === names.length && names.every((name) => key[name] && fits(key[name]));
  const own = Object.entries(partition).every(([name, value]) => key[name]?.S === value);
  return shaped && own && key[sortName]?.S?.startsWith(prefix) ? key : undefined;
}
