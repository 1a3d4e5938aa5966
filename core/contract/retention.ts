import * as z from 'zod/mini';
import type { DispatchId } from './ids.ts';
import type { Hold } from './life.ts';
import type { DispatchRecord, Due, TimelineEntry } from './records.ts';

const days = z.int().check(z.minimum(1), z.maximum(36_525));
const rule = z.strictObject({
  /** Days that content is kept after the last recipient finished. */
  contentDays: days,
  /** Days that the record is kept after its content was deleted. */
  recordDays: days,
});

/** How long what is kept, by kind of dispatch; the stage's configuration, handed on in the environment as JSON. */
export const RETENTION = z.strictObject({ document: rule, status: rule });
export type RetentionRules = z.infer<typeof RETENTION>;

/** @throws Error when the stage's configuration is not such a document */
export function readRetention(text: string): RetentionRules {
  try {
    return z.parse(RETENTION, JSON.parse(text));
  } catch (cause) {
    throw new Error('RETENTION is not a document of retention rules', { cause });
  }
}

/** Decisions on what is kept of a dispatch, each one conditional write. False: it is not as it was seen. */
export interface Retention {
  /** Puts a hold on, or takes it off, decided on the content as seen; `due` is when that is looked at again. */
  hold(
    seen: DispatchRecord,
    change: { readonly hold?: Hold; readonly entry: TimelineEntry; readonly due?: Due },
  ): Promise<boolean>;
  /** From now on nobody is handed the content. False also while it is held. */
  close(seen: DispatchRecord, at: number): Promise<boolean>;
  /** The content is gone. */
  deleted(seen: DispatchRecord, change: { readonly entry: TimelineEntry; readonly due: Due }): Promise<boolean>;
  /** Removes the dispatch and all that hangs on it. False while it is held. */
  forget(seen: DispatchRecord): Promise<boolean>;
}

/** The objects of dispatches, with all their versions. */
export interface ContentRemoval {
  /** @returns how many versions were removed; repeats find none */
  remove(id: DispatchId): Promise<number>;
}
