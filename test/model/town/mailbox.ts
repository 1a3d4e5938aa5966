import { finish, log, withdrawAtEnd } from './act.ts';
import { end, isContentKept, isExpired, type Named, waits } from './inbox.ts';
import { type Answer, done, HOUR, isHeld, MINUTE, type ModelDelivery, refused, type Town } from './town.ts';

/** The inbox of systems that carry no lease tokens: they take, finish and give back by name. */

const FRUITLESS = 20;
const LEASE = 15 * MINUTE;
const byName = (named: Omit<Named, 'seal'>, town: Town): ModelDelivery | undefined => {
  const delivery = town.deliveries.get(named.delivery);
  return delivery?.system === named.system ? delivery : undefined;
};

/**
 * Leases it to the system itself, or goes on with that lease. Taken again within an hour it is the same offer. Under a
 * lease of somebody else's token, and once acknowledged, the content is handed out and nothing else changes.
 */
export function take(town: Town, named: Omit<Named, 'seal'>, { fetched }: { readonly fetched: boolean }): Answer {
  const { now } = town;
  const delivery = byName(named, town);
  if (!delivery) return refused('delivery-not-found');
  if (fetched && delivery.recall?.state === 'agreed') return refused('content-recalled');
  const isAcknowledged = delivery.state === 'acknowledged';
  if (!isAcknowledged && (!waits(delivery) || isExpired(delivery, now))) return refused('delivery-settled');
  const counts = now - delivery.lastOffered >= HOUR;
  const isVain = delivery.fruitless >= FRUITLESS;
  // Within the hour of the last offer it is still that one.
  const mayGoOn = isVain && !counts && delivery.ending.length === 0;
  if (!mayGoOn && end(delivery, now)) return refused('delivery-settled');
  const held = isHeld(delivery, now);
  if (fetched) delivery.tallies.fetched += 1;
  if (!isAcknowledged && (!held || (delivery.lease === 'system' && !(isVain && counts)))) hold(delivery, now, counts);
  if (fetched && !isContentKept(town, delivery)) return refused('content-deleted');
  return done(fetched ? delivery.dispatch : delivery.state);
}

function hold(delivery: ModelDelivery, now: number, counts: boolean): void {
  delivery.state = 'offered';
  delivery.lease = 'system';
  if (delivery.leases.at(-1) !== 'system') delivery.leases.push('system');
  delivery.visibleAt = now + LEASE;
  if (!counts) {
    delivery.tallies.extended += 1;
    return;
  }
  delivery.fruitless += 1;
  delivery.tallies.offered += 1;
  delivery.lastOffered = now;
}

/** Says that it is done with: it may have taken the bytes under a lease that is over. Doing it twice is success. */
export function collect(town: Town, named: Omit<Named, 'seal'>): Answer {
  const delivery = byName(named, town);
  if (!delivery) return refused('delivery-not-found');
  if (delivery.state === 'acknowledged') return done('acknowledged');
  if (!waits(delivery) || isExpired(delivery, town.now)) return refused('delivery-settled');
  log(delivery, ['ContentHandover', delivery.state, 'acknowledged']);
  finish(delivery, 'acknowledged', town.now);
  return done('acknowledged');
}

/** It failed to take it: offered again after a minute, and after twice as long with each failure, an hour at most. */
export function giveBack(town: Town, named: Omit<Named, 'seal'>): Answer {
  const { now } = town;
  const delivery = byName(named, town);
  if (!delivery) return refused('delivery-not-found');
  if (!waits(delivery)) return refused('delivery-settled');
  const isOwn = delivery.lease === 'system';
  if (delivery.ending.length > 0 && (isOwn || !isHeld(delivery, now))) {
    withdrawAtEnd(delivery, now);
    return done('withdrawn');
  }
  if (isOwn) {
    delivery.state = 'queued';
    delivery.lease = undefined;
    delivery.visibleAt = now + Math.min(HOUR, MINUTE * 2 ** delivery.tallies.released);
    delivery.tallies.released += 1;
    return done('queued');
  }
  return isHeld(delivery, now) ? refused('delivery-held') : done('queued');
}
