import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  budgetOf,
  drawFor,
  filled,
  leftOf,
  newPurse,
  type Purse,
  spend,
  windowOf,
} from '../../../core/budget/purse.ts';
import type { Amounts } from '../../../core/contract/budget.ts';
import { LIMITS } from '../../../core/contract/limits.ts';

const WINDOW = { id: 'centre#0', endsAt: 60_000 };
const ONE: Amounts = { requests: 1, bytes: 0 };

/** Instances of functions that count in one place. */
class Instances {
  readonly budget: Amounts;
  readonly #purses: Purse[];
  drawn: Amounts = { requests: 0, bytes: 0 };
  writes = 0;

  constructor(count: number, budget: Partial<Amounts> = {}) {
    this.budget = budgetOf({ limits: budget });
    this.#purses = Array.from({ length: count }, () => newPurse(WINDOW));
  }

  /** Whether the request passes. */
  ask(instance: number, cost: Amounts = ONE): boolean {
    let purse = this.purse(instance);
    const priced = { cost, budget: this.budget };
    const wanted = drawFor(purse, priced);
    if (wanted) {
      this.writes++;
      this.drawn = { requests: this.drawn.requests + wanted.requests, bytes: this.drawn.bytes + wanted.bytes };
      purse = filled(purse, wanted, { drawn: this.drawn, budget: this.budget });
    }
    const spent = spend(purse, priced);
    this.#purses[instance] = spent.purse;
    return spent.short === undefined;
  }

  /** How many of so many requests pass. */
  passing(instance: number, count: number, cost: Amounts = ONE): number {
    return Array.from({ length: count }, () => this.ask(instance, cost)).filter(Boolean).length;
  }

  purse(instance: number): Purse {
    const purse = this.#purses[instance];
    if (!purse) throw new RangeError(String(instance));
    return purse;
  }
}

describe('requests', () => {
  test('one instance lets exactly the budget pass, with one write for 50 requests once it is busy', () => {
    const axis = new Instances(1);
    expect(axis.passing(0, 7000)).toBe(6000);
    expect(axis.writes).toBeLessThanOrEqual(6000 / 50 + 5);
  });

  test('a budget that is used up costs no further write: a million refused requests leave nothing', () => {
    const axis = new Instances(1, { requests: 200 });
    axis.passing(0, 300);
    const { writes } = axis;
    expect(axis.passing(0, 1_000_000)).toBe(0);
    expect(axis.writes).toBe(writes);
  });

  test('who asks seldom costs no write at all, on any number of instances', () => {
    const axis = new Instances(100);
    for (let instance = 0; instance < 100; instance++) expect(axis.passing(instance, 5)).toBe(5);
    expect(axis.writes).toBe(0);
  });

  test('what was spent before the first draw is counted with it', () => {
    const axis = new Instances(1);
    axis.passing(0, 6);
    expect(axis.drawn.requests).toBeGreaterThanOrEqual(6);
  });

  test('a small budget is kept to the letter by any number of instances', () => {
    const axis = new Instances(50, { requests: 60 });
    const passed = Array.from({ length: 50 * 20 }, (_, turn) => axis.ask(turn % 50)).filter(Boolean).length;
    expect(passed).toBeLessThanOrEqual(60);
    expect(passed).toBeGreaterThan(50);
  });

  test.each([1, 10, 100])(
    '%i instances at once: never more than the budget and five each, never less than half',
    (count) => {
      const axis = new Instances(count);
      const turns = 20_000;
      const passed = Array.from({ length: turns }, (_, turn) => axis.ask(turn % count)).filter(Boolean).length;
      expect(passed).toBeLessThanOrEqual(6000 + 5 * count);
      expect(passed).toBeGreaterThanOrEqual(3000);
    },
  );

  test('whatever the traffic and the budget: at most the budget and what each instance gives in advance', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 4000 }),
        (requests, turns) => {
          const axis = new Instances(8, { requests });
          const passed = turns.filter((instance) => axis.ask(instance)).length;
          return passed <= requests + 8 * 5 && (turns.length > requests || passed >= turns.length / 3);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('bytes', () => {
  const MB = 1024 * 1024;

  test('small messages are counted by the megabyte, not one by one', () => {
    const axis = new Instances(1);
    expect(axis.passing(0, 1000, { requests: 1, bytes: 8000 })).toBe(1000);
    expect(axis.writes).toBeLessThan(30);
  });

  test('a file larger than what is left passes once, and then nothing with bytes until the window ends', () => {
    const axis = new Instances(1, { bytes: 100 * MB });
    expect(axis.ask(0, { requests: 1, bytes: 60 * MB })).toBe(true);
    expect(axis.ask(0, { requests: 1, bytes: 2048 * MB })).toBe(true);
    expect(axis.ask(0, { requests: 1, bytes: 1 })).toBe(false);
    expect(axis.ask(0)).toBe(true);
  });

  test('a request that is refused for its bytes is spent all the same', () => {
    const axis = new Instances(1, { requests: 100, bytes: MB });
    axis.ask(0, { requests: 1, bytes: 2 * MB });
    expect(axis.passing(0, 200, { requests: 1, bytes: MB })).toBe(0);
    expect(axis.ask(0)).toBe(false);
  });
});

test('windows of a minute follow each other without a gap, and begin at other seconds for other systems', () => {
  const now = Date.parse('2026-03-02T08:00:00Z');
  const { id, endsAt } = windowOf('centre', now);
  expect(endsAt - now).toBeLessThanOrEqual(LIMITS.budget.windowSeconds * 1000);
  expect(windowOf('centre', endsAt - 1)).toEqual({ id, endsAt });
  expect(windowOf('centre', endsAt)).toMatchObject({ endsAt: endsAt + 60_000 });
  expect(new Set(['a-1', 'b-2', 'c-3', 'd-4'].map((system) => windowOf(system, now).endsAt)).size).toBeGreaterThan(2);
});

test('what is left goes down with every request and never below nothing', () => {
  const axis = new Instances(1, { requests: 100 });
  const left = Array.from({ length: 120 }, () => {
    axis.ask(0);
    return leftOf(axis.purse(0), axis.budget).requests;
  });
  expect(left.slice(0, 3)).toEqual([99, 98, 97]);
  expect(left.slice(98, 102)).toEqual([1, 0, 0, 0]);
});
