import type { AnswerOf } from '../contract/answers.ts';
import { type AgencyId, type DeliveryId, type MoveId, moveIdOf, type SystemId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Trouble } from '../contract/logEvents.ts';
import type { Clock, Directory, InboxBell, Moves, Relocation } from '../contract/ports.ts';
import type { AgencyRecord, DeliveryRecord, MoveRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import { DELIVERY_TRANSITIONS } from '../contract/states.ts';
import { BY_AXIS } from '../contract/timeline.ts';
import { type Act, type AdministerPorts, entryOf } from './administer.ts';
import { readCode, viewAgency, writeAgency } from './administerAgencies.ts';
import { requeue } from './setAside.ts';

type AgencyView = AnswerOf<'showAgency'>;

/** Lets another system serve an agency. The route is one write; what waits in the old inbox is put down to follow first. */
export async function moveAgency(
  act: Act,
  request: RequestOf<'moveAgency'> & { agencyId: AgencyId },
  ports: AdministerPorts,
): Promise<Outcome<AgencyView>> {
  const agency = await ports.directory.agency(request.agencyId);
  if (!agency) return refuse('agency-not-found', { agency: request.agencyId });
  const to = await ports.directory.system(request.system as SystemId);
  if (!to) return refuse('system-not-found', { system: request.system });
  const from = agency.route?.system;
  if (from === to.systemId) return accept(viewAgency(agency));
  await rememberMove(agency, ports);
  const entry = entryOf('x-agency-moved', act, ports, { from: from ?? 'none', to: to.systemId });
  return writeAgency(agency, { route: { kind: 'system', system: to.systemId } }, entry, ports);
}

/**
 * Merges an agency into another one: its codes mean the successor from now on, and what waits for it goes where the
 * successor is served. History keeps the codes that were written.
 */
export async function mergeAgency(
  act: Act,
  request: RequestOf<'mergeAgency'> & { agencyId: AgencyId },
  ports: AdministerPorts,
): Promise<Outcome<AgencyView>> {
  const agency = await ports.directory.agency(request.agencyId);
  if (!agency) return refuse('agency-not-found', { agency: request.agencyId });
  const code = readCode(request.into);
  if (!code.ok) return code;
  const successor = await ports.directory.agencyByCode(code.value);
  if (!successor) return refuse('agency-not-found', { agency: code.value });
  if (agency.successor === successor.agencyId) return accept(viewAgency(agency));
  if (agency.successor) return refuse('state-conflict', { state: 'merged', action: 'mergeAgency', from: 'not merged' });
  if (successor.agencyId === agency.agencyId)
    return refuse('parameter-invalid', { parameter: 'into', problem: 'an agency cannot be merged into itself' });
  const route = successor.route;
  if (route && route.system !== agency.route?.system) await rememberMove(agency, ports);
  const entry = entryOf('x-agency-merged', act, ports, { from: agency.code, to: successor.code });
  return writeAgency(agency, { successor: successor.agencyId, ...(route ? { route } : {}) }, entry, ports);
}

/** Written before the route changes: a crash between the two leaves a move that finds nothing to do. */
export async function rememberMove(
  agency: Pick<AgencyRecord, 'agencyId' | 'route'>,
  ports: Pick<AdministerPorts, 'clock' | 'moves'>,
): Promise<void> {
  if (!agency.route) return;
  const { agencyId } = agency;
  const from = agency.route.system;
  const now = ports.clock.now();
  await ports.moves.remember({ v: 1, moveId: moveIdOf(agencyId, from), agencyId, from, since: now, dueAt: now });
}

/** An operator puts a delivery back into its inbox; if its agency has moved since, the delivery follows. */
export async function requeueAndFollow(
  act: Act,
  deliveryId: DeliveryId,
  ports: AdministerPorts,
): Promise<Outcome<AnswerOf<'requeue'>>> {
  const delivery = await ports.deliveries.find(deliveryId);
  const agency = delivery && (await ports.directory.agency(delivery.recipient));
  if (delivery && agency?.route && agency.route.system !== delivery.system) {
    const { agencyId } = agency;
    await rememberMove({ agencyId, route: { kind: 'system', system: delivery.system } }, ports);
  }
  return requeue(act, deliveryId, ports);
}

export interface MovePorts {
  readonly clock: Clock;
  /** Reads the latest. */
  readonly directory: Pick<Directory, 'agency'>;
  readonly moves: Pick<Moves, 'find' | 'goOn' | 'forget'>;
  readonly deliveries: Relocation;
  readonly bell: InboxBell;
  /** Told of a bell that did not ring: the delivery waits in the index all the same. */
  readonly trouble: Trouble;
}

const PAGES = 5;
const AGAIN_MS = 60_000;

/**
 * One step of a move: deliveries that nobody holds change inboxes, those under lease are marked and follow when the lease
 * ends. It is over when, some time after the route changed, nothing is left: until then a fan-out that had read the old
 * route may still put one there.
 *
 * @returns how many deliveries changed inboxes.
 */
export async function moveWaiting(moveId: MoveId, ports: MovePorts): Promise<number> {
  const move = await ports.moves.find(moveId);
  const now = ports.clock.now();
  if (!move || move.dueAt > now) return 0;
  const agency = await ports.directory.agency(move.agencyId);
  const to = agency?.route?.system;
  const moved: DeliveryId[] = [];
  let after = move.after;
  let left = to === undefined ? 1 : 0;
  for (let page = 0; to !== undefined && page < PAGES; page++) {
    const { items, next } = await ports.deliveries.waitingFor(move.agencyId, move.from, after);
    for (const delivery of items) {
      const fate = await follow(delivery, to, ports);
      if (fate === 'moved') moved.push(delivery.deliveryId);
      if (fate === 'left') left++;
    }
    after = next;
    if (after === undefined) break;
  }
  // Rung before the step is settled: a bell that rings twice is harmless, one that never rings is not.
  await ringFor(to, moved, ports);
  await settleStep(move, { after, left: left + moved.length, now }, ports);
  return moved.length;
}

async function follow(delivery: DeliveryRecord, to: SystemId, ports: MovePorts): Promise<'moved' | 'left' | 'done'> {
  const now = ports.clock.now();
  const stays = delivery.system === to;
  if (delivery.state === 'offered' && delivery.visibleAt > now) {
    const target = stays ? undefined : to;
    if (delivery.movesTo !== target) await ports.deliveries.markMoving(delivery, target);
    return stays ? 'done' : 'left';
  }
  if (stays && delivery.movesTo === undefined) return 'done';
  const { to: state, event } = DELIVERY_TRANSITIONS.relocate;
  const detail = `from ${delivery.system} to ${to}`;
  const entry = { ev: event, at: now, by: BY_AXIS, from: delivery.state, to: state, detail };
  const written = await ports.deliveries.relocate(delivery, to, entry);
  // Somebody was faster: the next step looks at it again.
  return written.done ? 'moved' : 'left';
}

async function settleStep(
  move: MoveRecord,
  step: { readonly after: string | undefined; readonly left: number; readonly now: number },
  ports: MovePorts,
): Promise<void> {
  const { after, left, now } = step;
  const over = after === undefined && left === 0 && move.after === undefined;
  if (over && now - move.since >= LIMITS.moveSeconds * 1000) {
    await ports.moves.forget(move);
    return;
  }
  await ports.moves.goOn(move, { dueAt: after === undefined ? now + AGAIN_MS : now, after });
}

async function ringFor(to: SystemId | undefined, moved: readonly DeliveryId[], ports: MovePorts): Promise<void> {
  if (to === undefined || moved.length === 0) return;
  try {
    await ports.bell.ring(to, moved);
  } catch (error) {
    ports.trouble('inbox-not-rung', error, { about: to });
  }
}
