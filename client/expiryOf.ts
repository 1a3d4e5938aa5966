import type { Invocation } from './command.ts';
import { momentOf } from './momentOf.ts';
import { UsageError } from './usageError.ts';

const UNIT_MS = { d: 86_400_000, h: 3_600_000 } as const;

/**
 * When deliveries expire, as a person wrote it in `--expires`: a moment, or days or hours from now.
 *
 * @param now milliseconds since the epoch
 * @throws UsageError
 */
export function expiryOf(invocation: Invocation, now: number): Date | undefined {
  const typed = invocation.text('expires');
  if (typed === undefined) return undefined;
  const period = /^(?<count>\d{1,4})(?<unit>[dh])$/.exec(typed)?.groups;
  if (period) return new Date(now + Number(period.count) * UNIT_MS[period.unit === 'd' ? 'd' : 'h']);
  // `Date.parse` takes a bare number for a year.
  const moment = /^\d{4}-\d{2}-\d{2}/.test(typed) ? momentOf(invocation, 'expires') : undefined;
  if (moment !== undefined) return new Date(moment);
  throw new UsageError('--expires is a moment or a period, as 2026-12-31T17:00+07:00, 5d or 36h');
}
