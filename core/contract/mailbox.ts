import type { AgencyId, DeliveryId, DispatchId, SystemId } from './ids.ts';
import type { Written } from './ports.ts';
import type { DeliveryRecord, DispatchKind, Signed, TimelineEntry } from './records.ts';

/**
 * The inbox as systems know it that carry no lease tokens: they list everything that waits, take by name, and say that they
 * are done. Beside `ports.ts`, because the newer routes need none of it.
 */
export interface Mailbox {
  /** What waits for a system, leased or not, in inbox order. The index lags: what was settled a moment ago may still show. */
  waiting(system: SystemId, query: MailboxQuery): Promise<MailboxPage>;
  /** How many wait; counts on only as far as `LIMITS.countReads` reads lead. */
  count(system: SystemId, kind: DispatchKind): Promise<MailboxCount>;
  /** Leases a delivery to the system itself, or extends such a lease; decided on `seen`. */
  hold(seen: DeliveryRecord, hold: NameHold): Promise<Written>;
  /** Acknowledges without a token; decided on `seen`. */
  collect(seen: DeliveryRecord, entry: TimelineEntry): Promise<Written>;
  /** Ends a lease of the system itself; decided on `seen`. */
  giveBack(seen: DeliveryRecord, back: { readonly visibleAt: number; readonly now: number }): Promise<Written>;
}

export interface MailboxQuery {
  readonly kind: DispatchKind;
  readonly agency?: AgencyId | undefined;
  /** Bounds of the time of acceptance, both within, milliseconds since the epoch. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface MailboxPage {
  readonly items: readonly WaitingItem[];
  /** Whether more waits behind these. */
  readonly more: boolean;
}

export interface MailboxCount {
  readonly count: number;
  /** False: at least so many. */
  readonly exact: boolean;
}

/** What the index itself knows of a delivery. */
export interface WaitingItem {
  readonly deliveryId: DeliveryId;
  readonly kind: DispatchKind;
  readonly urgent: boolean;
  readonly senderCode: string;
  readonly recipientCode: string;
  readonly state: 'queued' | 'offered';
  readonly acceptedAt: number;
  readonly signed: Signed;
  /** From when it may be offered: the end of a lease that lasts, or of a back-off. */
  readonly visibleAt: number;
}

export interface NameHold {
  readonly now: number;
  readonly until: number;
  /** Whether it counts as one more offer, fruitless until it is acknowledged; else as an extension. */
  readonly counts: boolean;
  /** Whether the content is handed out with it, and counted. */
  readonly fetched: boolean;
}

/** Dispatches by who sent them and when. */
export interface SentDispatches {
  /** The newest of one agency within a period, newest first; eventually consistent. */
  newestOf(agency: AgencyId, query: SentQuery): Promise<readonly SentKey[]>;
}

export interface SentQuery {
  /** Bounds of the time of acceptance, both within, milliseconds since the epoch. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
}

export interface SentKey {
  readonly dispatchId: DispatchId;
  readonly acceptedAt: number;
}

export interface ServedCount {
  /** Agencies that a system serves, closed ones aside: exact up to 1 MB of keys, which is more than `LIMITS.servedAgencies`. */
  countServed(system: SystemId): Promise<number>;
  /** Those that were closed while the system served them, counted as exactly. */
  countClosed(system: SystemId): Promise<number>;
}
