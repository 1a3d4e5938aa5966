import { LIMITS } from '../contract/limits.ts';
import { refuse } from '../contract/refusals.ts';

const HOUR = 3_600_000;

/**
 * A sender may say when deliveries that nobody collected expire. Over, or too far away, it is a mistake that nobody should find out
 * later.
 *
 * @param expiresAt milliseconds since the epoch
 * @param least hours that must be left; in the background none, as they were there when it was submitted
 * @returns undefined where it can be kept to
 */
export function checkExpiry(
  expiresAt: number | undefined,
  now: number,
  least: number = LIMITS.deliveryHours.least,
): ReturnType<typeof refuse> | undefined {
  if (expiresAt === undefined) return undefined;
  const { most } = LIMITS.deliveryHours;
  const isPossible = expiresAt >= now + least * HOUR && expiresAt <= now + most * HOUR;
  return isPossible
    ? undefined
    : refuse('delivery-expires-invalid', { given: new Date(expiresAt).toISOString(), least, most });
}
