import { beforeEach, expect, test } from 'vitest';
import type { Amounts, BudgetWindow } from '../../../core/contract/budget.ts';
import type { SystemId } from '../../../core/contract/ids.ts';
import type { SystemRecord } from '../../../core/contract/records.ts';
import { costOf, RateLimiter } from '../../../lambdas/edge/rateLimiter.ts';
import { gatewayEvent } from '../gatewayEvent.ts';

const ONE: Amounts = { requests: 1, bytes: 0 };
let now: number;
let writes: string[];
let broken: boolean;
let counted: string[];
let limiter: RateLimiter;

const totals = new Map<string, Amounts>();
const counter = {
  add: async ({ id }: BudgetWindow, drawn: Amounts): Promise<Amounts> => {
    writes.push(id);
    if (broken) throw new Error('ProvisionedThroughputExceededException');
    const before = totals.get(id) ?? { requests: 0, bytes: 0 };
    const after = { requests: before.requests + drawn.requests, bytes: before.bytes + drawn.bytes };
    totals.set(id, after);
    return after;
  },
};
const observer = {
  event: () => undefined,
  fault: () => undefined,
  count: (metric: string, _value?: number) => void counted.push(metric),
  flush: () => undefined,
};

beforeEach(() => {
  now = Date.parse('2026-03-02T08:00:30Z');
  writes = [];
  counted = [];
  broken = false;
  totals.clear();
  limiter = new RateLimiter({ counter, clock: { now: () => now }, observer });
});

const system = (systemId: string, requests?: number): SystemRecord => ({
  v: 1,
  systemId: systemId as SystemId,
  name: systemId,
  revision: 1,
  status: 'active',
  createdAt: 0,
  keys: [],
  history: [],
  ...(requests === undefined ? {} : { limits: { requests } }),
});

async function passing(of: SystemRecord, count: number): Promise<number> {
  let passed = 0;
  for (let turn = 0; turn < count; turn++) if ((await limiter.spend(of, ONE)).outcome.ok) passed++;
  return passed;
}

test('a system that used up its budget holds up nobody else, and passes again in the next window', async () => {
  const noisy = system('noisy', 100);
  expect(await passing(noisy, 500)).toBe(100);
  expect(await passing(system('quiet', 100), 20)).toBe(20);
  now += 60_000;
  expect(await passing(noisy, 10)).toBe(10);
});

test('refused requests are not counted anywhere: no write, and a trace only of the first', async () => {
  const noisy = system('noisy', 100);
  await passing(noisy, 100);
  const first = await limiter.spend(noisy, ONE);
  const { length } = writes;
  const later = await Promise.all(Array.from({ length: 1000 }, () => limiter.spend(noisy, ONE)));
  expect(writes).toHaveLength(length);
  expect(first.again).toBe(false);
  expect(later.every(({ again, outcome }) => again && !outcome.ok)).toBe(true);
});

test('the refusal says how much was used up, and when the same request may come again', async () => {
  const noisy = system('noisy', 20);
  await passing(noisy, 20);
  const { outcome, headers } = await limiter.spend(noisy, ONE);
  const seconds = Number(/t=(\d+)/.exec(headers.ratelimit ?? '')?.[1]);
  expect(outcome).toMatchObject({
    refusal: { code: 'rate-limited', parameters: { limit: 20, unit: 'requests', window: 60, retryAfter: seconds } },
  });
  now += seconds * 1000;
  expect((await limiter.spend(noisy, ONE)).outcome.ok).toBe(true);
});

test('headers are structured fields: a policy that stays the same, and what is left of it', async () => {
  const { headers } = await limiter.spend(system('centre'), ONE);
  expect(headers['ratelimit-policy']).toBe('"requests";q=6000;w=60, "bytes";q=4294967296;qu="content-bytes";w=60');
  expect(headers.ratelimit).toMatch(/^"requests";r=5999;t=\d+, "bytes";r=4294967296;t=\d+$/);
});

test('an operator who raises a budget ends the refusals in the same window', async () => {
  await passing(system('centre', 100), 200);
  expect((await limiter.spend(system('centre', 100), ONE)).outcome.ok).toBe(false);
  expect((await limiter.spend(system('centre', 1000), ONE)).outcome.ok).toBe(true);
});

test('where nothing can be counted everything passes, is said, and is tried again a chunk later', async () => {
  broken = true;
  expect(await passing(system('centre'), 1000)).toBe(1000);
  expect(writes.length).toBeLessThanOrEqual(1000 / 50 + 2);
  expect(counted).toEqual(writes.map(() => 'uncounted'));
});

test('a message costs its bytes; a body that no route would read does so as well; a small body costs none', () => {
  const body = Buffer.alloc(9000).toString('base64');
  expect(costOf(gatewayEvent({ body, isBase64Encoded: true }), true)).toEqual({ requests: 1, bytes: 9000 });
  expect(costOf(gatewayEvent({ body: '{}' }), false)).toEqual({ requests: 1, bytes: 0 });
  expect(costOf(gatewayEvent({ body: 'x'.repeat(5_000_000) }), false)).toEqual({ requests: 1, bytes: 5_000_000 });
  expect(costOf(gatewayEvent(), true)).toEqual(ONE);
});
