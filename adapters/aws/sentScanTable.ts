import { type DynamoDBClient, DynamoDBServiceException, ScanCommand } from '@aws-sdk/client-dynamodb';
import { INDEXES } from '../../core/contract/environment.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { SentPlace, SentScan, SentScanQuery } from '../../core/contract/reportLine.ts';
import { KEY_BYTES, sentKeyOf } from './dispatchTable.ts';
import { fromCursor, fromItem, type Item, toCursor, toValues } from './item.ts';

interface SentKey {
  readonly id: SentPlace['dispatchId'];
  readonly sentAgency: SentPlace['sender'];
  readonly sentKey: string;
}

/**
 * The index of what was sent, read whole in segments: keys alone, about 180 bytes a dispatch, so that years of dispatches outside
 * the period cost little to pass over.
 */
export class SentScanTable implements SentScan {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async look(query: SentScanQuery): ReturnType<SentScan['look']> {
    const { firstKeys, mostKeys, looks } = LIMITS.reportPage;
    let start = startOf(query.after);
    if (start === null) return undefined;
    let keys: number = firstKeys;
    for (let n = 0; n < looks; n++) {
      const page = await this.#page(query, { start, keys });
      if (!page) return undefined;
      const next = toCursor(page.last);
      if (page.found.length > 0 || next === undefined) return { found: page.found.map(placed), ...mark(next) };
      start = page.last;
      // The emptier the index here, the more of it at once.
      keys = Math.min(keys * 4, mostKeys);
    }
    return { found: [], ...mark(toCursor(start)) };
  }

  async #page({ from, to, segment, segments }: SentScanQuery, at: { start: Item | undefined; keys: number }) {
    try {
      const answer = await this.#client.send(
        new ScanCommand({
          TableName: this.#table,
          IndexName: INDEXES.sent,
          Segment: segment,
          TotalSegments: segments,
          FilterExpression: 'sentKey BETWEEN :from AND :to',
          ExpressionAttributeValues: toValues({ from: sentKeyOf(from, ''), to: sentKeyOf(to, '~') }),
          Limit: at.keys,
          ExclusiveStartKey: at.start,
        }),
      );
      return { found: answer.Items ?? [], last: answer.LastEvaluatedKey };
    } catch (error) {
      // A key of another segment: DynamoDB calls it invalid.
      if (at.start && error instanceof DynamoDBServiceException && error.name === 'ValidationException')
        return undefined;
      throw error;
    }
  }
}

/** Null: a text that is no mark. A report must not begin anew in the middle, so it is refused. */
function startOf(after: string | undefined): Item | undefined | null {
  if (after === undefined) return undefined;
  const key = fromCursor(after);
  const isWhole = key && Object.keys(key).length === KEY.length && KEY.every((name) => isUsable(key[name]?.S));
  return isWhole ? key : null;
}

const KEY = ['id', 'sentAgency', 'sentKey'] as const satisfies readonly (keyof SentKey)[];
const isUsable = (value = ''): boolean => value !== '' && Buffer.byteLength(value) <= KEY_BYTES;

const mark = (next: string | undefined) => (next === undefined ? {} : { next });

function placed(item: Item): { place: SentPlace; mark: string } {
  const { id, sentAgency, sentKey } = fromItem<SentKey>(item);
  const acceptedAt = Number(sentKey.split('#')[0]);
  // What the index projects is its key.
  return { place: { dispatchId: id, sender: sentAgency, acceptedAt }, mark: toCursor(item) ?? '' };
}
