import { type DynamoDBClient, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { INDEXES } from '../../core/contract/environment.ts';
import type { AgencyId, DeliveryId, DispatchId, SystemId } from '../../core/contract/ids.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type {
  Candidate,
  Deliveries,
  InboxPage,
  Mark,
  Move,
  Offer,
  PageRequest,
  Settlement,
  Written,
} from '../../core/contract/ports.ts';
import type { DeliveryRecord } from '../../core/contract/records.ts';
import { UnreadableItem } from '../../core/contract/schema.ts';
import { isFinal, startsOf, type Tally } from '../../core/contract/states.ts';
import { inboxKeyOf, rankIn, rankOf, visibleAtOf } from '../../core/receive/inboxKey.ts';
import { ASIDE, INTO_ASIDE } from './asideTable.ts';
import { batchGet } from './batchGet.ts';
import {
  AGREED,
  CONTENT_IS_OPEN,
  changeDelivery,
  type DeliveryChange,
  MAY_BE_OFFERED,
  NO_REMINDER,
  OUT_OF_INBOX,
  tallyNames,
  tallySet,
} from './changeDelivery.ts';
import { toDelivery, toDeliveryItem } from './deliveryItem.ts';
import { ownCursor } from './dispatchTable.ts';
import { dueShardOf } from './dueShard.ts';
import { inStates } from './inStates.ts';
import { conditionally, fromItem, type Item, READABLE, readableValue, toCursor, toItem, toValues } from './item.ts';
import { ADD_ENTRY, entryValues } from './logPlace.ts';
import { markDelivery } from './markDelivery.ts';
import { readItem } from './readItem.ts';

/** Which transition of the state table a move is: it holds only from the states that are listed there. */
const MOVES = { 'set-aside': 'setAside', queued: 'requeue', discarded: 'discard', expired: 'expire' } as const;

const REMINDER = ['dueWhat = :dueWhat', 'dueShard = :shard', 'dueAt = :dueAt', 'dueAttempts = :none'] as const;

const requeuedValues = (
  seen: DeliveryRecord,
  { visibleAt, expiresAt = visibleAt, due }: Pick<Move, 'expiresAt' | 'due'> & { readonly visibleAt: number },
): Readonly<Record<string, unknown>> => ({
  system: seen.system,
  newKey: inboxKeyOf(rankOf(seen.headline), visibleAt, seen.deliveryId),
  none: 0,
  dueWhat: due?.what ?? 'expire',
  dueAt: due?.at ?? expiresAt,
  shard: dueShardOf(seen.deliveryId),
  expiresAt,
});

const usableAt = (now: number, candidates: readonly Candidate[]): readonly Candidate[] =>
  candidates.filter(({ inboxKey }) => visibleAtOf(inboxKey) <= now);

const urgentThenOldest = (a: Candidate, b: Candidate): number =>
  Number(rankIn(a.inboxKey) !== 0) - Number(rankIn(b.inboxKey) !== 0) ||
  visibleAtOf(a.inboxKey) - visibleAtOf(b.inboxKey);

/** Deliveries in the `dispatches` table: one item per recipient, every change one conditional write that tells its result. */
export class DeliveryTable implements Deliveries {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async find(id: DeliveryId): Promise<DeliveryRecord | undefined> {
    const item = await readItem(this.#client, this.#table, id);
    return item ? toDelivery(item) : undefined;
  }

  async findMany(ids: readonly DeliveryId[]): Promise<readonly DeliveryRecord[]> {
    const items = await batchGet(this.#client, this.#table, ids);
    return ids.flatMap((id) => {
      const item = items.get(id);
      return item ? [toDelivery(item)] : [];
    });
  }

  consign(delivery: DeliveryRecord): Promise<boolean> {
    const Item = toDeliveryItem(delivery);
    return conditionally(() =>
      this.#client.send(
        new PutItemCommand({ TableName: this.#table, Item, ConditionExpression: 'attribute_not_exists(id)' }),
      ),
    );
  }

  async waiting(
    system: SystemId,
    query: { now: number; limit: number; agency?: AgencyId | undefined },
  ): Promise<readonly Candidate[]> {
    // One look at the whole inbox, one place further than asked for: where little waits it tells that there is no more.
    const all = await this.#candidates(system, {
      ...query,
      limit: query.limit + 1,
      from: '0#',
      to: inboxKeyOf(2, query.now, '~'),
    });
    if (all.whole) return usableAt(query.now, all.found).toSorted(urgentThenOldest).slice(0, query.limit);
    // Statuses are a range of their own behind all documents: asked beside them, so that neither kind waits for the other.
    const seen = usableAt(query.now, all.found).filter(({ inboxKey }) => rankIn(inboxKey) !== 2);
    const [documents, { found: statuses }] = await Promise.all([
      // A look that was full of documents which may be offered has answered for them.
      seen.length >= query.limit ? seen : this.#waitingDocuments(system, query),
      this.#candidates(system, { ...query, from: '2#', to: inboxKeyOf(2, query.now, '~') }),
    ]);
    return [...documents, ...statuses].toSorted(urgentThenOldest).slice(0, query.limit);
  }

  async #waitingDocuments(
    system: SystemId,
    query: { now: number; limit: number; agency?: AgencyId | undefined },
  ): Promise<readonly Candidate[]> {
    const { found: urgentFirst } = await this.#candidates(system, {
      ...query,
      from: '0#',
      to: inboxKeyOf(1, query.now, '~'),
    });
    const usable = usableAt(query.now, urgentFirst);
    // Urgent deliveries under lease sort before all normal ones: when they fill the page, look behind them.
    if (usable.length === urgentFirst.length || usable.length >= query.limit) return usable;
    const { found: normal } = await this.#candidates(system, {
      ...query,
      from: '1#',
      to: inboxKeyOf(1, query.now, '~'),
    });
    const known = new Set(usable.map(({ deliveryId }) => deliveryId));
    return [...usable, ...normal.filter(({ deliveryId }) => !known.has(deliveryId))].slice(0, query.limit);
  }

  async #candidates(
    system: SystemId,
    query: { now: number; limit: number; agency?: AgencyId | undefined; from: string; to: string },
  ): Promise<{ readonly found: readonly Candidate[] /** Nothing more is in the range. */; readonly whole: boolean }> {
    const found: Candidate[] = [];
    let start: Item | undefined;
    // A filter for one agency may skip many of the others': ten pages bound what one call can cost.
    for (let pages = 0; pages < 10; pages++) {
      const answer = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: INDEXES.inbox,
          KeyConditionExpression: 'inboxSystem = :system AND inboxKey BETWEEN :from AND :to',
          ExpressionAttributeValues: toValues({ system, from: query.from, to: query.to, agency: query.agency }),
          ...(query.agency ? { FilterExpression: 'recipient = :agency' } : {}),
          Limit: query.agency ? 500 : query.limit,
          ExclusiveStartKey: start,
        }),
      );
      for (const item of answer.Items ?? []) {
        const { id, inboxKey } = fromItem<{ id: DeliveryId; inboxKey: string }>(item);
        found.push({ deliveryId: id, inboxKey });
      }
      start = answer.LastEvaluatedKey;
      if (start === undefined || found.length >= query.limit) break;
    }
    return { found: found.slice(0, query.limit), whole: start === undefined && found.length <= query.limit };
  }

  async list(system: SystemId, page: PageRequest): Promise<InboxPage> {
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: INDEXES.inbox,
        KeyConditionExpression: 'inboxSystem = :system',
        ExpressionAttributeValues: toValues({ system }),
        Limit: page.limit,
        ExclusiveStartKey: ownCursor(page.after, { inboxSystem: system }, ['inboxKey', '']),
      }),
    );
    const ids = (answer.Items ?? []).map((item) => fromItem<{ id: DeliveryId }>(item).id);
    const found = await batchGet(this.#client, this.#table, ids);
    const [items, unreadable]: [DeliveryRecord[], UnreadableItem[]] = [[], []];
    for (const id of ids) {
      const item = found.get(id);
      if (!item) continue;
      try {
        items.push(toDelivery(item));
      } catch (error) {
        if (!(error instanceof UnreadableItem)) throw error;
        unreadable.push(error);
      }
    }
    const next = toCursor(answer.LastEvaluatedKey);
    // The index lags: what the item says decides whether it still waits here.
    const here = items.filter(
      (delivery) => delivery.system === system && (delivery.state === 'queued' || delivery.state === 'offered'),
    );
    return { items: here, unreadable, ...(next ? { next } : {}) };
  }

  offer(offer: Offer): Promise<Written> {
    const starts = inStates(startsOf('offer'));
    return this.#change(offer.deliveryId, {
      set: [
        '#state = :to',
        '#lease = :lease',
        'visibleAt = :until',
        'inboxKey = :newKey',
        'fruitless = fruitless + :one',
        ...tallySet('offered'),
      ],
      condition: [
        '#system = :system',
        starts.condition,
        'inboxKey = :seen',
        'visibleAt <= :now',
        'fruitless < :most',
        ...MAY_BE_OFFERED,
      ],
      names: { '#lease': 'lease', '#system': 'system', ...tallyNames('offered') },
      values: {
        ...starts.values,
        to: 'offered',
        lease: { token: offer.token, until: offer.until },
        until: offer.until,
        newKey: inboxKeyOf(rankIn(offer.inboxKey), offer.until, offer.deliveryId),
        seen: offer.inboxKey,
        system: offer.system,
        now: offer.now,
        one: 1,
        most: LIMITS.fruitlessOffers,
      },
    });
  }

  settle(settlement: Settlement): Promise<Written> {
    const { to, tally, visibleAt } = settlement;
    const back = to === 'queued' && visibleAt !== undefined;
    return this.#change(settlement.deliveryId, {
      set: [
        '#state = :to',
        ...(tally ? tallySet(tally) : ADD_ENTRY),
        ...(settlement.reason ? ['reason = :reason'] : []),
        ...(back ? ['visibleAt = :visibleAt', 'inboxKey = :newKey'] : []),
      ],
      remove: back ? ['lease'] : [...OUT_OF_INBOX, ...NO_REMINDER],
      condition: [
        '#system = :system',
        '#state = :held',
        '#lease.#token = :token',
        // What was recalled meanwhile goes back to nobody's inbox.
        ...(back ? ['attribute_not_exists(withdrawing)'] : []),
        ...(settlement.sha256 ? ['headline.sha256 = :sha256'] : []),
      ],
      names: {
        '#lease': 'lease',
        '#token': 'token',
        '#system': 'system',
        ...(tally ? tallyNames(tally) : { '#timeline': 'timeline' }),
      },
      values: {
        to,
        held: 'offered',
        system: settlement.system,
        token: settlement.token,
        ...(settlement.sha256 ? { sha256: settlement.sha256 } : {}),
        ...(settlement.reason ? { reason: settlement.reason } : {}),
        ...(back ? { visibleAt, newKey: inboxKeyOf(rankIn(settlement.token), visibleAt, settlement.deliveryId) } : {}),
        ...(tally ? { one: 1, now: settlement.entry.at } : entryValues(settlement.deliveryId, settlement.entry)),
      },
    });
  }

  extend(id: DeliveryId, system: SystemId, lease: { token: string; until: number; now: number }): Promise<Written> {
    return this.#change(id, {
      set: ['#lease.#until = :until', 'visibleAt = :until', 'inboxKey = :newKey', ...tallySet('extended')],
      // What its sender took back waits for the lease to end: it must come to an end.
      condition: ['#system = :system', '#state = :held', '#lease.#token = :token', 'attribute_not_exists(withdrawing)'],
      names: {
        '#lease': 'lease',
        '#token': 'token',
        '#until': 'until',
        '#system': 'system',
        ...tallyNames('extended'),
      },
      values: {
        until: lease.until,
        newKey: inboxKeyOf(rankIn(lease.token), lease.until, id),
        system,
        held: 'offered',
        token: lease.token,
        one: 1,
        now: lease.now,
      },
    });
  }

  count(
    id: DeliveryId,
    tally: Tally,
    guard: { system: SystemId; dispatchId: DispatchId; now: number },
  ): Promise<Written> {
    return this.#change(id, {
      set: tallySet(tally),
      condition: [
        '#system = :system',
        'dispatchId = :dispatchId',
        '(#state = :acknowledged OR (#state = :held AND visibleAt > :now))',
        CONTENT_IS_OPEN,
      ],
      names: { '#system': 'system', ...tallyNames(tally) },
      values: {
        agreed: AGREED,
        system: guard.system,
        dispatchId: guard.dispatchId,
        acknowledged: 'acknowledged',
        held: 'offered',
        now: guard.now,
        one: 1,
      },
    });
  }

  remindLater(seen: DeliveryRecord, at: number): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ id: seen.deliveryId }),
          UpdateExpression: 'SET dueAt = :at',
          ConditionExpression: `dueAt = :seen AND ${READABLE}`,
          ExpressionAttributeValues: toValues({ at, seen: seen.due?.at, ...readableValue(seen.deliveryId) }),
        }),
      ),
    );
  }

  move(seen: DeliveryRecord, change: Move): Promise<Written> {
    const visibleAt = change.visibleAt ?? seen.visibleAt;
    const queued = change.to === 'queued';
    const aside = change.to === 'set-aside';
    const starts = inStates(startsOf(MOVES[change.to]));
    // Final states have the reserve to themselves; what can repeat is only counted once the rest is full.
    const append = isFinal(change.to) || seen.timeline.length < LIMITS.timelineEntries - LIMITS.timelineReserve;
    return this.#change(seen.deliveryId, {
      set: [
        '#state = :to',
        'visibleAt = :visibleAt',
        ...(append ? ADD_ENTRY : []),
        ...(change.tally ? tallySet(change.tally) : []),
        ...(change.reason ? ['reason = :reason'] : []),
        ...(aside ? INTO_ASIDE.set : []),
        ...(queued
          ? ['inboxSystem = :system', 'inboxKey = :newKey', 'fruitless = :none', 'expiresAt = :expiresAt', ...REMINDER]
          : []),
      ],
      // Why it was set aside is in the timeline; a delivery that waits again has no reason.
      remove: queued ? ['lease', 'reason'] : [...OUT_OF_INBOX, ...(aside ? INTO_ASIDE.remove : NO_REMINDER)],
      condition: ['#state = :from', starts.condition, 'visibleAt = :seenAt', 'size(#timeline) = :entries'],
      names: { '#timeline': 'timeline', ...(change.tally ? tallyNames(change.tally) : {}) },
      values: {
        ...starts.values,
        to: change.to,
        from: seen.state,
        seenAt: seen.visibleAt,
        entries: seen.timeline.length,
        visibleAt,
        ...(append ? entryValues(seen.deliveryId, change.entry) : {}),
        ...(change.tally ? { one: 1, now: change.entry.at } : {}),
        ...(change.reason ? { reason: change.reason } : {}),
        ...(aside ? { aside: ASIDE, asideAt: change.entry.at } : {}),
        ...(queued ? requeuedValues(seen, { ...change, visibleAt }) : {}),
      },
    });
  }

  mark(seen: DeliveryRecord, mark: Mark): Promise<Written> {
    return markDelivery({ client: this.#client, table: this.#table }, seen, mark);
  }

  #change(id: DeliveryId, change: DeliveryChange): Promise<Written> {
    return changeDelivery({ client: this.#client, table: this.#table }, id, change);
  }
}
