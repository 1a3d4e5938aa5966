import fc from 'fast-check';
import { expect, test } from 'vitest';
import { REQUESTS } from '../../../core/contract/requests.ts';
import { inboxKeyOf, leaseTokenOf, urgencyOf, urgencyOfToken, visibleAtOf } from '../../../core/receive/inboxKey.ts';

const time = fc.integer({ min: 0, max: 8_640_000_000_000 });
const urgency = fc.constantFrom<0 | 1>(0, 1);

test('keys sort by urgency, then time, then id, as texts', () => {
  fc.assert(
    fc.property(urgency, time, urgency, time, (urgencyA, timeA, urgencyB, timeB) => {
      const [a, b] = [inboxKeyOf(urgencyA, timeA, 'x'), inboxKeyOf(urgencyB, timeB, 'x')];
      const expected = Math.sign(urgencyA - urgencyB || timeA - timeB);
      expect(a < b ? -1 : a > b ? 1 : 0).toBe(expected);
      expect(visibleAtOf(a)).toBe(timeA);
    }),
  );
});

test.each([
  [0, 1],
  [1, 0],
  [4, 0],
  [5, 1],
  [-1, 1],
])('priority %i has urgency %i', (priority, expected) => {
  expect(urgencyOf(priority)).toBe(expected);
});

test('a lease token says its urgency and fits what the API takes', () => {
  for (const wanted of [0, 1] as const) {
    const token = leaseTokenOf(wanted, 'A_-b'.repeat(8));
    expect(urgencyOfToken(token)).toBe(wanted);
    expect(REQUESTS.acknowledge.safeParse({ leaseToken: token }).success).toBe(true);
  }
});
