import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { INDEXES } from '../../core/contract/environment.ts';
import type { DeliveryId, SystemId } from '../../core/contract/ids.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type {
  Mailbox,
  MailboxCount,
  MailboxPage,
  MailboxQuery,
  NameHold,
  WaitingItem,
} from '../../core/contract/mailbox.ts';
import type { Written } from '../../core/contract/ports.ts';
import type { DeliveryRecord, DispatchKind, Signed, TimelineEntry } from '../../core/contract/records.ts';
import { DELIVERY_TRANSITIONS, startsOf, type Tally } from '../../core/contract/states.ts';
import { inboxKeyOf, rankIn, rankOf, SYSTEM_LEASE, visibleAtOf } from '../../core/receive/inboxKey.ts';
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
import { inStates } from './inStates.ts';
import { fromItem, type Item, toValues } from './item.ts';
import { ADD_ENTRY, entryValues } from './logPlace.ts';

/** A delivery as the inbox index shows it. */
interface Entry {
  readonly id: DeliveryId;
  readonly inboxKey: string;
  readonly senderCode: string;
  readonly recipientCode: string;
  readonly acceptedAt: number;
  readonly signed: Signed;
  readonly state: 'queued' | 'offered';
}

interface Range {
  readonly first: string;
  readonly last: string;
}

/** Where each kind begins and ends in an inbox: urgent and other documents first, then statuses. */
const RANGES: Readonly<Record<DispatchKind, Range>> = {
  document: { first: '0#', last: '1#~' },
  status: { first: '2#', last: '2#~' },
};
const NOT_URGENT: Range = { first: '1#', last: '1#~' };

/** Deliveries of the `dispatches` table as systems without lease tokens handle them. */
export class MailboxTable implements Mailbox {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async waiting(system: SystemId, query: MailboxQuery): Promise<MailboxPage> {
    const page = await this.#list(system, query, { range: RANGES[query.kind], most: LIMITS.mailboxList });
    if (!page.more || !page.items.at(-1)?.urgent) return page;
    // Urgent ones alone fill the list: if nobody takes them, the others would never show.
    const others = await this.#list(system, query, { range: NOT_URGENT, most: LIMITS.mailboxList / 2 });
    return { items: [...page.items.slice(0, LIMITS.mailboxList - others.items.length), ...others.items], more: true };
  }

  async #list(
    system: SystemId,
    query: MailboxQuery,
    { range, most }: { readonly range: Range; readonly most: number },
  ): Promise<MailboxPage> {
    const items: WaitingItem[] = [];
    const filter = filterOf(query);
    let start: Item | undefined;
    // Without a filter the first page is full or the last one: one read answers the usual poll.
    for (let reads = 0; reads < LIMITS.mailboxReads; reads++) {
      const answer = await this.#client.send(
        new QueryCommand({
          ...this.#range(system, range, filter?.values),
          ...(filter ? { FilterExpression: filter.expression } : { Limit: most }),
          ExclusiveStartKey: start,
        }),
      );
      for (const item of answer.Items ?? []) items.push(toWaiting(fromItem<Entry>(item), query.kind));
      start = answer.LastEvaluatedKey;
      if (start === undefined || items.length >= most) break;
    }
    const more = start !== undefined || items.length > most;
    return { items: items.slice(0, most), more };
  }

  async count(system: SystemId, kind: DispatchKind): Promise<MailboxCount> {
    let count = 0;
    let start: Item | undefined;
    for (let reads = 0; reads < LIMITS.countReads; reads++) {
      const answer = await this.#client.send(
        new QueryCommand({ ...this.#range(system, RANGES[kind]), Select: 'COUNT', ExclusiveStartKey: start }),
      );
      count += answer.Count ?? 0;
      start = answer.LastEvaluatedKey;
      if (start === undefined) break;
    }
    return { count, exact: start === undefined };
  }

  #range(system: SystemId, { first, last }: Range, values: Readonly<Record<string, unknown>> = {}) {
    return {
      TableName: this.#table,
      IndexName: INDEXES.inbox,
      KeyConditionExpression: 'inboxSystem = :system AND inboxKey BETWEEN :first AND :last',
      ExpressionAttributeValues: toValues({ system, first, last, ...values }),
    };
  }

  hold(seen: DeliveryRecord, { now, until, counts, fetched }: NameHold): Promise<Written> {
    const isOwn = seen.state === 'offered' && seen.visibleAt > now;
    const tallies: readonly Tally[] = [counts ? 'offered' : 'extended', ...(fetched ? (['fetched'] as const) : [])];
    const starts = inStates(startsOf('offer'));
    return this.#change(seen, {
      set: [
        '#state = :to',
        '#lease = :lease',
        'visibleAt = :until',
        'inboxKey = :newKey',
        ...(counts ? ['fruitless = fruitless + :one'] : []),
        ...tallies.flatMap((tally) => tallySet(tally)),
      ],
      condition: [
        starts.condition,
        ...(isOwn ? ['#lease.#token = :own'] : []),
        ...(counts ? ['fruitless < :most'] : []),
        // Who holds it already may go on.
        ...(isOwn ? ['attribute_not_exists(movesTo)'] : MAY_BE_OFFERED),
        ...(fetched ? [CONTENT_IS_OPEN] : []),
      ],
      names: { '#lease': 'lease', ...(isOwn ? { '#token': 'token' } : {}), ...tallyNames(...tallies) },
      values: {
        ...starts.values,
        to: DELIVERY_TRANSITIONS.offer.to,
        lease: { token: SYSTEM_LEASE, until },
        until,
        newKey: inboxKeyOf(rankOf(seen.headline), until, seen.deliveryId),
        ...(isOwn ? { own: SYSTEM_LEASE } : {}),
        ...(fetched ? { agreed: AGREED } : {}),
        ...(counts ? { most: LIMITS.fruitlessOffers } : {}),
        now,
        one: 1,
      },
    });
  }

  collect(seen: DeliveryRecord, entry: TimelineEntry): Promise<Written> {
    const starts = inStates(startsOf('collect'));
    return this.#change(seen, {
      set: ['#state = :to', ...ADD_ENTRY],
      remove: [...OUT_OF_INBOX, ...NO_REMINDER],
      condition: [starts.condition],
      names: { '#timeline': 'timeline' },
      values: { ...starts.values, to: DELIVERY_TRANSITIONS.collect.to, ...entryValues(seen.deliveryId, entry) },
    });
  }

  giveBack(seen: DeliveryRecord, { visibleAt, now }: { visibleAt: number; now: number }): Promise<Written> {
    return this.#change(seen, {
      set: ['#state = :to', 'visibleAt = :visibleAt', 'inboxKey = :newKey', ...tallySet('released')],
      remove: ['lease'],
      condition: ['#lease.#token = :own', 'attribute_not_exists(withdrawing)'],
      names: { '#lease': 'lease', '#token': 'token', ...tallyNames('released') },
      values: {
        to: DELIVERY_TRANSITIONS.release.to,
        visibleAt,
        newKey: inboxKeyOf(rankOf(seen.headline), visibleAt, seen.deliveryId),
        own: SYSTEM_LEASE,
        now,
        one: 1,
      },
    });
  }

  /** A change that holds only if nothing happened to the delivery since it was seen. */
  #change(seen: DeliveryRecord, change: DeliveryChange): Promise<Written> {
    return changeDelivery({ client: this.#client, table: this.#table }, seen.deliveryId, {
      ...change,
      condition: ['#state = :seenState', '#system = :system', 'visibleAt = :seenAt', ...change.condition],
      names: { '#system': 'system', ...change.names },
      values: { ...change.values, seenState: seen.state, system: seen.system, seenAt: seen.visibleAt },
    });
  }
}

function filterOf({
  agency,
  from,
  to,
}: MailboxQuery): { expression: string; values: Record<string, unknown> } | undefined {
  const conditions = [
    ...(agency === undefined ? [] : ['recipient = :agency']),
    ...(from === undefined ? [] : ['acceptedAt >= :from']),
    ...(to === undefined ? [] : ['acceptedAt <= :to']),
  ];
  return conditions.length === 0 ? undefined : { expression: conditions.join(' AND '), values: { agency, from, to } };
}

const toWaiting = (entry: Entry, kind: DispatchKind): WaitingItem => ({
  deliveryId: entry.id,
  kind,
  urgent: rankIn(entry.inboxKey) === 0,
  senderCode: entry.senderCode,
  recipientCode: entry.recipientCode,
  state: entry.state,
  acceptedAt: entry.acceptedAt,
  signed: entry.signed,
  visibleAt: visibleAtOf(entry.inboxKey),
});
