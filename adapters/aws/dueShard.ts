import { LIMITS } from '../../core/contract/limits.ts';

/** Shard of the due index for an id: its last base32 character, which is as even as SHA-256. */
export function dueShardOf(id: string): string {
  return `due#${id.charCodeAt(id.length - 1) % LIMITS.shards}`;
}
