import { expect, test } from 'vitest';
import { handOut, type Sent } from '../../bench/fairness/fairQueue.ts';

const workers = { count: 10, batch: 10 };
const large = (messages: number): readonly Sent[] =>
  Array.from({ length: messages }, () => ({ group: 'large', at: 0, takesMs: 1000 }));
const small: Sent = { group: 'small', at: 1, takesMs: 100 };
const waitOf = (order: 'oldest' | 'fair', messages: readonly Sent[]) =>
  handOut(messages, workers, order).find(({ group }) => group === 'small');

test('the oldest first, a small sender waits for everything that a large one sent before', () => {
  // 1,000 messages are ten rounds of ten workers with ten messages each.
  expect(waitOf('oldest', [...large(1000), small])).toMatchObject({ waitedMs: 9999, overtakenBy: 900 });
});

test('with message groups it is among the first that the next free worker takes', () => {
  const waited = waitOf('fair', [...large(1000), small]);
  expect(waited?.waitedMs).toBe(999);
  // A sender is noisy from thirty messages in work: so many come before it.
  expect(waited?.overtakenBy).toBe(30);
});

test('every message is handed out once, and none waits where a worker is free', () => {
  for (const order of ['oldest', 'fair'] as const) {
    const done = handOut([...large(85), small], workers, order);
    expect(done).toHaveLength(86);
    expect(done.every(({ waitedMs }) => waitedMs === 0)).toBe(true);
  }
});

test('two noisy senders share the workers, whoever sent first', () => {
  const other: readonly Sent[] = Array.from({ length: 200 }, () => ({ group: 'other', at: 500, takesMs: 1000 }));
  const nextHundred = (order: 'oldest' | 'fair') => handOut([...large(400), ...other], workers, order).slice(100, 200);
  const others = (order: 'oldest' | 'fair') => nextHundred(order).filter(({ group }) => group === 'other').length;
  expect([others('oldest'), others('fair')]).toEqual([0, 50]);
});
