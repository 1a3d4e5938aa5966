import { deliveryIdOf } from '../contract/derivedIds.ts';
import type { AgencyId, DeliveryId, DispatchId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { SentDispatches, SentKey } from '../contract/mailbox.ts';
import type { Clock, Deliveries, Directory, DirectorySearch, Dispatches } from '../contract/ports.ts';
import type { DeliveryRecord, DispatchKind, DispatchRecord, Signed, SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { DeliveryState, DispatchState } from '../contract/states.ts';

export interface SentListPorts {
  readonly clock: Clock;
  readonly directory: Pick<Directory, 'agency'>;
  readonly search: Pick<DirectorySearch, 'servedBy'>;
  readonly dispatches: Pick<Dispatches, 'find' | 'findMany'> & SentDispatches;
  readonly deliveries: Pick<Deliveries, 'findMany'>;
}

export interface SentWanted {
  readonly kind?: DispatchKind | undefined;
  /** Only this one, which one of the caller's agencies must have sent. */
  readonly dispatchId?: DispatchId | undefined;
  /** Bounds of the time of acceptance, both within, milliseconds since the epoch. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** What became of one dispatch at one recipient. */
export interface SentItem {
  readonly dispatchId: DispatchId;
  readonly deliveryId: DeliveryId;
  readonly kind: DispatchKind;
  readonly senderCode: string;
  readonly recipientCode: string;
  /** The subject, at most `LIMITS.titleChars`. */
  readonly title: string;
  /** Number and notation as people write them, `15/STN-VP`. */
  readonly notation: string;
  readonly acceptedAt: number;
  readonly signed: Signed;
  readonly dispatchState: DispatchState;
  /** Absent until the delivery is in the recipient's inbox. */
  readonly delivery?: {
    readonly state: DeliveryState;
    /** When the state came about. */
    readonly since: number;
    /** When the recipient acknowledged. */
    readonly acknowledgedAt?: number;
    readonly reason?: string;
  };
}

export interface SentList {
  readonly items: readonly SentItem[];
  /** Whether there is more than `LIMITS.sentItems`, `sentDispatches` or `sentAgencies` let show. */
  readonly more: boolean;
}

/** What the caller's agencies sent, newest dispatch first, one item for each recipient. A dispatch is shown whole or not. */
export async function listSentItems(
  caller: SystemRecord,
  wanted: SentWanted,
  ports: SentListPorts,
): Promise<Outcome<SentList>> {
  if (wanted.dispatchId !== undefined) return listOne(caller, wanted.dispatchId, ports);
  const { keys, more } = await newestKeys(caller, wanted, ports);
  const shown: Shown[] = [];
  let items = 0;
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    const ids = keys.slice(start, start + AT_ONCE).map(({ dispatchId }) => dispatchId);
    for (const dispatch of await ports.dispatches.findMany(ids)) {
      if (wanted.kind !== undefined && dispatch.headline.kind !== wanted.kind) continue;
      items += dispatch.details.recipients.length;
      if (items > LIMITS.sentItems && shown.length > 0)
        return accept({ items: await itemsOf(shown, ports), more: true });
      shown.push(viewSent(dispatch));
    }
  }
  return accept({ items: await itemsOf(shown, ports), more });
}

/** As many as one call reads. */
const AT_ONCE = 100;
const QUERIES_AT_ONCE = 20;

async function listOne(caller: SystemRecord, id: DispatchId, ports: SentListPorts): Promise<Outcome<SentList>> {
  const dispatch = await ports.dispatches.find(id);
  const sender = dispatch && (await ports.directory.agency(dispatch.sender));
  if (!dispatch || sender?.route?.system !== caller.systemId) return refuse('dispatch-not-found');
  return accept({ items: await itemsOf([viewSent(dispatch)], ports), more: false });
}

/** The newest dispatches of all agencies of the caller together. */
async function newestKeys(
  caller: SystemRecord,
  { from = 0, to }: SentWanted,
  ports: SentListPorts,
): Promise<{ readonly keys: readonly SentKey[]; readonly more: boolean }> {
  // A period that ends before it begins holds nothing, and the index would take it for a mistake.
  if (to !== undefined && to < Math.max(from, 0)) return { keys: [], more: false };
  const limit = LIMITS.sentDispatches;
  const served = await ports.search.servedBy(caller.systemId, { limit: LIMITS.sentAgencies });
  const ids: readonly AgencyId[] = served.items.map(({ agencyId }) => agencyId);
  let newest: readonly SentKey[] = [];
  for (let start = 0; start < ids.length; start += QUERIES_AT_ONCE) {
    const some = ids.slice(start, start + QUERIES_AT_ONCE);
    // Once the list is full, what is older than its last one is not even read.
    const since = Math.max(from, 0, newest[limit - 1]?.acceptedAt ?? 0);
    const keys = await Promise.all(some.map((agency) => ports.dispatches.newestOf(agency, { from: since, to, limit })));
    newest = [...newest, ...keys.flat()].toSorted((a, b) => b.acceptedAt - a.acceptedAt).slice(0, limit);
  }
  return { keys: newest, more: newest.length >= limit || served.next !== undefined };
}

/** A dispatch without what no list shows: many are held at once, and each may be hundreds of kilobytes. */
interface Shown {
  readonly item: Omit<SentItem, 'deliveryId' | 'recipientCode' | 'delivery'>;
  readonly recipients: readonly { readonly deliveryId: DeliveryId; readonly code: string }[];
}

function viewSent({ dispatchId, state, headline, details }: DispatchRecord): Shown {
  const { kind, senderCode, subject = '', codeNumber, codeNotation, signed, acceptedAt } = headline;
  const notation = [codeNumber, codeNotation].filter((part) => part !== undefined).join('/');
  return {
    item: {
      dispatchId,
      kind,
      senderCode,
      title: subject.slice(0, LIMITS.titleChars),
      notation: notation.slice(0, LIMITS.notationChars),
      signed,
      acceptedAt,
      dispatchState: state,
    },
    recipients: details.recipients.map(({ agencyId, code }) => ({
      deliveryId: deliveryIdOf(dispatchId, agencyId),
      code,
    })),
  };
}

async function itemsOf(shown: readonly Shown[], ports: SentListPorts): Promise<readonly SentItem[]> {
  const now = ports.clock.now();
  const ids = shown.flatMap(({ recipients }) => recipients.map(({ deliveryId }) => deliveryId));
  const deliveries = new Map<DeliveryId, NonNullable<SentItem['delivery']>>();
  for (let start = 0; start < ids.length; start += AT_ONCE)
    for (const delivery of await ports.deliveries.findMany(ids.slice(start, start + AT_ONCE)))
      deliveries.set(delivery.deliveryId, viewDelivery(delivery, now));
  return shown.flatMap(({ item, recipients }) =>
    recipients.map(({ deliveryId, code }) => {
      const delivery = deliveries.get(deliveryId);
      return { ...item, deliveryId, recipientCode: code, ...(delivery ? { delivery } : {}) };
    }),
  );
}

function viewDelivery(delivery: DeliveryRecord, now: number): NonNullable<SentItem['delivery']> {
  const { state, visibleAt, timeline, tallies, reason } = delivery;
  const held = state === 'offered' && visibleAt > now;
  const last = timeline.at(-1)?.at ?? delivery.headline.acceptedAt;
  return {
    // A lease that has run out is none.
    state: state === 'offered' && !held ? 'queued' : state,
    since: held ? (tallies.offered.last ?? last) : last,
    ...(state === 'acknowledged' ? { acknowledgedAt: last } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}
