import { LIMITS } from '../contract/limits.ts';
import type { CertificateListing, Clock, Directory } from '../contract/ports.ts';
import type { AgencyRecord, CertificateClaim } from '../contract/records.ts';
import { firstToEnd } from './firstToEnd.ts';

export interface ExpiryPorts {
  readonly clock: Clock;
  readonly listing: Pick<CertificateListing, 'countExpiring' | 'expiring'>;
  readonly directory: Pick<Directory, 'agencies'>;
}

/** A certificate that ends within days while its agency has no other that lasts longer. */
export interface UrgentCertificate {
  readonly agency: string;
  readonly thumbprint: string;
  /** ISO 8601. */
  readonly notAfter: string;
}

export interface Expiring {
  /** How many registered certificates expire within so many days; those that are being retired do not count. */
  readonly within: { readonly 7: number; readonly 30: number; readonly 60: number };
  /** Of those within 7 days the ones that nothing replaces: their agencies are about to be unable to sign. */
  readonly urgent: readonly UrgentCertificate[];
  /** Whole days until the first of all ends; undefined where none is registered. */
  readonly daysLeft: number | undefined;
}

const DAY = 86_400_000;
const URGENT_DAYS = 7;

/**
 * Looks, once a day, at what will expire. The operator hears of it by metric, alarm and log, the agency's own system by
 * its webhook (`warnOfExpiry`).
 */
export async function expiringCertificates({ clock, listing, directory }: ExpiryPorts): Promise<Expiring> {
  const now = clock.now();
  const count = (days: number) => listing.countExpiring(now, now + days * DAY);
  const [week, month, months] = await Promise.all([count(URGENT_DAYS), count(30), count(LIMITS.trust.expiryDays)]);
  const claims = await listing.expiring(now, now + URGENT_DAYS * DAY, LIMITS.trust.urgentCertificates);
  const first = await firstToEnd(now, listing);
  const agencies = await directory.agencies(claims.map(({ agencyId }) => agencyId));
  const urgent = claims.flatMap((claim, place) => {
    const agency = agencies[place];
    if (!agency || isReplaced(claim, agency, now + URGENT_DAYS * DAY)) return [];
    const { thumbprint, notAfter } = claim;
    return [{ agency: agency.code, thumbprint, notAfter: new Date(notAfter).toISOString() }];
  });
  return {
    within: { 7: week, 30: month, 60: months },
    urgent,
    daysLeft: first?.daysLeft,
  };
}

/** Whether the agency has another certificate that is good beyond a moment, or is no sender any more. */
export function isReplaced({ thumbprint }: CertificateClaim, agency: AgencyRecord, lasts: number): boolean {
  const others = agency.certificates.filter((other) => other !== thumbprint);
  const outlasts = (other: string) =>
    (agency.expiring?.[other] ?? 0) > lasts && (agency.retiring?.[other] ?? Number.POSITIVE_INFINITY) > lasts;
  return agency.successor !== undefined || others.some(outlasts);
}
