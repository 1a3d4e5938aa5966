/**
 * `npm run bench:fairness`: how long a quiet system's submissions and deliveries take alone, and beside one that sends as fast as
 * it can and takes no notice of refusals. The noisy one has a budget; what it sends beyond is refused. All instances of all functions
 * share the processors of this machine, which in Lambda each have their own: the ratio here is the worse one.
 * DOCAXIS_BENCH=small runs a short version that only proves that the benchmark works.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BearerTokens } from '../client/bearerTokens.ts';
import { LIMITS } from '../core/contract/limits.ts';
import { type LocalAxis, startLocalAxis } from '../local/startLocalAxis.ts';
import { percentile } from './figures.ts';
import { benchClient, benchLetter } from './sampleTraffic.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SMALL = process.env.DOCAXIS_BENCH === 'small';
const RUNS = { letters: SMALL ? 5 : 100, everyMs: 200 };
const NOISY = { system: 'trung-tam-mau', agency: 'X91.04', requests: 60, lanes: 1 } as const;
const QUIET = { system: 'bo-minh-hoa', agency: 'X92' } as const;
const MOST = 1.5;

interface Figures {
  readonly submit: readonly number[];
  readonly delivery: readonly number[];
}

/** A letter every so often, and for each how long its submission took and when the log said that it was delivered. */
async function quietWalk(axis: LocalAxis): Promise<Figures> {
  const client = benchClient(axis, QUIET.system);
  const submit: number[] = [];
  const delivery: number[] = [];
  for (let sent = 0; sent < RUNS.letters; sent++) {
    // To itself: who else receives has nothing to do with it.
    const letter = await benchLetter(axis, { from: QUIET.agency, to: [QUIET.agency], contentBytes: 1500 });
    const before = performance.now();
    const { dispatchId } = await client.submit(letter);
    submit.push(performance.now() - before);
    await delivered(axis, dispatchId);
    delivery.push(performance.now() - before);
    await new Promise((resolve) => setTimeout(resolve, RUNS.everyMs));
  }
  return { submit, delivery };
}

async function delivered(axis: LocalAxis, dispatchId: string): Promise<void> {
  const end = performance.now() + 60_000;
  const told = () =>
    axis.axis.logs().some(({ function: name, line }) => name?.endsWith('-deliver') && line.includes(dispatchId));
  while (!told()) {
    if (performance.now() > end) throw new Error(`${dispatchId} was not delivered within a minute`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Sends without a pause until it is told to stop; answers how many were taken and how many refused. */
async function noisySender(
  axis: LocalAxis,
  letters: readonly Buffer[],
  stop: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const key = axis.world.systems.find(({ systemId }) => systemId === NOISY.system)?.key;
  if (!key) throw new Error(`the sample world has no system ${NOISY.system}`);
  const now = () => axis.axis.clock.now();
  const tokens = new BearerTokens({ audience: axis.facts.axis, system: NOISY.system, key, now });
  const statuses = new Map<number, number>();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (!stop.aborted) {
      const body = new Uint8Array(letters[next++ % letters.length] ?? Buffer.alloc(0));
      const headers = { authorization: `Bearer ${await tokens.token()}`, 'content-type': 'application/edxml' };
      const response = await fetch(new URL('/v1/dispatches', axis.facts.url), { method: 'POST', headers, body });
      await response.arrayBuffer();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: NOISY.lanes }, lane));
  return statuses;
}

const p95 = (figures: readonly number[]): number => percentile(figures, 0.95);

function row(what: string, alone: readonly number[], beside: readonly number[]): boolean {
  const [one, other] = [p95(alone), p95(beside)];
  console.log(
    `${what.padEnd(20)} ${one.toFixed(0).padStart(8)} ${other.toFixed(0).padStart(8)} ${(other / one).toFixed(2).padStart(7)}`,
  );
  return other / one <= MOST;
}

const data = mkdtempSync(join(tmpdir(), 'docaxis-fairness-'));
const axis = await startLocalAxis({ root: ROOT, data, port: 0 });
try {
  const path = { systemId: NOISY.system };
  await axis.operator.call('setLimits', { path, body: { requests: NOISY.requests, reason: 'benchmark' } });
  axis.axis.clock.advance(LIMITS.registryCacheSeconds * 1000);
  await quietWalk(axis);
  const alone = await quietWalk(axis);
  // Signed beforehand: that is the sender's own work.
  const letters: Buffer[] = [];
  for (let made = 0; made < NOISY.requests; made++)
    letters.push(await benchLetter(axis, { from: NOISY.agency, to: [NOISY.agency], contentBytes: 1500 }));
  const stop = new AbortController();
  const noise = noisySender(axis, letters, stop.signal);
  const beside = await quietWalk(axis);
  stop.abort();
  const statuses = [...(await noise)].sort(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`);
  console.log(
    `the noisy system, ${NOISY.requests} requests a minute, ${NOISY.lanes} at once: ${statuses.join(', ')}\n`,
  );
  console.log(`p95 of ${RUNS.letters}, ms          alone   beside   ratio`);
  const fair = [row('submit', alone.submit, beside.submit), row('delivery', alone.delivery, beside.delivery)];
  console.log(fair.every(Boolean) ? `\nfair: at most ${MOST}` : `\nNOT fair: more than ${MOST}`);
} finally {
  await axis.axis.stop();
  rmSync(data, { recursive: true, force: true });
}
