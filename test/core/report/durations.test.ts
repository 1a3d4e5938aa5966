import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Durations, RELATIVE_ERROR } from '../../../core/report/durations.ts';

const durationsOf = (all: readonly number[]): Durations => {
  const durations = new Durations();
  for (const ms of all) durations.add(ms);
  return durations;
};

/** Nearest rank, over everything that there is. */
const exactly = (all: readonly number[], share: number): number =>
  all.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * all.length)) - 1] ?? Number.NaN;

const DAY = 86_400_000;
const someTimes = fc.array(
  fc.double({ min: 0, max: Math.log(400 * DAY), noNaN: true }).map((power) => Math.floor(Math.exp(power))),
  { minLength: 1, maxLength: 700 },
);

test('the error is at most one percent', () => {
  expect(RELATIVE_ERROR).toBeLessThan(0.01);
});

test.each([0.5, 0.9])(
  'the %d quantile of any durations is off by at most that, below a second by less than one',
  (share) => {
    fc.assert(
      fc.property(someTimes, (all) => {
        const exact = exactly(all, share);
        const told = durationsOf(all).quantile(share) ?? Number.NaN;
        expect(Math.abs(told - exact)).toBeLessThanOrEqual(Math.max(1000, exact * RELATIVE_ERROR * (1 + 1e-9)));
      }),
      { numRuns: 40 },
    );
  },
);

test('the order makes no difference, and neither does the way in which few and many are kept', () => {
  const all = Array.from({ length: 2000 }, (_, n) => ((n * 7919) % 2003) * 60_000);
  const [forth, back] = [durationsOf(all), durationsOf(all.toReversed())];
  for (const share of [0.01, 0.5, 0.9, 1]) expect(forth.quantile(share)).toBe(back.quantile(share));
  const few = durationsOf(all.slice(0, 512));
  const more = durationsOf([...all.slice(0, 512), all[0] ?? 0]);
  expect(Math.abs((few.quantile(0.5) ?? 0) / (more.quantile(0.5) ?? 1) - 1)).toBeLessThan(0.05);
  expect([few.count, more.count]).toEqual([512, 513]);
});

test('of none there is no median', () => {
  expect(new Durations().quantile(0.5)).toBeUndefined();
});

test('a negative duration counts as none, one of years as the longest', () => {
  expect(durationsOf([-5]).quantile(1)).toBeLessThanOrEqual(1000);
  expect(durationsOf([4000 * DAY]).quantile(1)).toBeGreaterThan(390 * DAY);
});

test.each([10, 1000])(
  'of %d durations as many are counted up to a time as are not longer, within the error',
  (count) => {
    const durations = durationsOf(Array.from({ length: count }, (_, n) => (n + 1) * 60_000));
    const half = durations.countUpTo((count / 2) * 60_000);
    expect(half).toBeGreaterThanOrEqual(count / 2);
    expect(half).toBeLessThanOrEqual((count / 2) * 1.03);
  },
);
