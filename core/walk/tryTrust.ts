import type { AnswerOf } from '../contract/answers.ts';
import { sha256Of } from '../contract/derivedIds.ts';
import { LIMITS } from '../contract/limits.ts';
import type { CertificateListing } from '../contract/ports.ts';
import type { AgencyRecord, CertificateClaim } from '../contract/records.ts';
import { accept, type Outcome } from '../contract/refusals.ts';
import { failuresOf } from '../contract/report.ts';
import type { RequestOf } from '../contract/requests.ts';
import type { PublishedTrust } from '../contract/trustList.ts';
import { lintTrustList } from '../trust/lintTrustList.ts';
import type { CertificateJudge, CertificateVerdict } from '../verify/certificateJudge.ts';
import { refuseList, type TrustPorts } from './administerTrust.ts';

export interface TryTrustPorts extends Pick<TrustPorts, 'clock' | 'directory' | 'trust' | 'inspector'> {
  readonly listing: Pick<CertificateListing, 'inForce'>;
  /** A judge keeps one list at hand, and two lists are compared. */
  readonly newJudge: () => CertificateJudge;
}

type Trial = AnswerOf<'tryTrust'>;
/** Certificates that a path search takes from a sender at most. */
const HINTS = 32;
const DAY = 86_400_000;

/**
 * Judges a page of the registered certificates by the list in force and by a document that might replace it, as if their
 * agencies signed something now and sent along what either list knows of their issuers. What the lists say about messages, and
 * not about certificates, cannot be tried like that.
 */
export async function tryTrust(request: RequestOf<'tryTrust'>, ports: TryTrustPorts): Promise<Outcome<Trial>> {
  const now = ports.clock.now();
  const { list, problems } = lintTrustList(request.list, ports.inspector, now);
  if (!list) return refuseList(problems);
  const before = await ports.trust.current();
  const sha256 = sha256Of(Buffer.from(JSON.stringify(list)));
  const after: PublishedTrust = { version: (before?.version ?? 0) + 1, sha256, list };
  const page = await ports.listing.inForce({ limit: LIMITS.trust.trialPage, after: request.after });
  const agencies = await ports.directory.agencies(page.items.map(({ agencyId }) => agencyId));
  const compare = comparison(before, after, { ports, at: new Date(now) });
  const compared = page.items.map((claim, place) => compare(claim, agencies[place]));
  return accept({
    version: before?.version ?? 0,
    warnings: [...problems],
    checked: page.items.length,
    refusedByBoth: compared.filter((one) => one === 'refused-by-both').length,
    expiring: page.items.filter(({ notAfter }) => notAfter < now + LIMITS.trust.expiryDays * DAY).length,
    affected: compared.filter((one) => typeof one === 'object'),
    ...(page.next ? { next: page.next } : {}),
  });
}

type Compared = Trial['affected'][number] | 'same' | 'refused-by-both';

function comparison(
  before: PublishedTrust | undefined,
  after: PublishedTrust,
  { ports, at }: { readonly ports: TryTrustPorts; readonly at: Date },
): (claim: CertificateClaim, agency: AgencyRecord | undefined) => Compared {
  const known = [...new Set([...(before?.list.intermediates ?? []), ...after.list.intermediates])];
  const by = (trust: PublishedTrust) => {
    const judge = ports.newJudge();
    const intermediates = known
      .filter((certificate) => !trust.list.intermediates.includes(certificate))
      .slice(0, HINTS)
      .map((certificate) => Buffer.from(certificate, 'base64'));
    return (leaf: Buffer, agency: string) => judge.judge({ leaf, intermediates, at, agency, trust });
  };
  const [judgeBefore, judgeAfter] = [before && by(before), by(after)];
  return ({ der, thumbprint, notAfter }, agency) => {
    if (!agency) return 'same';
    const leaf = Buffer.from(der, 'base64');
    const was = judgeBefore?.(leaf, agency.code);
    const is = judgeAfter(leaf, agency.code);
    if (!is.ok && !was?.ok) return 'refused-by-both';
    if (is.ok && was?.ok) return 'same';
    return {
      agency: agency.code,
      name: agency.name,
      thumbprint,
      subject: is.signer?.subject ?? '',
      notAfter: new Date(notAfter).toISOString(),
      becomes: is.ok ? 'accepted' : 'refused',
      reason: reasonOf(is.ok ? was : is),
    };
  };
}

const reasonOf = (verdict: CertificateVerdict | undefined): string => {
  const [first] = failuresOf(verdict ?? { checks: [] });
  return first ? `${first.id}: ${first.reason ?? ''}` : 'no list was in force';
};
