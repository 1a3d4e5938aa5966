import fc from 'fast-check';
import { expect, test } from 'vitest';
import { REQUESTS } from '../../../core/contract/requests.ts';
import { inboxKeyOf, leaseTokenOf, rankIn, rankOf, SYSTEM_LEASE, visibleAtOf } from '../../../core/receive/inboxKey.ts';

const time = fc.integer({ min: 0, max: 8_640_000_000_000 });
const rank = fc.constantFrom<0 | 1 | 2>(0, 1, 2);

test('keys sort by rank, then time, then id, as texts', () => {
  fc.assert(
    fc.property(rank, time, rank, time, (rankA, timeA, rankB, timeB) => {
      const [a, b] = [inboxKeyOf(rankA, timeA, 'x'), inboxKeyOf(rankB, timeB, 'x')];
      const expected = Math.sign(rankA - rankB || timeA - timeB);
      expect(a < b ? -1 : a > b ? 1 : 0).toBe(expected);
      expect(visibleAtOf(a)).toBe(timeA);
      expect(rankIn(a)).toBe(rankA);
    }),
  );
});

test.each([
  [0, 1],
  [1, 0],
  [4, 0],
  [5, 1],
  [-1, 1],
])('a document of priority %i has rank %i', (priority, expected) => {
  expect(rankOf({ kind: 'document', priority })).toBe(expected);
});

test('a status has a rank of its own, whatever its priority', () => {
  for (const priority of [0, 1, 4]) expect(rankOf({ kind: 'status', priority })).toBe(2);
});

test('a lease token says its rank and fits what the API takes', () => {
  for (const wanted of [0, 1, 2] as const) {
    const token = leaseTokenOf(wanted, 'A_-b'.repeat(8));
    expect(rankIn(token)).toBe(wanted);
    expect(REQUESTS.acknowledge.safeParse({ leaseToken: token }).success).toBe(true);
  }
});

test("no client can send the token of a system's own lease", () => {
  expect(REQUESTS.acknowledge.safeParse({ leaseToken: SYSTEM_LEASE }).success).toBe(false);
});
