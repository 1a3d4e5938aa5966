import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REQUESTS } from '../../core/contract/requests.ts';
import { ROUTE_NAMES, type RouteName } from '../../core/contract/routes.ts';
import { CALLS_FILE, type Call } from '../../scripts/contract/calls.ts';
import { ROUTE_FACTS } from '../../scripts/contract/routeFacts.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { Caller } from './caller.ts';
import { operatorCalls } from './operatorCalls.ts';
import { Steadied } from './steadied.ts';
import { systemCalls } from './systemCalls.ts';

/** The examples of the contract are calls that were made. `DOCAXIS_CALLS=write` writes them anew; then `npm run generate`. */
const FILE = join(import.meta.dirname, '../..', CALLS_FILE);

let town: TestAxis;
let calls: Partial<Record<RouteName, Call[]>>;

beforeAll(async () => {
  // Deadlines follow a calendar: at another time of the year the same calls would say other things.
  town = await startTestAxis({ at: Date.parse('2026-03-02T01:30:00Z'), schedulesOnDemand: true });
  const caller = new Caller(town);
  await operatorCalls(town, caller, await systemCalls(town, caller));
  const steadied = new Steadied();
  const steady = caller.made.map(({ route, call }) => ({ route, call: steadied.value(call) as Call }));
  calls = Object.fromEntries(
    ROUTE_NAMES.map((name) => [name, steady.flatMap(({ route, call }) => (route === name ? [call] : []))]),
  );
  if (process.env.DOCAXIS_CALLS === 'write') writeFileSync(FILE, `${JSON.stringify(calls, null, 2)}\n`);
}, 180_000);
afterAll(() => town?.stop());

test('every example of the contract is what the axis answers to this call now', () => {
  expect(calls).toEqual(JSON.parse(readFileSync(FILE, 'utf8')));
});

/** Successes that no example shows, because they take long to bring about or differ from minute to minute; suites of their own do. */
const NOT_SHOWN = ['completeUpload 202', 'stats 200', 'trace 200'];

test('every route has an example of every answer of success, and one with a body where it takes one', () => {
  const declared = ROUTE_NAMES.flatMap((name) => {
    const { success, also } = ROUTE_FACTS[name];
    return [String(success), ...Object.keys(also ?? {})].map((status) => `${name} ${status}`);
  });
  const shown = ROUTE_NAMES.flatMap((name) => (calls[name] ?? []).map(({ status }) => `${name} ${status}`));
  expect(declared.filter((answer) => !shown.includes(answer))).toEqual(NOT_SHOWN);
  const withoutBody = Object.keys(REQUESTS).filter(
    (name) => !(calls[name as RouteName] ?? []).some(({ body }) => body !== undefined),
  );
  expect(withoutBody).toEqual([]);
});
