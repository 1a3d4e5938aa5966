import type { AnswerOf } from '../contract/answers.ts';
import { iso } from '../contract/iso.ts';
import type { Clock } from '../contract/ports.ts';
import { accept, type Outcome } from '../contract/refusals.ts';
import type { RevocationIndex, RevocationSource } from '../contract/revocation.ts';
import { staleSince } from './revocation.ts';

type RevocationView = AnswerOf<'showRevocation'>;

const HOUR_MS = 3_600_000;

/** Where news of revoked certificates come from, and how they are; those that are stale come first. */
export async function showRevocation(ports: {
  readonly clock: Clock;
  readonly index: Pick<RevocationIndex, 'current'>;
}): Promise<Outcome<RevocationView>> {
  const record = await ports.index.current();
  if (!record) return accept({ leftOut: 0, sources: [] });
  const now = ports.clock.now();
  const sources = record.sources.map((source) => viewSource(source, now));
  return accept({
    at: iso(record.at),
    trust: record.trust,
    leftOut: record.leftOut,
    sources: sources.toSorted((a, b) => (b.staleHours ?? -1) - (a.staleHours ?? -1)),
  });
}

function viewSource(source: RevocationSource, now: number): RevocationView['sources'][number] {
  const { kind, address, about, issuer, held, failing } = source;
  const since = staleSince(source, now);
  return {
    kind,
    address,
    ...(about === undefined ? {} : { about }),
    issuer,
    ...(held && {
      held: {
        sha256: held.sha256,
        bytes: held.bytes,
        thisUpdate: iso(held.thisUpdate),
        nextUpdate: iso(held.nextUpdate),
        fetchedAt: iso(held.fetchedAt),
      },
    }),
    ...(since === undefined ? {} : { staleHours: Math.floor((now - since) / HOUR_MS) }),
    ...(failing && { failing: { since: iso(failing.since), why: failing.why } }),
  };
}
