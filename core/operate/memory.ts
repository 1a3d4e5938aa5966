import type { Forgotten, MemoryRecord } from '../contract/memory.ts';

export interface Recalled {
  readonly memory: MemoryRecord | undefined;
  /** Read before the memory: it never runs ahead of a table that was not put back. */
  readonly witness: number | undefined;
  readonly now: number;
}

/** Whether the table knows fewer rounds than there were: it was put back, or is a new one. */
export const wasPutBack = ({ memory, witness }: Omit<Recalled, 'now'>): boolean =>
  (witness ?? 0) > (memory?.round ?? 0);

/** The memory after one more round. Time that was forgotten before and now is one stretch: what lies between is only kept longer. */
export function nextRound(recalled: Recalled): MemoryRecord {
  const { memory, witness = 0, now } = recalled;
  const before = memory?.forgotten;
  const lost = wasPutBack(recalled);
  const from = Math.min(memory?.at ?? 0, before?.from ?? Number.POSITIVE_INFINITY);
  const forgotten = lost ? { from, to: now } : before;
  const restoredAt = lost ? now : memory?.restoredAt;
  return {
    v: 1,
    round: Math.max(witness, memory?.round ?? 0) + 1,
    at: now,
    ...(forgotten ? { forgotten } : {}),
    ...(restoredAt === undefined ? {} : { restoredAt }),
    history: memory?.history ?? [],
  };
}

const DAY = 86_400_000;

/**
 * Whether the record of an object that was written then may be among what was forgotten. A day on each side: bytes may lie for half a
 * day before their record is written, and functions of the old table may work on for minutes.
 */
export const isOfForgotten = (at: number, { from, to }: Forgotten): boolean => at >= from - DAY && at <= to + DAY;
