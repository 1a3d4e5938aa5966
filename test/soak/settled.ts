import { type DeliveryState, isFinal } from '../../core/contract/states.ts';
import { dispatchProblems, inboxProblems, queueProblems } from '../crashpoints/invariants.ts';
import { everythingIn, keptOf, wholeProblems } from '../crashpoints/observe.ts';
import { MOST_SKEW_SECONDS } from '../schedules/schedule.ts';
import type { Ledger, Submitted } from './ledger.ts';
import { Receiver } from './receivers.ts';
import type { SoakTown } from './soakTown.ts';

const SKEW_MS = 2 * MOST_SKEW_SECONDS * 1000;
/** Dispatches whose bytes are in memory at once. */
const AT_ONCE = 10;
/** Pages of objects that the sweeper looks at for each thousand dispatches. */
const SWEEPS = 6;
/** Rounds in which everybody takes what is left; time passes between them. */
const ROUNDS = 12;

/** Everybody takes what waits, and time passes, until nothing does; answers what is left after hours. */
export async function takeTheRest(town: SoakTown, ledger: Ledger, seed: number): Promise<readonly string[]> {
  const { scene } = town;
  const receivers = [...town.clients.keys()].map((system) => new Receiver(town, ledger, { system, seed }));
  for (let round = 0; ; round++) {
    await scene.quiet();
    let taken = 0;
    for (const receiver of receivers) {
      for (let some = await receiver.takeSome(); some > 0; some = await receiver.takeSome()) taken += some;
    }
    await scene.quiet();
    const left = (await scene.town.stores.items()).filter(
      ({ id, state }) => (id.startsWith('dlv_') && !isFinal(state as DeliveryState)) || state === 'accepted',
    );
    if (taken === 0 && left.length === 0) return [];
    if (round === ROUNDS) return left.map(({ id, state }) => `${id} is ${String(state)} still`);
    await scene.pass(round % scene.rounds);
  }
}

/** What is wrong with an axis that has come to rest, beside what everybody remembers. */
export async function settledProblems(town: SoakTown, ledger: Ledger): Promise<readonly string[]> {
  const { scene, clients } = town;
  const problems = [...ledger.breaches];
  const all = ledger.submitted;
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const some = await Promise.all(all.slice(from, from + AT_ONCE).map((one) => problemsOf(one, town, ledger)));
    problems.push(...some.flat());
  }
  for (const [system, client] of clients) problems.push(...inboxProblems(system, await everythingIn(client), []));
  problems.push(...queueProblems(await scene.queues()));
  const sweeps = Math.ceil(all.length / 1000) * SWEEPS;
  for (let page = 0; page < sweeps; page++) await scene.invoke('watch', { task: 'sweep' });
  problems.push(...(await wholeProblems(scene)));
  const known = new Set(all.map(({ answer }) => answer.dispatchId));
  const items = await scene.town.stores.items('dsp_');
  problems.push(...items.filter(({ id }) => !known.has(id)).map(({ id }) => `${id}: nobody has a receipt of it`));
  return problems;
}

async function problemsOf(one: Submitted, { scene }: SoakTown, ledger: Ledger): Promise<readonly string[]> {
  const sent = ledger.sent(one);
  const kept = await keptOf(scene.town, sent);
  const states = Object.fromEntries(
    kept.deliveries.map(({ deliveryId, state }) => [deliveryId, wantedState(deliveryId, state, ledger)]),
  );
  const unseen = kept.deliveries.filter(
    ({ deliveryId, state }) => state !== 'withdrawn' && !ledger.wasSeen(deliveryId),
  );
  return [
    ...dispatchProblems(sent, kept, { states, skewMs: SKEW_MS }),
    ...unseen.map(({ deliveryId, state }) => `${deliveryId} is ${state}, and nobody was ever given it`),
  ];
}

/** What somebody was told that it has become; else whatever an answer that was lost may have made of it. */
function wantedState(deliveryId: string, found: DeliveryState, { leases }: Ledger): DeliveryState {
  const mayBe: readonly DeliveryState[] = ['acknowledged', 'rejected', 'withdrawn'];
  return leases.stateOf(deliveryId) ?? (mayBe.includes(found) ? found : 'acknowledged');
}
