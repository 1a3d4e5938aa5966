import type { CertificateListing } from '../contract/ports.ts';
import type { CertificateClaim } from '../contract/records.ts';

const DAY = 86_400_000;
/** Longer than any certificate lasts. */
const CENTURY_MS = 100 * 365 * DAY;

/** The registered certificate that ends first, and in how many whole days; undefined where none is registered. */
export async function firstToEnd(
  now: number,
  listing: Pick<CertificateListing, 'expiring'>,
): Promise<{ readonly claim: CertificateClaim; readonly daysLeft: number } | undefined> {
  const [claim] = await listing.expiring(now, now + CENTURY_MS, 1);
  return claim && { claim, daysLeft: Math.floor((claim.notAfter - now) / DAY) };
}
