import { isHeld } from '../act/acting.ts';
import { withdrawalAtEnd } from '../act/withdrawalAtEnd.ts';
import { contentKeyOf } from '../contract/derivedIds.ts';
import type { DeliveryId, DispatchId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Mailbox, MailboxCount, MailboxPage } from '../contract/mailbox.ts';
import type { Deliveries, Directory, Dispatches, Written } from '../contract/ports.ts';
import type { DeliveryRecord, DispatchKind, Headline, SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { DELIVERY_TRANSITIONS, type DeliveryState, isFinal } from '../contract/states.ts';
import { bySystem } from '../contract/timeline.ts';
import { SYSTEM_LEASE } from '../receive/inboxKey.ts';
import { type EndPorts, endWait, isExpired } from './endWait.ts';
import { contentOf } from './fetch.ts';
import { ownAgency } from './ownAgency.ts';

/**
 * The inbox for systems that carry no lease tokens. A list takes no lease; taking by name leases the delivery to the system
 * itself; what was listed, taken, done or failed can be so again.
 */
export interface MailboxPorts extends EndPorts {
  readonly directory: Pick<Directory, 'agencyByCode'>;
  readonly deliveries: Pick<Deliveries, 'find' | 'count' | 'move' | 'mark'>;
  readonly mailbox: Mailbox;
  readonly dispatches: Pick<Dispatches, 'find'>;
}

export interface WaitingWanted {
  readonly kind: DispatchKind;
  /** Code of one of the caller's agencies; all of them if absent. */
  readonly agency?: string | undefined;
  /** Bounds of the time of acceptance, both within, milliseconds since the epoch. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/**
 * What waits for the caller, leased or not, at most `LIMITS.mailboxList`: urgent first, then what could be offered first, so
 * that what is held or failed stands behind what nobody tried. Urgent ones leave half of the list to others that wait. Nothing
 * is leased; the rest shows when these are done.
 *
 * Without agency and period one read of the index answers it, however much waits.
 */
export async function listWaiting(
  caller: SystemRecord,
  wanted: WaitingWanted,
  ports: Pick<MailboxPorts, 'clock' | 'directory' | 'mailbox'>,
): Promise<Outcome<MailboxPage>> {
  const agency = await ownAgency(caller, wanted.agency, ports);
  if (!agency.ok) return agency;
  const { kind, from, to } = wanted;
  const now = ports.clock.now();
  const { items, more } = await ports.mailbox.waiting(caller.systemId, { kind, agency: agency.value, from, to });
  // A lease that is over shows as what it is.
  return accept({
    items: items.map((item) => (item.visibleAt <= now ? { ...item, state: 'queued' as const } : item)),
    more,
  });
}

/** How many documents or statuses wait for the caller; beyond about 10,000 "at least". */
export const countWaiting = (
  caller: SystemRecord,
  kind: DispatchKind,
  ports: Pick<MailboxPorts, 'mailbox'>,
): Promise<MailboxCount> => ports.mailbox.count(caller.systemId, kind);

export interface Taken {
  readonly deliveryId: DeliveryId;
  readonly dispatchId: DispatchId;
  readonly recipientCode: string;
  readonly headline: Headline;
  /** Where the exact bytes lie in the content bucket. */
  readonly contentKey: string;
}

export interface Held {
  readonly deliveryId: DeliveryId;
  readonly state: DeliveryState;
}

/**
 * Takes a delivery by its id for its content: leases it to the system, or extends that lease. Under a lease that another
 * worker of the system holds by token nothing is extended; the bytes are handed out, because the system holds them. Once
 * acknowledged the content stays within reach.
 */
export async function takeContent(
  caller: SystemRecord,
  deliveryId: DeliveryId,
  ports: MailboxPorts,
): Promise<Outcome<Taken>> {
  const held = await decide(caller, deliveryId, ports, (seen) => hold(seen, { fetched: true }, ports));
  if (!held.ok) return held;
  const { dispatchId, recipientCode, headline } = held.value;
  const content = await contentOf(held.value, ports);
  if (!content.ok) return content;
  return accept({
    deliveryId,
    dispatchId,
    recipientCode,
    headline,
    contentKey: contentKeyOf(dispatchId, headline.sha256),
  });
}

/** Says that the system is at work on a delivery: the same lease as for its content. */
export async function holdByName(
  caller: SystemRecord,
  deliveryId: DeliveryId,
  ports: MailboxPorts,
): Promise<Outcome<Held>> {
  return heldOf(await decide(caller, deliveryId, ports, (seen) => hold(seen, { fetched: false }, ports)));
}

/** Received → acknowledged, without a lease token. Doing it twice is success. */
export async function collect(
  caller: SystemRecord,
  deliveryId: DeliveryId,
  ports: MailboxPorts,
): Promise<Outcome<Held>> {
  const { to, event } = DELIVERY_TRANSITIONS.collect;
  const done = await decide(caller, deliveryId, ports, async (seen) => {
    if (seen.state === to) return accept(seen);
    const refusal = notHeldHere(seen, ports);
    if (refusal) return refusal;
    const entry = { ev: event, at: ports.clock.now(), by: bySystem(caller.systemId), from: seen.state, to };
    return writtenOr(await ports.mailbox.collect(seen, entry));
  });
  return heldOf(done);
}

/**
 * Gives a delivery back that the system failed to take: it is offered again after a while that doubles with each failure. What
 * nobody holds is back already; a lease that a worker holds by token is not broken.
 */
export async function giveBack(
  caller: SystemRecord,
  deliveryId: DeliveryId,
  ports: MailboxPorts,
): Promise<Outcome<Held>> {
  const back = await decide(caller, deliveryId, ports, async (seen) => {
    if (isOver(seen)) return refuse('delivery-settled', { state: seen.state });
    const now = ports.clock.now();
    // What was recalled meanwhile goes back to nobody.
    const withdrawal = withdrawalAtEnd(seen, { at: now, who: bySystem(caller.systemId) });
    if (withdrawal && (seen.lease?.token === SYSTEM_LEASE || !isHeld(seen, now)))
      return writtenOr(await ports.deliveries.mark(seen, withdrawal));
    if (seen.lease?.token === SYSTEM_LEASE)
      return writtenOr(await ports.mailbox.giveBack(seen, { visibleAt: now + backOff(seen), now }));
    if (isHeld(seen, now)) return refuse('delivery-held', { until: new Date(seen.visibleAt).toISOString() });
    return accept<DeliveryRecord>({ ...seen, state: 'queued' });
  });
  return heldOf(back);
}

const backOff = ({ tallies }: DeliveryRecord): number => {
  const { least, most } = LIMITS.backOffSeconds;
  return Math.min(most, least * 2 ** Math.min(tallies.released.count, 30)) * 1000;
};

const isOver = ({ state }: DeliveryRecord): boolean => isFinal(state) || state === 'set-aside';

/** Why a delivery cannot be taken or acknowledged by name. */
function notHeldHere(seen: DeliveryRecord, ports: Pick<MailboxPorts, 'clock'>): ReturnType<typeof refuse> | undefined {
  if (isOver(seen)) return refuse('delivery-settled', { state: seen.state });
  if (isExpired(seen, ports.clock.now())) return refuse('delivery-settled', { state: 'expired' });
  // Its agency has moved away: what is not held any more follows it.
  if (seen.movesTo !== undefined && !isHeld(seen, ports.clock.now())) return refuse('delivery-not-found');
  return undefined;
}

/** Offered in vain as often as may be: once more within the time that counts as one offer, and not again. */
const isVain = ({ fruitless }: DeliveryRecord): boolean => fruitless >= LIMITS.fruitlessOffers;

async function hold(
  seen: DeliveryRecord,
  { fetched }: { readonly fetched: boolean },
  ports: MailboxPorts,
): Promise<Outcome<DeliveryRecord> | undefined> {
  const acknowledged = seen.state === 'acknowledged';
  if (fetched && seen.recall?.state === 'agreed') return refuse('content-recalled');
  const refusal = acknowledged ? undefined : notHeldHere(seen, ports);
  if (refusal) return refusal;
  const now = ports.clock.now();
  const held = isHeld(seen, now);
  const counts = now - (seen.tallies.offered.last ?? 0) >= LIMITS.nameOfferSeconds * 1000;
  const fruitless = counts && seen.fruitless >= LIMITS.fruitlessOffers;
  const ended = fruitless || seen.withdrawing || !isVain(seen) ? await endWait(seen, ports) : undefined;
  if (ended) return ended.done ? refuse('delivery-settled', { state: ended.delivery.state }) : undefined;
  // A lease that bore no fruit for too long is not extended: it ends, and then the delivery is set aside.
  const ownLease = seen.lease?.token === SYSTEM_LEASE && seen.movesTo === undefined && !fruitless;
  if (acknowledged || (held && !ownLease)) return fetched ? countFetch(seen, now, ports) : accept(seen);
  const until = now + LIMITS.nameLeaseSeconds * 1000;
  return writtenOr(await ports.mailbox.hold(seen, { now, until, counts, fetched }));
}

async function countFetch(
  { deliveryId, dispatchId, system }: DeliveryRecord,
  now: number,
  ports: MailboxPorts,
): Promise<Outcome<DeliveryRecord> | undefined> {
  return writtenOr(await ports.deliveries.count(deliveryId, 'fetched', { system, dispatchId, now }));
}

/** Undefined when somebody was faster: then it is decided anew. */
const writtenOr = (written: Written): Outcome<DeliveryRecord> | undefined =>
  written.done ? accept(written.delivery) : undefined;

const TRIES = 3;

/** Decides on a delivery of the caller's as it is; a rival that changed it meanwhile makes it decide again. */
async function decide(
  caller: SystemRecord,
  deliveryId: DeliveryId,
  ports: MailboxPorts,
  step: (seen: DeliveryRecord) => Promise<Outcome<DeliveryRecord> | undefined>,
): Promise<Outcome<DeliveryRecord>> {
  for (let tries = 0; tries < TRIES; tries++) {
    const seen = await ports.deliveries.find(deliveryId);
    if (seen?.system !== caller.systemId) return refuse('delivery-not-found');
    const outcome = await step(seen);
    if (outcome) return outcome;
  }
  return refuse('busy');
}

const heldOf = (outcome: Outcome<DeliveryRecord>): Outcome<Held> =>
  outcome.ok ? accept({ deliveryId: outcome.value.deliveryId, state: outcome.value.state }) : outcome;
