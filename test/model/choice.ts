import * as fc from 'fast-check';
import type { Operation } from './operation.ts';
import {
  type ByName,
  byName,
  type Ending,
  ending,
  fetching,
  holding,
  leasing,
  operating,
  receiving,
  submitting,
  suspending,
  watching,
  watchingOne,
  working,
} from './operations.ts';
import { at, pick } from './pick.ts';
import { planOf } from './planOf.ts';
import { rankOf } from './town/inbox.ts';
import { AGENCY_CODES, SYSTEMS, systemOf } from './town/places.ts';
import type { ModelDelivery, Town } from './town/town.ts';

/**
 * What a sequence does next, as plain numbers: which document, delivery or agency is meant is found in the town as it
 * is then, so that a sequence stays a sequence when parts of it are left out.
 */
export interface Choice {
  readonly what: What;
  /** Places in lists, modulo their length. */
  readonly picks: readonly [number, number, number];
  /** Chances, each 0 to 99. */
  readonly odds: readonly [number, number, number];
}

const WEIGHTS = {
  letter: 5,
  again: 1,
  recall: 5,
  takeBack: 2,
  update: 5,
  replace: 3,
  status: 7,
  answer: 8,
  work: 16,
  receive: 5,
  lease: 8,
  acknowledge: 5,
  reject: 2,
  release: 3,
  extend: 2,
  take: 4,
  hold: 2,
  collect: 2,
  giveBack: 2,
  fetch: 4,
  watch: 4,
  watchOne: 2,
  requeue: 1,
  discard: 1,
  legalHold: 1,
  suspend: 1,
} as const;
type What = keyof typeof WEIGHTS;

const chance = fc.integer({ min: 0, max: 99 });
const whats = fc.oneof(
  ...Object.entries(WEIGHTS).map(([what, weight]) => ({ weight, arbitrary: fc.constant(what as What) })),
);
export const choices: fc.Arbitrary<Choice> = fc.record({
  what: whats,
  picks: fc.tuple(fc.nat(40), fc.nat(40), fc.nat(40)),
  odds: fc.tuple(chance, chance, chance),
});

/** A letter of somebody, with which a sequence begins. */
export const letters: fc.Arbitrary<Choice> = choices.map((choice) => ({ ...choice, what: 'letter' }));

/** The operation that a choice means now; undefined where there is nothing that it could mean. */
export function operationOf(choice: Choice, town: Town): Operation | undefined {
  const { what } = choice;
  switch (what) {
    case 'letter':
    case 'again':
    case 'recall':
    case 'takeBack':
    case 'update':
    case 'replace':
    case 'status':
    case 'answer':
      return send(choice, town);
    case 'work': {
      const id = pick([...new Set(town.queue)], choice.picks[0]);
      return id === undefined ? undefined : working(id, { twice: choice.odds[0] < 10 });
    }
    case 'receive': {
      const max = [10, 10, 3, 1][choice.picks[1] % 4] ?? 10;
      return receiving({ system: at(SYSTEMS, choice.picks[0]), seal: sealOf(town), seconds: secondsOf(choice) }, max);
    }
    case 'watch':
      return watching();
    case 'suspend': {
      const agency = at(AGENCY_CODES, choice.picks[0]);
      return suspending(agency, !town.suspended.has(agency));
    }
    case 'legalHold': {
      const dispatch = pick([...town.dispatches.values()], choice.picks[0]);
      return dispatch && holding(dispatch.id, !dispatch.held);
    }
    default:
      return handle(what, choice, town);
  }
}

type Handling = Ending | ByName | 'lease' | 'fetch' | 'watchOne' | 'requeue' | 'discard';

/** Something that is done with one delivery. */
function handle(what: Handling, choice: Choice, town: Town): Operation | undefined {
  const all = [...town.deliveries.values()].filter((delivery) => concerns(what, delivery));
  const open = all.filter(({ due }) => due !== undefined);
  // Whoever asks for content is of most interest where it was taken back.
  const recalled = what === 'fetch' || what === 'take' ? all.filter(({ recall }) => recall?.state === 'agreed') : [];
  // Mostly what is under way; sometimes what is over, to see that it stays so.
  const likely = recalled.length > 0 ? recalled : open;
  const delivery = pick(choice.odds[0] < 80 && likely.length > 0 ? likely : all, choice.picks[0]);
  if (!delivery) return undefined;
  const { id } = delivery;
  // Sometimes a stranger.
  const system = choice.odds[1] < 4 ? at(SYSTEMS, choice.picks[1]) : delivery.system;
  switch (what) {
    case 'lease':
      return leasing({ system, seal: sealOf(town), seconds: secondsOf(choice) }, id);
    case 'fetch':
      return fetching(system, delivery);
    case 'watchOne':
      return watchingOne(id);
    case 'requeue':
    case 'discard':
      return operating(what, id);
    case 'take':
    case 'hold':
    case 'collect':
    case 'giveBack':
      return byName(what, system, id);
    default:
      return endingOf(what, { system, delivery, choice, town });
  }
}

/** What a decision would mean nothing for is left out. */
function concerns(what: Handling, { state, leases }: ModelDelivery): boolean {
  if (what === 'requeue' || what === 'discard') return state === 'set-aside';
  const isEnding = what === 'acknowledge' || what === 'reject' || what === 'release' || what === 'extend';
  return !isEnding || leases.some((seal) => seal !== 'system');
}

function endingOf(
  what: Ending,
  {
    system,
    delivery,
    choice,
    town,
  }: { system: ModelDelivery['system']; delivery: ModelDelivery; choice: Choice; town: Town },
): Operation | undefined {
  const seals = delivery.leases.filter((seal) => seal !== 'system');
  // Mostly the last lease, sometimes one that somebody lost.
  const seal = choice.odds[2] < 85 ? seals.at(-1) : pick(seals, choice.picks[2]);
  if (seal === undefined) return undefined;
  const seconds = what === 'release' && choice.odds[1] < 60 ? 0 : secondsOf(choice);
  return ending(what, { system, delivery: delivery.id, seal, rank: rankOf(town, delivery), seconds });
}

const secondsOf = ({ picks }: Choice): number => [30, 300, 300, 7200][picks[2] % 4] ?? 300;

/** No two leases of a sequence have one seal. */
function sealOf(town: Town): string {
  town.numbers += 1;
  return `seal-${town.numbers}`;
}

function send(choice: Choice, town: Town): Operation | undefined {
  const plan = planOf(choice, town);
  return plan && submitting(systemOf(plan.from), plan, { queueFails: choice.odds[2] < 5 });
}
