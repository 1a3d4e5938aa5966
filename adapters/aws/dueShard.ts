import { shardOf } from './shards.ts';

/** Shard of the due index for an id. */
export const dueShardOf = (id: string): string => `due#${shardOf(id)}`;
