import type { TimelineEntry } from '../contract/records.ts';

const HISTORY = 200;

/** A history keeps its first entry and the latest ones, 200 in all. */
export function withEntry(history: readonly TimelineEntry[], entry: TimelineEntry): readonly TimelineEntry[] {
  return history.length < HISTORY ? [...history, entry] : [...history.slice(0, 1), ...history.slice(2), entry];
}
