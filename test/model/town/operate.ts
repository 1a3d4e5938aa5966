import { finish, log, nextLook } from './act.ts';
import type { AgencyCode } from './places.ts';
import { type Answer, DAY, done, refused, type Town } from './town.ts';

/** What operators do. */

/** Puts what was set aside back into its inbox: it lives anew. */
export function requeue(town: Town, id: string): Answer {
  const delivery = town.deliveries.get(id);
  if (!delivery) return refused('delivery-not-found');
  if (delivery.state === 'queued') return done('queued');
  if (delivery.state !== 'set-aside') return refused('state-conflict');
  log(delivery, ['x-requeued', 'set-aside', 'queued']);
  delivery.tallies.requeued += 1;
  delivery.state = 'queued';
  delivery.visibleAt = town.now;
  delivery.fruitless = 0;
  delivery.expiresAt = town.now + 30 * DAY;
  delivery.warned = false;
  delivery.due = nextLook(delivery, town.now);
  return done('queued');
}

/** Gives up what was set aside. */
export function discard(town: Town, id: string): Answer {
  const delivery = town.deliveries.get(id);
  if (!delivery) return refused('delivery-not-found');
  if (delivery.state === 'discarded') return done('discarded');
  if (delivery.state !== 'set-aside') return refused('state-conflict');
  log(delivery, ['x-discarded', 'set-aside', 'discarded']);
  finish(delivery, 'discarded', town.now);
  return done('discarded');
}

/** A legal hold: while it lasts nothing of the dispatch is deleted. */
export function hold(town: Town, id: string, held: boolean): Answer {
  const dispatch = town.dispatches.get(id);
  if (!dispatch) return refused('dispatch-not-found');
  if (dispatch.held === held) return done(held);
  dispatch.timeline.push(held ? ['x-held', 'kept', 'held'] : ['x-hold-ended', 'held', 'kept']);
  dispatch.held = held;
  // Until it is delivered, that is what is due; and once its content is gone, the end of its record.
  if (dispatch.state === 'dispatched' && dispatch.content === 'kept')
    dispatch.due = held ? undefined : { what: 'retain', at: town.now, attempts: 0 };
  return done(held);
}

export function suspend(town: Town, agency: AgencyCode, suspended: boolean): Answer {
  if (suspended) town.suspended.add(agency);
  else town.suspended.delete(agency);
  return done(undefined);
}
