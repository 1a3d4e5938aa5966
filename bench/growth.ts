/**
 * `npm run bench:growth`: what one delivery costs as an inbox grows from 10 to 100,000 waiting ones, and a dispatch from 1 to 1,000
 * recipients; and how long an urgent document takes through a full inbox. Calls do not depend on the machine, times do: each time is
 * the median of several rounds, and what is compared are ratios. DOCAXIS_BENCH=small runs a short version that only proves that the
 * benchmark works.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DeliveryTable } from '../adapters/aws/deliveryTable.ts';
import type { AxisClient } from '../client/axisClient.ts';
import { deliveryIdOf, dispatchIdOf } from '../core/contract/derivedIds.ts';
import type { DeliveryId, SystemId } from '../core/contract/ids.ts';
import type { DeliveryRecord } from '../core/contract/records.ts';
import { type LocalAxis, startLocalAxis } from '../local/startLocalAxis.ts';
import { openStores, type Stores } from '../test/kit/stores.ts';
import { until } from '../test/kit/until.ts';
import { median } from './figures.ts';
import { benchClient, benchLetter } from './sampleTraffic.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SMALL = process.env.DOCAXIS_BENCH === 'small';
const WAITING = SMALL ? [10, 100, 1000] : [10, 100, 1000, 10_000, 100_000];
const RECIPIENTS = SMALL ? [1, 10, 100] : [1, 10, 100, 1000];
const URGENT_BEHIND = SMALL ? 1000 : 10_000;
/** Rounds of which the median counts: receiving ten and acknowledging them, and dispatches. */
const ROUNDS = { receive: SMALL ? 3 : 25, dispatch: SMALL ? 2 : 5 };
const AT_ONCE = 50;
const CENTRE = 'trung-tam-mau' as SystemId;
const GOAL = 1.1;

interface Bench {
  readonly axis: LocalAxis;
  readonly stores: Stores;
  readonly sender: AxisClient;
  readonly recipient: AxisClient;
  /** A delivery that was consigned by the walk itself: what fills an inbox is a copy of it. */
  readonly pattern: DeliveryRecord;
}

let copies = 0;

/** Puts so many waiting deliveries into the centre's inbox, through the same conditional write as the fan-out. */
async function fill({ axis, stores, pattern }: Bench, count: number): Promise<void> {
  const table = new DeliveryTable(stores.dynamo, stores.table);
  const now = axis.axis.clock.now();
  for (let done = 0; done < count; done += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - done) }, () => {
      const dispatchId = dispatchIdOf({ sender: pattern.sender, kind: 'document', documentId: `growth ${++copies}` });
      return { ...pattern, dispatchId, deliveryId: deliveryIdOf(dispatchId, pattern.recipient), visibleAt: now - 1000 };
    });
    await Promise.all(some.map((delivery) => table.consign(delivery)));
    if (done % 10_000 === 0 && done > 0) console.error(`${done} of ${count} wait`);
  }
}

interface Cost {
  readonly calls: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly ms: number;
}

/** Calls that functions made since a call; what feeds queues to functions is left out. */
function costSince({ axis }: Bench, since: number): Omit<Cost, 'ms'> {
  const calls = axis.axis.calls(since).filter((call) => call.function !== undefined && call.service !== 'execute-api');
  const sum = (of: 'read' | 'write') => calls.reduce((total, { units }) => total + (units?.[of] ?? 0), 0);
  return { calls: calls.length, readUnits: sum('read'), writeUnits: sum('write') };
}

const lastCall = ({ axis }: Bench): number => axis.axis.calls().at(-1)?.n ?? 0;
const each = (cost: Cost, of: number): Cost => ({
  calls: cost.calls / of,
  readUnits: cost.readUnits / of,
  writeUnits: cost.writeUnits / of,
  ms: cost.ms / of,
});

/** One delivery out of ten that are received at once and acknowledged one by one. */
async function receiving(bench: Bench): Promise<Cost> {
  const times: number[] = [];
  const since = lastCall(bench);
  for (let round = 0; round < ROUNDS.receive; round++) {
    const start = performance.now();
    const { deliveries } = await bench.recipient.receive({ max: 10 });
    if (deliveries.length !== 10) throw new Error(`${deliveries.length} of 10 were received`);
    for (const { deliveryId, lease } of deliveries)
      await bench.recipient.acknowledge(deliveryId, { leaseToken: lease.token });
    times.push(performance.now() - start);
    // The same number waits in each round.
    await fill(bench, 10);
  }
  const own = costSince(bench, since);
  return each({ ...each({ ...own, ms: 0 }, ROUNDS.receive), ms: median(times) }, 10);
}

/** One recipient of a dispatch, from the submission until it is delivered to all. */
async function dispatching(bench: Bench, codes: readonly string[]): Promise<Cost> {
  const times: number[] = [];
  let since = 0;
  for (let round = 0; round <= ROUNDS.dispatch; round++) {
    const letter = await benchLetter(bench.axis, { to: codes, contentBytes: 1500 });
    // The first one warms the instances up.
    if (round === 1) since = lastCall(bench);
    const start = performance.now();
    const { dispatchId } = await bench.sender.submit(letter);
    await dispatched(bench, dispatchId);
    if (round > 0) times.push(performance.now() - start);
  }
  return each({ ...each({ ...costSince(bench, since), ms: 0 }, ROUNDS.dispatch), ms: median(times) }, codes.length);
}

const dispatched = ({ stores }: Bench, dispatchId: string) =>
  until(async () => (await stores.item(dispatchId))?.state === 'dispatched', `${dispatchId} is dispatched`, 120_000);

/** From the submission of an urgent document until it is received, before everything that waits. */
async function overtaking(bench: Bench): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS.dispatch; round++) {
    const letter = await benchLetter(bench.axis, { to: ['X91.04'], contentBytes: 1500, priority: 1 });
    const start = performance.now();
    const { dispatchId } = await bench.sender.submit(letter);
    await dispatched(bench, dispatchId);
    const { deliveries } = await bench.recipient.receive({ max: 10 });
    const [first] = deliveries;
    times.push(performance.now() - start);
    if (first?.dispatchId !== dispatchId) throw new Error('an urgent document was not the first');
    for (const { deliveryId, lease } of deliveries)
      await bench.recipient.acknowledge(deliveryId, { leaseToken: lease.token });
  }
  return median(times);
}

const TITLES = ['calls', 'read units', 'write units', 'ms', 'calls x', 'ms x'];

function print(title: string, rows: readonly (readonly [number, Cost])[]): void {
  const [, base] = rows[0] ?? [];
  if (!base) return;
  console.log(`\n${title}\n${''.padEnd(10)}${TITLES.map((text) => text.padStart(12)).join('')}`);
  for (const [size, cost] of rows) {
    const figures = [cost.calls, cost.readUnits, cost.writeUnits, cost.ms, cost.calls / base.calls, cost.ms / base.ms];
    console.log(`${String(size).padStart(9)} ${figures.map((figure) => figure.toFixed(2).padStart(12)).join('')}`);
  }
  const worst = (of: 'calls' | 'ms') => Math.max(...rows.map(([, cost]) => cost[of] / base[of]));
  const verdict = (of: 'calls' | 'ms') => `${of} ${worst(of).toFixed(2)} x ${worst(of) <= GOAL ? 'held' : 'missed'}`;
  console.log(`goal at most ${GOAL} x the smallest: ${verdict('calls')}, ${verdict('ms')}`);
}

async function enrolAgencies({ operator }: LocalAxis, count: number): Promise<readonly string[]> {
  const codes = Array.from({ length: count }, (_, index) => `X97.${String(index).padStart(3, '0')}`);
  for (let start = 0; start < count; start += 100) {
    const agencies = codes
      .slice(start, start + 100)
      .map((code) => ({ code, name: `Đơn vị đo ${code}`, system: CENTRE }));
    await operator.call('importAgencies', { body: { agencies, reason: 'benchmark' } });
  }
  return codes;
}

async function openBench(axis: LocalAxis): Promise<Bench> {
  const stores = openStores(axis.axis, axis.facts.region);
  const [sender, recipient] = [benchClient(axis, 'bo-minh-hoa'), benchClient(axis, CENTRE)];
  const { recipients } = await sender.submit(await benchLetter(axis, { to: ['X91.04'], contentBytes: 1500 }));
  const deliveryId = recipients[0]?.deliveryId ?? '';
  await until(async () => (await stores.item(deliveryId)) !== undefined, 'the pattern is delivered');
  const table = new DeliveryTable(stores.dynamo, stores.table);
  const pattern = await table.find(deliveryId as DeliveryId);
  if (!pattern) throw new Error('there is no pattern');
  return { axis, stores, sender, recipient, pattern };
}

async function run(axis: LocalAxis): Promise<void> {
  const codes = await enrolAgencies(axis, RECIPIENTS.at(-1) ?? 1);
  const bench = await openBench(axis);
  const dispatches: (readonly [number, Cost])[] = [];
  for (const count of RECIPIENTS) dispatches.push([count, await dispatching(bench, codes.slice(0, count))]);
  print('recipients of one dispatch: one delivery, from submission to the inbox', dispatches);
  await drain(bench);
  const inboxes: (readonly [number, Cost])[] = [];
  let waiting = 0;
  let urgentMs: number | undefined;
  for (const count of WAITING) {
    await fill(bench, count - waiting);
    waiting = count;
    inboxes.push([count, await receiving(bench)]);
    if (count === URGENT_BEHIND) urgentMs = await overtaking(bench);
  }
  print('waiting in one inbox: one delivery, received in tens and acknowledged', inboxes);
  if (urgentMs !== undefined)
    console.log(
      `\nurgent, behind ${URGENT_BEHIND} normal ones: the first to be received, ${urgentMs.toFixed(0)} ms after submission`,
    );
}

/** Everything that waits is taken, so that the inbox is as small as it says. */
async function drain({ recipient }: Bench): Promise<void> {
  for (;;) {
    const { deliveries } = await recipient.receive({ max: 10 });
    if (deliveries.length === 0) return;
    await Promise.all(
      deliveries.map(({ deliveryId, lease }) => recipient.acknowledge(deliveryId, { leaseToken: lease.token })),
    );
  }
}

const data = mkdtempSync(join(tmpdir(), 'docaxis-growth-'));
const axis = await startLocalAxis({ root: ROOT, data, port: 0 });
try {
  await run(axis);
} finally {
  await axis.axis.stop();
  rmSync(data, { recursive: true, force: true });
}
