import type { TimelineEntry } from './records.ts';

/** Whether the axis takes anything new, and what operators said about it: one item of the registry, absent until the first pause. */
export interface PauseRecord {
  readonly v: 1;
  /** Counts the writes from 1: a change holds only if nobody else changed it meanwhile. */
  readonly revision: number;
  readonly paused: boolean;
  /** When it was paused or resumed, by whom and why. */
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly history: readonly TimelineEntry[];
}

/** The sign that every function looks at which takes something new; believed for at most `LIMITS.registryCacheSeconds`. */
export interface PauseSign {
  pause(): Promise<PauseRecord | undefined>;
}

export interface PauseWrites {
  /** Writes the changed record only over the revision before its own. */
  replacePause(pause: PauseRecord): Promise<boolean>;
}
