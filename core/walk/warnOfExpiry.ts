import { expiryEventIdOf } from '../contract/derivedIds.ts';
import type { SystemId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { CertificateListing, Clock, Directory } from '../contract/ports.ts';
import type { AgencyRecord, CertificateClaim } from '../contract/records.ts';
import type { ExpiryMarks, WebhookQueue, Webhooks } from '../contract/webhook.ts';
import { isReplaced } from './expiringCertificates.ts';

export interface WarnPorts {
  readonly clock: Clock;
  readonly listing: Pick<CertificateListing, 'expiringPage'>;
  readonly directory: Pick<Directory, 'agencies'>;
  readonly webhooks: Pick<Webhooks, 'find'>;
  readonly queue: WebhookQueue;
  readonly marks: ExpiryMarks;
}

const DAY = 86_400_000;
const PAGE = 100;
/** Certificates that one look goes through: the first to expire come first, the others come nearer. */
const MOST_PAGES = 200;

/**
 * Tells systems of certificates of their agencies that end within 60, 30 and 7 days and that nothing replaces: once each. Who has no
 * webhook yet is told when it has one. First the queue, then the mark: a crash between them tells the same again, under the same id.
 *
 * @returns how many events went into the queue; above `LIMITS.expiryWarnings` the next day goes on
 */
export async function warnOfExpiry(ports: WarnPorts): Promise<number> {
  const now = ports.clock.now();
  const period = { from: now, until: now + LIMITS.trust.expiryDays * DAY };
  const hasWebhook = webhookLookup(ports);
  let told = 0;
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, next } = await ports.listing.expiringPage(period, { limit: PAGE, after });
    const due = items.flatMap((claim) => {
      const days = thresholdOf(claim, now);
      return days === undefined ? [] : [{ claim, days }];
    });
    const agencies = await ports.directory.agencies(due.map(({ claim }) => claim.agencyId));
    for (const [place, warning] of due.entries()) {
      const agency = agencies[place];
      const system = agency?.closedAt === undefined ? agency?.route?.system : undefined;
      if (!agency || !system || isReplaced(warning.claim, agency, now + warning.days * DAY)) continue;
      if (!(await hasWebhook(system))) continue;
      if (told >= LIMITS.expiryWarnings) return told;
      await tell({ ...warning, agency, system, now }, ports);
      told++;
    }
    if (next === undefined) break;
    after = next;
  }
  return told;
}

/** The fewest days of which its system should have been told and was not. */
function thresholdOf({ notAfter, warned = Number.POSITIVE_INFINITY }: CertificateClaim, now: number) {
  const days = LIMITS.expiryWarningDays.find((some) => notAfter <= now + some * DAY);
  return days !== undefined && days < warned ? days : undefined;
}

/** One read a system and round, however many agencies it serves. */
function webhookLookup({ webhooks }: WarnPorts): (system: SystemId) => Promise<boolean> {
  const known = new Map<SystemId, boolean>();
  return async (system) => {
    const found = known.get(system) ?? (await webhooks.find(system)) !== undefined;
    known.set(system, found);
    return found;
  };
}

interface Warning {
  readonly claim: CertificateClaim;
  readonly days: number;
  readonly agency: AgencyRecord;
  readonly system: SystemId;
  readonly now: number;
}

async function tell({ claim, days, agency, system, now }: Warning, { queue, marks }: WarnPorts): Promise<void> {
  const { thumbprint, notAfter } = claim;
  const data = {
    agency: agency.code,
    thumbprint,
    notAfter: new Date(notAfter).toISOString(),
    daysLeft: Math.floor((notAfter - now) / DAY),
  };
  const id = expiryEventIdOf(thumbprint, days);
  const event = { id, type: 'certificate.expiring' as const, timestamp: new Date(now).toISOString(), data };
  await queue.enqueue({ system, event });
  await marks.mark(thumbprint, days);
}
