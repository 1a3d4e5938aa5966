import { finish, log } from './act.ts';
import { idOf } from './deliver.ts';
import { end } from './inbox.ts';
import {
  type Answer,
  CONTENT_DAYS,
  DAY,
  done,
  isHeld,
  isOver,
  MINUTE,
  type ModelDelivery,
  type ModelDispatch,
  RECORD_DAYS,
  type Town,
} from './town.ts';

/** The watchman: everything whose time has come is moved. */
export function watch(town: Town): Answer {
  const overdue = [...town.dispatches.values()].filter(({ due }) => due && due.at <= town.now);
  for (const dispatch of overdue) if (dispatch.due?.what === 'fan-out') askAgain(town, dispatch);
  for (const delivery of town.deliveries.values()) watchDelivery(delivery, town.now);
  // What only has to go waits behind what has to move.
  for (const dispatch of overdue) if (dispatch.due?.what !== 'fan-out') endKeeping(town, dispatch);
  return done(undefined);
}

/** The watchman comes to one delivery. Where somebody else changed it since he looked he leaves it: he comes again in a minute. */
export function* watchOne(town: Town, id: string): Generator<string, Answer> {
  const seen = JSON.stringify(shownOf(town.deliveries.get(id)));
  yield seen;
  const delivery = town.deliveries.get(id);
  if (delivery && JSON.stringify(shownOf(delivery)) === seen) watchDelivery(delivery, town.now);
  return done(undefined);
}

/** What the watchman decides on. */
const shownOf = (delivery: ModelDelivery | undefined) =>
  delivery && [delivery.state, delivery.due, delivery.visibleAt, delivery.lease, delivery.ending, delivery.timeline];

function watchDelivery(delivery: ModelDelivery, now: number): void {
  const { due } = delivery;
  if (!due || due.at > now) return;
  // Whoever holds it is left alone.
  if (isHeld(delivery, now)) due.at = delivery.visibleAt;
  else if (due.what === 'warn' && delivery.expiresAt > now) {
    log(delivery, ['x-uncollected', delivery.state, delivery.state]);
    delivery.warned = true;
    delivery.due = { what: 'expire', at: delivery.expiresAt, attempts: 0 };
  } else if (delivery.ending.length === 0 && delivery.expiresAt > now) due.at = delivery.expiresAt;
  else if (delivery.ending.length > 0) end(delivery, now);
  else {
    log(delivery, ['ContentHandoverFailure', delivery.state, 'expired']);
    finish(delivery, 'expired', now);
  }
}

/** What fails for long is asked for seldom: after two minutes, four, eight, at most 64. */
const backOff = (attempts: number): number => 2 * MINUTE * 2 ** Math.min(attempts, 5);

function askAgain(town: Town, dispatch: ModelDispatch): void {
  const attempts = dispatch.due?.attempts ?? 0;
  dispatch.due = { what: 'fan-out', at: town.now + backOff(attempts), attempts: attempts + 1 };
  town.queue.push(dispatch.id);
}

/**
 * Content goes some days after the last recipient finished, records after that; while a hold lasts it is only looked
 * at again.
 */
function endKeeping(town: Town, dispatch: ModelDispatch): void {
  const { now } = town;
  const { due, held } = dispatch;
  if (!due) return;
  const over = due.what === 'forget' ? now : finishedAt(town, dispatch);
  if (held) dispatch.due = { ...due, at: now + DAY, attempts: due.attempts + 1 };
  else if (due.what === 'forget') forget(town, dispatch);
  else if (over > now) dispatch.due = { ...due, at: over, attempts: due.attempts + 1 };
  else {
    dispatch.content = 'deleted';
    dispatch.timeline.push(['x-content-deleted', 'closing', 'deleted']);
    dispatch.due = { what: 'forget', at: now + RECORD_DAYS * DAY, attempts: 0 };
  }
}

/** When its content's time is over, or when it is worth another look because somebody has not finished. */
function finishedAt(town: Town, dispatch: ModelDispatch): number {
  let finished = dispatch.acceptedAt;
  for (const recipient of dispatch.recipients) {
    const delivery = town.deliveries.get(idOf(dispatch.id, recipient));
    if (!delivery || !isOver(delivery)) return Math.max(delivery?.expiresAt ?? 0, town.now + DAY);
    finished = Math.max(finished, delivery.endedAt);
  }
  return finished + CONTENT_DAYS * DAY;
}

/** The record goes, and all that hangs on it. */
function forget(town: Town, dispatch: ModelDispatch): void {
  for (const recipient of dispatch.recipients) town.deliveries.delete(idOf(dispatch.id, recipient));
  town.dispatches.delete(dispatch.id);
}
