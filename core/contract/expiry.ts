import { LIMITS } from './limits.ts';
import type { DeliveryRecord, Due } from './records.ts';

const DAY = 86_400_000;

/** When a delivery that nobody collects expires. */
export const expiryOf = (queuedAt: number): number => queuedAt + LIMITS.deliveryDays * DAY;

/** What is next for a delivery that waits: its sender is warned ahead, half-way where it lives shortly. */
export function warningOf(queuedAt: number, expiresAt: number): Due {
  const ahead = Math.min(LIMITS.uncollectedWarningDays * DAY, (expiresAt - queuedAt) / 2);
  return { what: 'warn', at: Math.ceil(expiresAt - ahead), attempts: 0 };
}

/** What is next for a delivery that waits on: its sender is warned once in each of its lives, and then it expires. */
export function dueAgain({ timeline, expiresAt }: Pick<DeliveryRecord, 'timeline' | 'expiresAt'>, now: number): Due {
  const last = timeline.findLast(({ ev }) => ev === 'x-uncollected' || ev === 'x-requeued');
  const at = expiresAt ?? now;
  return last?.ev === 'x-uncollected' ? { what: 'expire', at, attempts: 0 } : warningOf(now, at);
}
