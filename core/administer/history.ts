import type { TimelineEntry } from '../contract/records.ts';

const HISTORY = 200;
/** Bytes of a history as JSON: far below the 400 KB of an item, so that there is always room for one more entry. */
const HISTORY_BYTES = 128 * 1024;

/** A history keeps its first entry and the latest ones: 200 in all unless told otherwise, and fewer where they are long. */
export function withEntry(
  history: readonly TimelineEntry[],
  entry: TimelineEntry,
  most = HISTORY,
): readonly TimelineEntry[] {
  const [first, ...later] = history;
  if (!first) return [entry];
  let room = HISTORY_BYTES - bytesOf(first) - bytesOf(entry);
  let kept = later.length;
  while (kept > 0 && later.length - kept < most - 2) {
    room -= bytesOf(later[kept - 1]);
    if (room < 0) break;
    kept--;
  }
  return [first, ...later.slice(kept), entry];
}

const bytesOf = (entry: TimelineEntry | undefined): number => Buffer.byteLength(JSON.stringify(entry ?? null));
