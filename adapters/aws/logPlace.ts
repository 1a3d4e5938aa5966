import { LIMITS } from '../../core/contract/limits.ts';

/**
 * Every write that adds a step to a timeline puts its item into the index of what is to be logged, unless it is there: some minutes ahead,
 * so that the steps which follow soon are logged with it. A stage without evidence has no such index, and the attributes cost nothing.
 */

/** Attributes of a new item. */
export const logPlace = (id: string, at: number): { readonly logShard: string; readonly logAt: number } => ({
  logShard: `log#${id.charCodeAt(id.length - 1) % LIMITS.shards}`,
  logAt: at + LIMITS.log.seconds * 1000,
});

/** Parts of an update, with `logPlace` among its values. */
export const INTO_LOG = ['logShard = :logShard', 'logAt = if_not_exists(logAt, :logAt)'] as const;
