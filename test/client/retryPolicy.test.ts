import { expect, test } from 'vitest';
import { pauseAfter, retryAfterMs, USUAL_RETRIES } from '../../client/retryPolicy.ts';

const NOW = Date.parse('2026-11-21T00:00:00Z');

test.each([
  ['120', 120_000],
  ['0', 0],
  ['Sat, 21 Nov 2026 00:00:30 GMT', 30_000],
  ['Fri, 20 Nov 2026 00:00:30 GMT', 0],
  ['soon', undefined],
  ['-5', undefined],
  ['1e9', undefined],
  [null, undefined],
])('Retry-After %s asks for %s ms', (header, expected) => {
  expect(retryAfterMs(header, NOW)).toBe(expected);
});

test('pauses grow, are spread at random, and are capped', () => {
  const most = { retryAfterMs: undefined, random: () => 1 };
  const policy = { ...USUAL_RETRIES, attempts: 20 };
  expect([1, 2, 3, 10].map((attempt) => pauseAfter(attempt, policy, most))).toEqual([200, 400, 800, 5000]);
  expect(pauseAfter(3, policy, { retryAfterMs: undefined, random: () => 0.5 })).toBe(400);
});

test('the last attempt is the last', () => {
  expect(pauseAfter(5, USUAL_RETRIES, { retryAfterMs: 1, random: () => 1 })).toBeUndefined();
});
