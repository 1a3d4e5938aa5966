/**
 * `npm run bench:fairness`: how long a quiet system's submissions, deliveries and notices take alone, and beside others that send as
 * much as they may, more than they may, to very many, or to a recipient that is dead.
 *
 * All functions, emulators and clients share the processors of this machine, which in AWS they do not. So everything is measured
 * twice: with services that take their time for every call of a function, which outweighs the processors and is what is judged; and
 * as it is, which says mostly how busy they are. What cannot be measured here is counted: what a refusal costs, and for how many
 * messages of others a small system waits where a large one fills the queue. DOCAXIS_BENCH=small runs a short version that only
 * proves that it works.
 */
import { loadavg } from 'node:os';
import { until } from '../test/kit/until.ts';
import { handOut, type Sent } from './fairness/fairQueue.ts';
import { emptyInbox, type FairTown, freshBudget, openFairTown } from './fairness/fairTown.ts';
import { type Neighbour, neighbours } from './fairness/neighbours.ts';
import { quietWalk, type Walk } from './fairness/quietWalk.ts';
import { refusalCost } from './fairness/refusalCost.ts';
import { median, percentile } from './figures.ts';

const SMALL = process.env.DOCAXIS_BENCH === 'small';
const SIZE = SMALL
  ? { rounds: 1, letters: 4, requests: 60, many: 100, large: 1, refusals: 10 }
  : { rounds: 3, letters: 10, requests: 180, many: 1000, large: 3, refusals: 100 };
const MOST = 1.5;
/** Milliseconds that a call of a function takes longer, as services far away would. */
const SERVICE_MS = SMALL ? [0] : [40, 0];
/** What the goal is about; how soon a webhook is called is shown beside. */
const JUDGED: readonly (keyof Walk)[] = ['submit', 'delivery'];
const FIGURES = ['submit', 'delivery', 'notice'] as const satisfies readonly (keyof Walk)[];

interface Beside {
  readonly neighbour: string;
  readonly alone: Walk;
  readonly beside: Walk;
}

const p95 = (figures: readonly number[]): number => percentile(figures, 0.95);

/** The quiet system alone, then beside each neighbour, then all of that again: what the machine does meanwhile meets all alike. */
async function rounds(fair: FairTown): Promise<readonly Beside[]> {
  const results: Beside[] = [];
  for (let round = 0; round < SIZE.rounds; round++) {
    for (const neighbour of neighbours(SIZE.requests, SIZE.large)) {
      const alone = await quietWalk(fair, SIZE.letters);
      results.push({ neighbour: neighbour.name, alone, beside: await besides(fair, neighbour, round) });
    }
  }
  return results;
}

async function besides(fair: FairTown, neighbour: Neighbour, round: number): Promise<Walk> {
  freshBudget(fair);
  const end = await neighbour.begin(fair);
  const walk = await quietWalk(fair, SIZE.letters);
  const load = loadavg()[0]?.toFixed(1);
  console.error(`round ${round + 1}, ${neighbour.name}: ${await end()} (load ${load})`);
  await rest(fair);
  return walk;
}

/** Until nothing of the noise is left to deliver. */
async function rest(fair: FairTown): Promise<void> {
  const { axis } = fair.town;
  await fair.town.settle();
  await until(() => axis.functions.every((one) => one.running() === 0), 'the functions come to rest', 120_000);
  await emptyInbox(fair);
}

/** One line a neighbour: 95th percentiles, medians of the rounds; answers whether all ratios hold. */
function print(results: readonly Beside[]): boolean {
  const heads = FIGURES.map((figure) => `${figure} alone, beside, ratio`.padStart(30)).join('');
  console.log(`${''.padEnd(32)}${heads}`);
  let isFair = true;
  for (const [name, some] of Map.groupBy(results, ({ neighbour }) => neighbour)) {
    const cells = FIGURES.map((figure) => {
      const alone = median(some.map((one) => p95(one.alone[figure])));
      const beside = median(some.map((one) => p95(one.beside[figure])));
      const ratio = median(some.map((one) => p95(one.beside[figure]) / p95(one.alone[figure])));
      isFair &&= ratio <= MOST || !JUDGED.includes(figure);
      return `${alone.toFixed(0)} ${beside.toFixed(0).padStart(6)} ${ratio.toFixed(2).padStart(6)}`.padStart(30);
    });
    console.log(`${name.padEnd(32)}${cells.join('')}`);
  }
  return isFair;
}

async function printRefusals(fair: FairTown): Promise<void> {
  const { accepted, refused } = await refusalCost(fair, SIZE.refusals);
  const said = ({ cpuMs, calls }: typeof refused) => `${cpuMs.toFixed(1)} ms CPU, ${calls.toFixed(2)} calls`;
  console.log(
    `\na submission: accepted ${said(accepted)}; refused with 429 ${said(refused)} (CPU of client, gateway and all)`,
  );
}

/** A hundred messages each of so many large dispatches, and one of a small system a moment after them. */
function printQueue(): void {
  // As lib/triggers.ts has it; a message of a hundred recipients takes about as long on AWS.
  const [workers, largeMs, smallMs] = [{ count: 10, batch: 10 }, 1500, 100];
  console.log('\na letter of a small system behind dispatches to 1,000 recipients each, in simulated time');
  console.log('dispatches   oldest first: waits, after others   message groups: waits, after others');
  for (const dispatches of [1, 10, 100]) {
    const large: Sent[] = Array.from({ length: dispatches * 10 }, () => ({ group: 'large', at: 0, takesMs: largeMs }));
    const messages = [...large, { group: 'small', at: 1, takesMs: smallMs }];
    const cells = (['oldest', 'fair'] as const).map((order) => {
      const small = handOut(messages, workers, order).find(({ group }) => group === 'small');
      return `${String(small?.waitedMs).padStart(14)} ms ${String(small?.overtakenBy).padStart(12)}`;
    });
    console.log(`${String(dispatches).padStart(10)}   ${cells.join('      ')}`);
  }
}

const fair = await openFairTown(SIZE.requests, SIZE.many);
try {
  await quietWalk(fair, SIZE.letters);
  await printRefusals(fair);
  printQueue();
  const held: boolean[] = [];
  for (const ms of SERVICE_MS) {
    // Everything that a function calls, and what Lambda calls for it.
    fair.town.axis.interfere(ms === 0 ? [] : [{ principal: 'docaxis-evaluation-*', fate: 'delay', ms }]);
    console.log(`\np95 of ${SIZE.letters}, median of ${SIZE.rounds} rounds, ms; every call takes ${ms} ms more`);
    held.push(print(await rounds(fair)));
  }
  const goal = `${JUDGED.join(' and ')}, ratio at most ${MOST}`;
  console.log(held[0] ? `\nfair: ${goal}` : `\nNOT fair: more than the goal of ${goal}`);
} finally {
  await fair.stop();
}
