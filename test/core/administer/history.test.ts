import { expect, test } from 'vitest';
import { withEntry } from '../../../core/administer/history.ts';
import type { TimelineEntry } from '../../../core/contract/records.ts';

const entryOf = (at: number, text = 'x'): TimelineEntry => ({
  ev: 'x-changed',
  at,
  by: 'system:x',
  from: text,
  to: text,
});

function historyOf(count: number, text?: string, most?: number): readonly TimelineEntry[] {
  let history: readonly TimelineEntry[] = [];
  for (let at = 1; at <= count; at++) history = withEntry(history, entryOf(at, text), most);
  return history;
}
const times = (history: readonly TimelineEntry[]): number[] => history.map(({ at }) => at);

test('keeps every entry up to the bound, then the first and the latest', () => {
  expect(times(historyOf(0))).toEqual([]);
  expect(times(historyOf(3, 'x', 3))).toEqual([1, 2, 3]);
  expect(times(historyOf(5, 'x', 3))).toEqual([1, 4, 5]);
  expect(historyOf(201)).toHaveLength(200);
  expect(times(historyOf(201)).slice(0, 3)).toEqual([1, 3, 4]);
});

test('whoever writes long entries fills no item: the next entry, an operator’s, still fits', () => {
  const history = historyOf(400, 'ệ'.repeat(450));
  expect(times(history)[0]).toBe(1);
  expect(times(history).at(-1)).toBe(400);
  expect(history.length).toBeGreaterThan(40);
  expect(Buffer.byteLength(JSON.stringify(withEntry(history, entryOf(401))))).toBeLessThan(130 * 1024);
});
