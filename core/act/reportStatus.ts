import { type BusinessStatus, isLater } from '../contract/life.ts';
import { BUSINESS_STATES, BUSINESS_TRANSITIONS, type BusinessState, leads } from '../contract/lifeStates.ts';
import { LIMITS } from '../contract/limits.ts';
import type { DeliveryRecord } from '../contract/records.ts';
import type { Acting } from './acting.ts';

/** What one report of a business status makes of the statuses reported before. */
export interface Reported {
  readonly status: BusinessStatus;
  /** Whether it is the current one now. */
  readonly moved: boolean;
  /** Whether its code was reported for the first time. */
  readonly first: boolean;
}

/** Unknown codes and steps backward are recorded and change nothing; a repeated code is counted. */
export function reportStatus(seen: DeliveryRecord, acting: Acting): Reported {
  const { code = '', by, acceptedAt } = acting;
  const before = seen.businessStatus ?? { reported: {}, recent: [] };
  const recent = [by, ...before.recent].slice(0, LIMITS.recentReports);
  const moved = isBusinessState(code) && leads(BUSINESS_TRANSITIONS, before.code ?? 'none', code);
  const first = before.reported[code] === undefined;
  if (first) {
    const reported = { ...before.reported, [code]: acceptedAt };
    return { status: { ...before, reported, recent, ...(moved ? { code } : {}) }, moved, first };
  }
  const { count, first: since = acceptedAt } = before.repeats ?? { count: 0 };
  const repeats = { count: count + 1, first: since, last: acceptedAt };
  // Queues do not keep order: the first report is the one that was accepted first.
  const reported = { ...before.reported, [code]: Math.min(before.reported[code] ?? acceptedAt, acceptedAt) };
  return { status: { ...before, reported, repeats, recent, ...(moved ? { code } : {}) }, moved, first };
}

/** The request that a code 15 or 16 answers: the recall if one is open, else the revision. */
export function openRequest({ recall, revision }: DeliveryRecord, answer: Acting): 'recall' | 'revision' | undefined {
  if (recall?.state === 'requested' && isLater(answer, recall)) return 'recall';
  return revision?.state === 'requested' && isLater(answer, revision) ? 'revision' : undefined;
}

const isBusinessState = (code: string): code is BusinessState => BUSINESS_STATES.some((state) => state === code);
