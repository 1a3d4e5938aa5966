import { finish, log, withdrawAtEnd } from './act.ts';
import type { SystemName } from './places.ts';
import { type Answer, done, isHeld, isOver, type ModelDelivery, refused, type Town } from './town.ts';

/** The inbox of systems that carry lease tokens. A seal stands for the token that one call brought. */

const FRUITLESS = 20;

export const waits = ({ state }: ModelDelivery): boolean => state === 'queued' || state === 'offered';

/** Its time is over and nobody holds it: it is offered to nobody any more, and the watchman ends it. */
export const isExpired = (delivery: ModelDelivery, now: number): boolean =>
  waits(delivery) && !isHeld(delivery, now) && delivery.expiresAt <= now;

/**
 * Whoever comes across what must be offered to nobody any more ends it: what was recalled under a lease that is over,
 * and what was offered twenty times in vain.
 *
 * @returns whether it ended
 */
export function end(delivery: ModelDelivery, now: number): boolean {
  if (!waits(delivery) || isHeld(delivery, now)) return false;
  if (delivery.ending.length > 0) withdrawAtEnd(delivery, now);
  else if (delivery.fruitless >= FRUITLESS) {
    log(delivery, ['x-set-aside', delivery.state, 'set-aside']);
    delivery.tallies.setAside += 1;
    finish(delivery, 'set-aside', now);
  } else return false;
  return true;
}

/**
 * Urgent documents, other documents, statuses: each kind is one range of an inbox, ordered by when it may be offered.
 */
export function inboxOf(town: Town, system: SystemName): readonly ModelDelivery[] {
  return [...town.deliveries.values()]
    .filter((delivery) => delivery.system === system && waits(delivery))
    .sort((a, b) => rankOf(town, a) - rankOf(town, b) || a.visibleAt - b.visibleAt || (a.id < b.id ? -1 : 1));
}

export function rankOf(town: Town, { dispatch }: ModelDelivery): 0 | 1 | 2 {
  const of = town.dispatches.get(dispatch);
  if (of?.kind === 'status') return 2;
  return of?.urgent ? 0 : 1;
}

function offer(delivery: ModelDelivery, now: number, lease: { readonly seal: string; readonly seconds: number }): void {
  delivery.state = 'offered';
  delivery.lease = lease.seal;
  delivery.leases.push(lease.seal);
  delivery.visibleAt = now + lease.seconds * 1000;
  delivery.fruitless += 1;
  delivery.tallies.offered += 1;
  delivery.lastOffered = now;
}

export interface Receiving {
  readonly system: SystemName;
  readonly max: number;
  readonly seconds: number;
  readonly seal: string;
}

/**
 * Leases what waits, urgent first, then what has waited longest; looks three times where something had to be ended
 * instead.
 */
export function receive(town: Town, { system, max, seconds, seal }: Receiving): Answer {
  const leased: string[] = [];
  const passed = new Set<ModelDelivery>();
  for (let look = 0; look < 3 && leased.length < max; look++) {
    const usable = inboxOf(town, system).filter((one) => one.visibleAt <= town.now && !passed.has(one));
    const isUrgent = (delivery: ModelDelivery) => Number(rankOf(town, delivery) !== 0);
    const candidates = usable
      .toSorted((a, b) => isUrgent(a) - isUrgent(b) || a.visibleAt - b.visibleAt)
      .slice(0, max - leased.length);
    const free = candidates.filter((one) => !end(one, town.now) && !isExpired(one, town.now));
    for (const one of candidates) passed.add(one);
    for (const delivery of free) {
      offer(delivery, town.now, { seal, seconds });
      leased.push(delivery.id);
    }
    if (free.length === candidates.length) break;
  }
  return done(leased);
}

export interface Named {
  readonly system: SystemName;
  readonly delivery: string;
  readonly seal: string;
}

/** Leases the one that a hint names. */
export function leaseOne(
  town: Town,
  { system, delivery: id, seal, seconds }: Named & { readonly seconds: number },
): Answer {
  const delivery = town.deliveries.get(id);
  if (delivery?.system !== system) return refused('delivery-not-found');
  if (!waits(delivery) || isExpired(delivery, town.now)) return refused('delivery-settled');
  if (delivery.visibleAt > town.now) return refused('delivery-held');
  if (end(delivery, town.now)) return refused('delivery-settled');
  offer(delivery, town.now, { seal, seconds });
  return done([id]);
}

/** Whether a seal is that of the lease that stands; one that is over stands until somebody else takes the delivery. */
function holds(delivery: ModelDelivery, { system, seal }: Named): boolean {
  return delivery.system === system && delivery.state === 'offered' && delivery.lease === seal && seal !== 'system';
}

function whyNot(delivery: ModelDelivery | undefined, { system }: Named): Answer {
  if (delivery?.system !== system) return refused('delivery-not-found');
  return isOver(delivery) ? refused('delivery-settled') : refused('lease-lost');
}

/** Acknowledges or rejects under a lease. Doing it twice is success. */
export function settle(town: Town, named: Named, to: 'acknowledged' | 'rejected'): Answer {
  const delivery = town.deliveries.get(named.delivery);
  if (delivery && holds(delivery, named)) {
    log(delivery, [to === 'acknowledged' ? 'ContentHandover' : 'ConsignmentRejection', 'offered', to]);
    finish(delivery, to, town.now);
    return done(to);
  }
  return delivery?.system === named.system && delivery.state === to ? done(to) : whyNot(delivery, named);
}

/** Gives it back, now or for a while; what was recalled meanwhile goes to nobody any more. */
export function release(town: Town, named: Named, afterSeconds: number): Answer {
  const delivery = town.deliveries.get(named.delivery);
  if (delivery && holds(delivery, named)) {
    if (delivery.ending.length > 0) {
      withdrawAtEnd(delivery, town.now);
      return done('withdrawn');
    }
    delivery.state = 'queued';
    delivery.lease = undefined;
    delivery.visibleAt = town.now + afterSeconds * 1000;
    delivery.tallies.released += 1;
    return done('queued');
  }
  const isBack = delivery?.state === 'queued' || delivery?.state === 'withdrawn';
  return isBack && delivery.system === named.system ? done(delivery.state) : whyNot(delivery, named);
}

export function extend(town: Town, named: Named, seconds: number): Answer {
  const delivery = town.deliveries.get(named.delivery);
  if (!delivery || !holds(delivery, named)) return whyNot(delivery, named);
  if (delivery.ending.length > 0) return refused('lease-not-extended');
  delivery.visibleAt = town.now + seconds * 1000;
  delivery.tallies.extended += 1;
  return done(delivery.visibleAt);
}

/**
 * Content is for the sender, and for who holds or has acknowledged the delivery, until its recipient agreed to a
 * recall.
 */
export function fetch(town: Town, { system, delivery: id }: Pick<Named, 'system' | 'delivery'>): Answer {
  const delivery = town.deliveries.get(id);
  if (delivery?.system !== system) return refused('delivery-not-found');
  if (delivery.recall?.state === 'agreed') return refused('content-recalled');
  if (delivery.state !== 'acknowledged' && !isHeld(delivery, town.now)) return refused('content-not-held');
  delivery.tallies.fetched += 1;
  return isContentKept(town, delivery) ? done(delivery.dispatch) : refused('content-deleted');
}

/** Content goes some days after the last recipient finished. */
export const isContentKept = (town: Town, { dispatch }: Pick<ModelDelivery, 'dispatch'>): boolean =>
  town.dispatches.get(dispatch)?.content === 'kept';
