import type { AnswerOf } from '../contract/answers.ts';
import { contentKeyOf, edxmlFile } from '../contract/derivedIds.ts';
import { viewDelivery } from '../contract/headlineView.ts';
import type { AgencyId, DeliveryId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Trouble } from '../contract/logEvents.ts';
import type {
  Candidate,
  Deliveries,
  Directory,
  InboxQueues,
  Objects,
  Offer,
  WaitingRoom,
  Written,
} from '../contract/ports.ts';
import type { DeliveryRecord, SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import { UnreadableItem } from '../contract/schema.ts';
import { isFinal } from '../contract/states.ts';
import { inboxKeyOf, leaseTokenOf, rankIn, rankOf } from '../receive/inboxKey.ts';
import { type Acknowledged, type AcknowledgePorts, acknowledgeEach } from './acknowledge.ts';
import { type EndPorts, endWait, isExpired } from './endWait.ts';
import { ownAgency } from './ownAgency.ts';

export interface ReceivePorts extends EndPorts {
  readonly directory: Pick<Directory, 'agencyByCode'>;
  readonly deliveries: Pick<Deliveries, 'find' | 'waiting' | 'offer' | 'move' | 'mark' | 'list'> &
    AcknowledgePorts['deliveries'];
  readonly queues: InboxQueues;
  readonly waitingRoom: WaitingRoom;
  readonly objects: Pick<Objects, 'link'>;
  /** When the tables were last put back, if ever. */
  readonly memory: { restoredAt(): Promise<number | undefined> };
  readonly trouble: Trouble;
  /** base64url, at least 21 characters of randomness. */
  readonly random: () => string;
}

type Leased = AnswerOf<'lease'>;

export interface Received {
  readonly deliveries: readonly Leased[];
  /** Seconds after which to ask again, when waiting was asked for and no place was free. */
  readonly retryAfter?: number;
  /** What the request acknowledged, in its order. */
  readonly acknowledged: readonly Acknowledged[];
}

interface Holding {
  readonly caller: SystemRecord;
  readonly leaseMs: number;
  readonly links: boolean;
}

/**
 * Delivered → received: leases what waits, urgent first; waits for the bell when there is nothing and the caller will wait. What the
 * caller has finished is acknowledged first, so that one request ends a delivery and begins the next.
 */
export async function receive(
  caller: SystemRecord,
  request: RequestOf<'receive'>,
  ports: ReceivePorts,
): Promise<Outcome<Received>> {
  const holding = {
    caller,
    leaseMs: (request.leaseSeconds ?? LIMITS.leaseSeconds.usual) * 1000,
    links: request.links ?? false,
  };
  const max = request.max ?? LIMITS.receiveMax;
  const agency = await ownAgency(caller, request.agency, ports);
  if (!agency.ok) return agency;
  const acknowledged = await acknowledgeEach(caller, request.acknowledge ?? [], ports);
  const wanted = { max, agency: agency.value, seconds: request.waitSeconds ?? 0 };
  return accept({ ...(await leaseOrWait(holding, wanted, ports)), acknowledged });
}

type Offered = Omit<Received, 'acknowledged'>;

async function leaseOrWait(
  holding: Holding,
  wanted: { max: number; agency: AgencyId | undefined; seconds: number },
  ports: ReceivePorts,
): Promise<Offered> {
  const found = await leaseWaiting(holding, wanted, ports);
  if (found.length > 0 || wanted.seconds === 0) return { deliveries: found };
  if (!(await enter(wanted.seconds, ports))) return { deliveries: [], retryAfter: LIMITS.receiveWaitSeconds };
  return waitForBell(holding, wanted, ports);
}

/** Candidates come from an index that lags: each becomes a lease only by a conditional write on the delivery itself. */
async function leaseWaiting(
  holding: Holding,
  wanted: { max: number; agency: AgencyId | undefined },
  ports: ReceivePorts,
): Promise<readonly Leased[]> {
  const leased: Leased[] = [];
  const passed = new Set<DeliveryId>();
  // A rival may win the candidates of one look, and what has expired waits for the watchman: two more looks see what is behind.
  for (let look = 0; look < 3 && leased.length < wanted.max; look++) {
    const missing = wanted.max - leased.length;
    const waiting = await ports.deliveries.waiting(holding.caller.systemId, {
      now: ports.clock.now(),
      limit: missing + passed.size,
      agency: wanted.agency,
    });
    const candidates = waiting.filter(({ deliveryId }) => !passed.has(deliveryId)).slice(0, missing);
    const offers = await Promise.all(candidates.map((candidate) => offer(candidate, holding, ports)));
    for (const { deliveryId } of candidates) passed.add(deliveryId);
    const won = offers.filter((lease) => lease !== undefined);
    leased.push(...won);
    if (won.length === candidates.length) break;
  }
  return leased;
}

async function offer(candidate: Candidate, holding: Holding, ports: ReceivePorts): Promise<Leased | undefined> {
  const now = ports.clock.now();
  const token = leaseTokenOf(rankIn(candidate.inboxKey), ports.random());
  const until = now + holding.leaseMs;
  const written = await offerReadable({ ...candidate, system: holding.caller.systemId, token, now, until }, ports);
  if (written.done) return viewLeased(written.delivery, { token, until, links: holding.links }, ports);
  if (written.delivery) await endWait(written.delivery, ports);
  return undefined;
}

/** What later code wrote stays where it is, and holds up nothing behind it. */
async function offerReadable(
  offered: Offer,
  { deliveries, trouble }: Pick<ReceivePorts, 'deliveries' | 'trouble'>,
): Promise<Written> {
  try {
    return await deliveries.offer(offered);
  } catch (error) {
    if (!(error instanceof UnreadableItem)) throw error;
    trouble('delivery-passed-by', error, { about: offered.deliveryId });
    return { done: false, delivery: undefined };
  }
}

async function viewLeased(
  delivery: DeliveryRecord,
  lease: { token: string; until: number; links: boolean },
  ports: ReceivePorts,
): Promise<Leased> {
  const { sha256 } = delivery.headline;
  const key = contentKeyOf(delivery.dispatchId, sha256);
  return {
    ...viewDelivery(delivery, ports.clock.now(), await restoredAt(ports)),
    lease: { token: lease.token, until: new Date(lease.until).toISOString() },
    ...(lease.links
      ? { content: await ports.objects.link(key, LIMITS.linkSeconds, edxmlFile(delivery.dispatchId)) }
      : {}),
  };
}

/** A mark on what is offered, no condition of it: who cannot learn it goes on without. */
async function restoredAt({ memory, trouble }: Pick<ReceivePorts, 'memory' | 'trouble'>): Promise<number | undefined> {
  try {
    return await memory.restoredAt();
  } catch (error) {
    trouble('put-back-not-known', error, { about: 'tables' });
    return undefined;
  }
}

/** A place among those who wait; two tries keep a full room from costing more than it saves. */
async function enter(seconds: number, ports: ReceivePorts): Promise<boolean> {
  const now = ports.clock.now();
  for (let tries = 0; tries < 2; tries++) {
    const place =
      Number.parseInt(Buffer.from(ports.random(), 'base64url').toString('hex').slice(0, 8), 16) % LIMITS.waiters;
    if (await ports.waitingRoom.enter(place, now + seconds * 1000, now)) return true;
  }
  return false;
}

async function waitForBell(
  holding: Holding,
  wanted: { max: number; agency: AgencyId | undefined; seconds: number },
  ports: ReceivePorts,
): Promise<Offered> {
  const { systemId } = holding.caller;
  const end = ports.clock.now() + wanted.seconds * 1000;
  for (let left = wanted.seconds; left > 0; left = Math.floor((end - ports.clock.now()) / 1000)) {
    const hints = await ports.queues.wait(systemId, left);
    if (hints === undefined) return { deliveries: [], retryAfter: LIMITS.receiveWaitSeconds };
    if (hints.length === 0) break;
    const leases = await Promise.all(
      [...new Set(hints.flatMap(({ deliveryId = [] }) => deliveryId))]
        .slice(0, wanted.max)
        .map((deliveryId) => leaseOne(deliveryId, holding, ports, wanted.agency)),
    );
    await ports.queues.forget(systemId, hints);
    const deliveries = leases.flatMap((lease) => (lease.ok ? [lease.value] : []));
    if (deliveries.length > 0) return { deliveries };
    // Hints of what is settled already: wait on for the rest of the time.
  }
  return { deliveries: await leaseWaiting(holding, wanted, ports) };
}

/** Leases the delivery that a hint names. */
export async function lease(
  caller: SystemRecord,
  request: RequestOf<'lease'> & { readonly deliveryId: DeliveryId },
  ports: ReceivePorts,
): Promise<Outcome<Leased>> {
  const leaseMs = (request.leaseSeconds ?? LIMITS.leaseSeconds.usual) * 1000;
  return leaseOne(request.deliveryId, { caller, leaseMs, links: true }, ports, undefined);
}

async function leaseOne(
  deliveryId: DeliveryId,
  holding: Holding,
  ports: ReceivePorts,
  agency: AgencyId | undefined,
): Promise<Outcome<Leased>> {
  const delivery = await ports.deliveries.find(deliveryId);
  if (delivery?.system !== holding.caller.systemId || (agency && delivery.recipient !== agency))
    return refuse('delivery-not-found');
  const refusal = notLeasable(delivery, ports.clock.now());
  if (refusal) return refusal;
  const ended = await endWait(delivery, ports);
  if (ended?.done) return refuse('delivery-settled', { state: ended.delivery.state });
  const inboxKey = inboxKeyOf(rankOf(delivery.headline), delivery.visibleAt, deliveryId);
  const leased = await offer({ deliveryId, inboxKey }, holding, ports);
  return leased ? accept(leased) : refuse('delivery-held', { until: new Date(delivery.visibleAt).toISOString() });
}

function notLeasable(delivery: DeliveryRecord, now: number): ReturnType<typeof refuse> | undefined {
  if (isFinal(delivery.state) || delivery.state === 'set-aside')
    return refuse('delivery-settled', { state: delivery.state });
  if (isExpired(delivery, now)) return refuse('delivery-settled', { state: 'expired' });
  if (delivery.visibleAt > now) return refuse('delivery-held', { until: new Date(delivery.visibleAt).toISOString() });
  return undefined;
}

/**
 * Everything that waits for the caller, leased or not, in the order in which it would be offered. What later code wrote is told of and
 * missing, as it is missing among what is offered.
 */
export async function listInbox(
  caller: SystemRecord,
  page: { limit: number; after?: string | undefined },
  ports: Pick<ReceivePorts, 'clock' | 'deliveries' | 'memory' | 'trouble'>,
): Promise<AnswerOf<'inbox'>> {
  const { items, unreadable, next } = await ports.deliveries.list(caller.systemId, page);
  for (const one of unreadable) ports.trouble('delivery-passed-by', one, { about: one.id });
  const now = ports.clock.now();
  const restored = await restoredAt(ports);
  return { items: items.map((delivery) => viewDelivery(delivery, now, restored)), ...(next ? { next } : {}) };
}
