import { LIMITS } from '../../core/contract/limits.ts';
import type { TimelineEntry } from '../../core/contract/records.ts';
import { shardOf } from './shards.ts';

/**
 * Every write that adds a step to a timeline puts its item into the index of what is to be logged, unless it is there: some minutes ahead,
 * so that the steps which follow soon are logged with it. A stage without evidence has no such index, and the attributes cost nothing.
 */

/** Attributes of a new item. */
export const logPlace = (id: string, at: number): { readonly logShard: string; readonly logAt: number } => ({
  logShard: `log#${shardOf(id)}`,
  logAt: at + LIMITS.log.seconds * 1000,
});

/** Adds a step to the timeline, and the item to what is to be logged; needs `#timeline` and `entryValues`. */
export const ADD_ENTRY = [
  '#timeline = list_append(#timeline, :entry)',
  'logShard = :logShard',
  'logAt = if_not_exists(logAt, :logAt)',
] as const;
export const entryValues = (id: string, entry: TimelineEntry): Readonly<Record<string, unknown>> => ({
  entry: [entry],
  ...logPlace(id, entry.at),
});
