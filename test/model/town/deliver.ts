import { deliveryIdOf } from '../../../core/contract/derivedIds.ts';
import type { DispatchId } from '../../../core/contract/ids.ts';
import { actOn, finish, isLater, isReport, log, type ModelAct, nextLook, updatesOf } from './act.ts';
import { AGENCIES, type AgencyCode, systemOf } from './places.ts';
import {
  type Answer,
  CONTENT_DAYS,
  DAY,
  done,
  type Entry,
  type ModelDelivery,
  type ModelDispatch,
  refused,
  type Town,
} from './town.ts';

export const idOf = (dispatch: string, agency: AgencyCode): string =>
  deliveryIdOf(dispatch as DispatchId, AGENCIES[agency].id);

/** It can succeed later: the queue brings the message back. */
const AGAIN = refused('again');

/**
 * A worker takes one message of the fan-out queue: effects on earlier deliveries come before the recipient's own
 * delivery.
 */
export function* deliver(town: Town, id: string): Generator<string, Answer> {
  const dispatch = town.dispatches.get(id);
  if (!dispatch) return refused('set-aside');
  if (dispatch.state === 'dispatched') return done('done');
  for (const recipient of dispatch.recipients) {
    const outcome = yield* consign(town, dispatch, recipient);
    if (outcome === 'again') return AGAIN;
  }
  // A rival may have been faster.
  if (dispatch.state === 'accepted') {
    dispatch.state = 'dispatched';
    dispatch.timeline.push(['x-dispatched', 'accepted', 'dispatched']);
    dispatch.due = { what: 'retain', at: town.now + CONTENT_DAYS * DAY, attempts: 0 };
  }
  yield 'dispatched';
  return done('done');
}

/** What acts on others and is there already has acted: another worker put it, or a recall was faster. */
function* consign(town: Town, dispatch: ModelDispatch, recipient: AgencyCode): Generator<string, 'done' | 'again'> {
  const deliveryId = idOf(dispatch.id, recipient);
  const acts = dispatch.plan.kind !== 'new';
  if (acts && town.deliveries.has(deliveryId)) return 'done';
  const about: { dispatchId: string; outcome: string }[] = [];
  let isAnswered = false;
  for (const { how, dispatch: id, agency } of dispatch.targets.filter((one) => one.recipient === recipient)) {
    // What was asked about the named message itself is answered, and not what that one asked.
    if (how === 'answer' && isAnswered) continue;
    const act = { how, by: dispatch.id, acceptedAt: dispatch.acceptedAt, code: dispatch.code };
    const outcome = yield* reach(town, { act, dispatch: id, agency });
    if (outcome === undefined) return 'again';
    if (how === 'status' && outcome === 'applied') isAnswered = true;
    about.push({ dispatchId: id, outcome });
  }
  if (acts) yield 'acted';
  if (!town.deliveries.has(deliveryId)) town.deliveries.set(deliveryId, consignment(town, dispatch, recipient, about));
  yield 'consigned';
  return 'done';
}

interface Reach {
  readonly act: ModelAct;
  readonly dispatch: string;
  readonly agency: AgencyCode;
}

/** Acts on a delivery, and on those that are the same document for the same recipient. */
function* reach(town: Town, { act, dispatch, agency }: Reach): Generator<string, string | undefined> {
  const outcome = touch(town, { act, dispatch, agency });
  const open = [...nextOf(town.deliveries.get(idOf(dispatch, agency)), act)];
  yield `${outcome} ${open}`;
  if (outcome === undefined) return undefined;
  const reached = new Set([dispatch, act.by]);
  for (let id = open.shift(); id !== undefined; id = open.shift()) {
    if (reached.has(id)) continue;
    reached.add(id);
    const further = town.dispatches.get(id);
    if (!further?.recipients.includes(agency)) continue;
    // What its sender sent later stands, and what is not there yet was asked nothing.
    if (!isLater(act, { by: id, acceptedAt: further.acceptedAt })) continue;
    if (isReport(act.how) && !town.deliveries.has(idOf(id, agency))) continue;
    const touched = touch(town, { act, dispatch: id, agency });
    open.push(...nextOf(town.deliveries.get(idOf(id, agency)), act));
    yield `${touched} ${open}`;
    if (touched === undefined) return undefined;
  }
  return outcome;
}

/**
 * A recall, an update and an answer reach the updates of what they name. Any other report is about one message alone,
 * unless an update took its place before the recipient had it.
 */
function nextOf(delivery: ModelDelivery | undefined, { how, code }: ModelAct): readonly string[] {
  if (!delivery || how === 'replace') return [];
  if (!isReport(how) || code === '15' || code === '16') return updatesOf(delivery);
  const { state, revision } = delivery;
  return state === 'withdrawn' && revision?.how === 'update' ? [revision.by] : [];
}

/** Acts on one delivery. One that is not there yet is never offered; a status waits for it. */
function touch(town: Town, { act, dispatch: id, agency }: Reach): string | undefined {
  const deliveryId = idOf(id, agency);
  const delivery = town.deliveries.get(deliveryId);
  if (delivery) return actOn(delivery, act, town.now);
  const dispatch = town.dispatches.get(id);
  // Its record was forgotten when its time was over.
  if (!dispatch) return 'settled';
  if (isReport(act.how)) return undefined;
  const never = consignment(town, dispatch, agency, []);
  // It would not wait either.
  if (never.state !== 'queued') {
    town.deliveries.set(deliveryId, never);
    return 'settled';
  }
  never.timeline.length = 0;
  actOn(never, act.how === 'amend' ? { ...act, how: 'update' } : act, town.now);
  never.timeline.splice(0, 1, ['x-withdrawn', 'none', 'withdrawn', act.by]);
  town.deliveries.set(deliveryId, never);
  return 'withdrawn';
}

function consignment(
  town: Town,
  dispatch: ModelDispatch,
  recipient: AgencyCode,
  about: ModelDelivery['about'],
): ModelDelivery {
  const { now } = town;
  const expiresAt = dispatch.expiresAt ?? now + 30 * DAY;
  const delivery: ModelDelivery = {
    id: idOf(dispatch.id, recipient),
    dispatch: dispatch.id,
    recipient,
    system: systemOf(recipient),
    state: 'queued',
    visibleAt: now,
    lease: undefined,
    leases: [],
    fruitless: 0,
    expiresAt,
    lastOffered: 0,
    about,
    business: undefined,
    reported: {},
    repeats: 0,
    heard: new Map(),
    recall: undefined,
    revision: undefined,
    ending: [],
    warned: false,
    due: undefined,
    timeline: [],
    endedAt: now,
    tallies: { offered: 0, extended: 0, released: 0, fetched: 0, setAside: 0, requeued: 0 },
  };
  delivery.due = nextLook(delivery, now);
  const [event, , state] = firstEntry(dispatch, recipient, { about, over: expiresAt <= now });
  log(delivery, [event, 'none', state]);
  if (state !== 'queued') finish(delivery, state as ModelDelivery['state'], now);
  return delivery;
}

/**
 * What is too late, was overtaken, or takes an agency off the list that never had the document, is offered to nobody.
 */
function firstEntry(
  { targets }: ModelDispatch,
  recipient: AgencyCode,
  { about, over }: { readonly about: ModelDelivery['about']; readonly over: boolean },
): Entry {
  if (over) return ['ContentHandoverFailure', 'none', 'expired'];
  const outcomes = about.map(({ outcome }) => outcome);
  const overtaken = outcomes.length > 0 && outcomes.every((outcome) => outcome === 'overtaken');
  const removed = targets.find((target) => target.recipient === recipient)?.how === 'remove';
  if (overtaken || (removed && !outcomes.includes('requested'))) return ['x-withdrawn', 'none', 'withdrawn'];
  return ['ContentConsignment', 'none', 'queued'];
}
