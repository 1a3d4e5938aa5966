import { expect, test } from 'vitest';
import { parseSchedule } from '../../../local/runtime/scheduleExpression.ts';
import { type Schedule, Scheduler } from '../../../local/runtime/scheduler.ts';
import { type TestFunction, testFunction } from './testFunction.ts';

/** For what happens soon, on a machine that has other work. */
const patience = { timeout: 15_000 };

const minute = 60_000;
const day = 86_400_000;
const succeed = 'export const handler = async (event) => { console.log(event.name); };';
const fail = 'export const handler = async (event) => { console.log(event.name); throw new Error("again"); };';

interface Scheduled extends AsyncDisposable {
  readonly tested: TestFunction;
  readonly scheduler: Scheduler;
  readonly warnings: string[];
  /** Names of the schedules that fired, in order. */
  fired(): string[];
}

function scheduled(source: string, changes: Partial<Schedule>[], onDemand = false): Scheduled {
  const tested = testFunction(source);
  const warnings: string[] = [];
  const schedules = changes.map((change, index): Schedule => {
    const name = `s${index}`;
    const nextDue = parseSchedule('rate(1 minute)', { where: name });
    const base = {
      name,
      logicalId: name,
      path: undefined,
      expression: 'rate(1 minute)',
      enabled: true,
      nextDue,
      retries: 2,
    };
    return { ...base, function: tested.lambda, event: () => ({ name }), ...change };
  });
  const scheduler = new Scheduler({ clock: tested.clock, schedules, onDemand, warn: (line) => warnings.push(line) });
  return {
    tested,
    scheduler,
    warnings,
    fired: () => tested.logs.lines().flatMap(({ line }) => (/^s\d$/.test(line) ? [line] : [])),
    [Symbol.asyncDispose]: async () => {
      await scheduler.stop(1_000);
      await tested[Symbol.asyncDispose]();
    },
  };
}

test('a jump fires every due schedule once, promptly, and counts on from there', async () => {
  const nextDue = parseSchedule('rate(30 days)', { where: 's1' });
  await using axis = scheduled(succeed, [{}, { nextDue }]);
  axis.tested.clock.advance(3 * day);
  await expect.poll(axis.fired, patience).toEqual(['s0']);
  axis.tested.clock.advance(minute / 2);
  axis.tested.clock.advance(minute);
  await expect.poll(axis.fired, patience).toEqual(['s0', 's0']);
});

test('on demand nothing fires by the clock, and everything when it is told to', async () => {
  await using axis = scheduled(succeed, [{}], true);
  axis.tested.clock.advance(3 * day);
  const [schedule] = axis.scheduler.schedules;
  if (!schedule) throw new Error('no schedule');
  await axis.scheduler.fire(schedule);
  expect(axis.fired()).toEqual(['s0']);
});

test('a clock that goes back does not silence a schedule', async () => {
  await using axis = scheduled(succeed, [{}]);
  axis.tested.clock.advance(-365 * day);
  axis.tested.clock.advance(minute);
  await expect.poll(axis.fired, patience).toEqual(['s0']);
});

test('a failed invocation is retried after one and after two minutes of axis time, and then given up', async () => {
  const rare = parseSchedule('rate(9 days)', { where: 's0' });
  await using axis = scheduled(fail, [{ nextDue: rare }]);
  const jumps = [9 * day, minute, 2 * minute, 60 * minute];
  for (const [index, jump] of jumps.entries()) {
    axis.tested.clock.advance(jump);
    const runs = Math.min(3, index + 1);
    await expect.poll(() => [axis.fired().length, axis.tested.lambda.counts.errors], patience).toEqual([runs, runs]);
  }
});

test('a disabled schedule fires only when told to, one without permission never, and says so', async () => {
  await using axis = scheduled(succeed, [{ enabled: false }, { refusal: 's1 may not' }]);
  axis.tested.clock.advance(day);
  await expect.poll(() => axis.warnings, patience).toEqual(['s1 may not']);
  expect(axis.fired()).toEqual([]);
  const [first, second] = axis.scheduler.schedules;
  if (first === undefined || second === undefined) throw new Error('two schedules expected');
  await axis.scheduler.fire(first);
  await expect(axis.scheduler.fire(second)).rejects.toThrow('s1 may not');
  expect(axis.fired()).toEqual(['s0']);
});
