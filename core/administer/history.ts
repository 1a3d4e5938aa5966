import type { TimelineEntry } from '../contract/records.ts';

const HISTORY = 200;

/** A history keeps its first entry and the latest ones, 200 in all unless told otherwise. */
export function withEntry(
  history: readonly TimelineEntry[],
  entry: TimelineEntry,
  most = HISTORY,
): readonly TimelineEntry[] {
  return history.length < most ? [...history, entry] : [...history.slice(0, 1), ...history.slice(2), entry];
}
