import type { TimelineEntry } from './records.ts';

/** Time that the table of dispatches does not know of, because it was put back to an earlier state. Milliseconds since the epoch. */
export interface Forgotten {
  /** When the table as it is now last heard of the time. */
  readonly from: number;
  /** When it was seen that it had been put back. */
  readonly to: number;
}

/**
 * What the table of dispatches knows of its own past: one item of it. Rounds are counted here and, after each, in an object outside of
 * all tables: a table that knows fewer rounds than the object was put back.
 */
export interface MemoryRecord {
  readonly v: 1;
  /** Grows with each write: a change holds only if nobody else changed it meanwhile. */
  readonly round: number;
  readonly at: number;
  /** There until an operator says that what could be rebuilt was rebuilt. */
  readonly forgotten?: Forgotten;
  /** When it was last seen that the table had been put back; stays for good. */
  readonly restoredAt?: number;
  /** What operators said about it. */
  readonly history: readonly TimelineEntry[];
}

export interface Memory {
  /** Strongly consistent. */
  read(): Promise<MemoryRecord | undefined>;
  /** Writes over what was seen; false: somebody else did. */
  write(memory: MemoryRecord, seen: MemoryRecord | undefined): Promise<boolean>;
}

/** The count of rounds outside of the tables. */
export interface Witness {
  read(): Promise<number | undefined>;
  write(round: number): Promise<void>;
}
