import { sha256Of, thumbprintOf } from '../contract/derivedIds.ts';
import type { Thumbprint } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { CertificateListing, Clock, TrustLists } from '../contract/ports.ts';
import type {
  CheckedNews,
  Fetched,
  HeldNews,
  PublicWeb,
  RevocationIndex,
  RevocationObjects,
  RevocationReader,
  RevocationRecord,
  RevocationSource,
} from '../contract/revocation.ts';
import type { PublishedTrust } from '../contract/trustList.ts';

export interface RefreshPorts {
  readonly clock: Clock;
  readonly trust: TrustLists;
  readonly listing: Pick<CertificateListing, 'inForce'>;
  readonly index: RevocationIndex;
  readonly objects: RevocationObjects;
  readonly web: PublicWeb;
  readonly reader: RevocationReader;
  readonly nonce: () => Buffer;
}

/** What a round of asking for news came to. */
export interface Refreshed {
  readonly sources: number;
  readonly asked: number;
  readonly renewed: number;
  readonly failing: number;
  /** Sources whose news are past their end, or that never gave any. */
  readonly stale: number;
  /** Hours since the end of the oldest news. */
  readonly staleHours: number;
  readonly leftOut: number;
  /** The first sources that fail, for the log. */
  readonly troubles: readonly { readonly address: string; readonly issuer: string; readonly why: string }[];
}

const TROUBLES_SHOWN = 20;
const CERTIFICATES_AT_ONCE = 500;
/** Addresses of lists that one certificate may add: honest ones name one or two, and one with hundreds would leave no room. */
const ADDRESSES = 4;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A source, and for a responder the certificate that it is asked about. */
interface Asked {
  readonly source: RevocationSource;
  readonly certificate?: Buffer;
}

/**
 * Asks for news of revoked certificates wherever it is time: what is fetched is checked before it takes the place of what
 * is held, and what is held stays however long an address fails. The index is written last and commits.
 *
 * @returns undefined while there is no trust list, or when another round was faster.
 */
export async function refreshRevocation(ports: RefreshPorts): Promise<Refreshed | undefined> {
  const trust = await ports.trust.current();
  if (!trust) return undefined;
  const now = ports.clock.now();
  const seen = await ports.index.current();
  const authorities = authoritiesOf(trust);
  const isLook = seen?.trust !== trust.version || seen.lookedAt + LIMITS.revocationMinutes.look * MINUTE_MS <= now;
  const known = seen?.sources ?? [];
  const { found, leftOut } = isLook
    ? await lookAround(authorities, ports)
    : { found: known.map((source) => ({ source })), leftOut: seen.leftOut };
  const wanted = found.map((asked) => withHistory(asked, known));
  const due = wanted.filter((asked) => isDue(asked, now));
  const budget = { left: LIMITS.revocationBytes.held - sizeOf(wanted) };
  const renewed = await askAll(due, { authorities, now, budget }, ports);
  const sources = wanted.map((asked) => renewed.get(asked) ?? asked.source);
  const record: RevocationRecord = {
    v: 1,
    at: now,
    trust: trust.version,
    lookedAt: isLook ? now : (seen?.lookedAt ?? now),
    leftOut,
    sources,
  };
  const isChanged = isLook || renewed.size > 0;
  if (isChanged && !(await ports.index.replace(record, seen))) return undefined;
  return countsOf(record, { asked: due.length, now });
}

const authoritiesOf = ({ list }: PublishedTrust): readonly Buffer[] =>
  [...list.anchors.map(({ certificate }) => certificate), ...list.intermediates, ...list.timeStamps.anchors].map(
    (der) => Buffer.from(der, 'base64'),
  );

/** A responder is asked with the certificate itself, which only looking around brings to hand. */
const isDue = ({ source: { kind, held, triedAt, failing }, certificate }: Asked, now: number): boolean =>
  (kind === 'crl' || certificate !== undefined) &&
  (!held ||
    failing !== undefined ||
    held.nextUpdate <= now ||
    (triedAt ?? 0) + LIMITS.revocationMinutes.ask * MINUTE_MS <= now);

/** Every address that the trust list's and the registered certificates name: lists first, each once for an issuer. */
async function lookAround(
  authorities: readonly Buffer[],
  ports: RefreshPorts,
): Promise<{ readonly found: readonly Asked[]; readonly leftOut: number }> {
  const lists = new Map<string, Asked>();
  const responders: Asked[] = [];
  let beyond = 0;
  const look = (der: Buffer, isRegistered: boolean): void => {
    const pointers = ports.reader.pointers(der);
    for (const address of pointers?.crl.slice(0, ADDRESSES) ?? []) {
      const issuer = pointers?.issuer ?? '';
      // By both: a stranger's certificate that names the address too must not say whose list is expected there.
      const key = `${issuer}\n${address}`;
      if (!lists.has(key)) lists.set(key, { source: { kind: 'crl', address, issuer } });
    }
    const [responder] = pointers?.ocsp ?? [];
    if (!isRegistered || !pointers || pointers.crl.length > 0 || responder === undefined) return;
    const about: Thumbprint = thumbprintOf(der);
    const source: RevocationSource = { kind: 'ocsp', address: responder, about, issuer: pointers.issuer };
    if (responders.length < LIMITS.revocation.responders) responders.push({ source, certificate: der });
    else beyond++;
  };
  for (const der of authorities) look(der, false);
  let after: string | undefined;
  do {
    const page = await ports.listing.inForce({ limit: CERTIFICATES_AT_ONCE, after });
    for (const { der } of page.items) look(Buffer.from(der, 'base64'), true);
    after = page.next;
  } while (after !== undefined);
  const all = [...lists.values(), ...responders];
  const found = all.slice(0, LIMITS.revocation.sources);
  return { found, leftOut: all.length - found.length + beyond };
}

function withHistory(asked: Asked, known: readonly RevocationSource[]): Asked {
  const { kind, address, about, issuer } = asked.source;
  const before = known.find(
    (one) => one.kind === kind && one.address === address && one.about === about && one.issuer === issuer,
  );
  return before ? { ...asked, source: before } : asked;
}

const sizeOf = (all: readonly Asked[]): number => all.reduce((sum, { source }) => sum + (source.held?.bytes ?? 0), 0);

/** What a round asks with. */
interface Round {
  readonly authorities: readonly Buffer[];
  readonly now: number;
  /** Bytes that may be held beside what is: every function that judges keeps all of them in memory. */
  readonly budget: { left: number };
}

/** Asks the sources, those first that waited longest, until the time of a round is over. */
async function askAll(
  due: readonly Asked[],
  by: Round,
  ports: RefreshPorts,
): Promise<ReadonlyMap<Asked, RevocationSource>> {
  const renewed = new Map<Asked, RevocationSource>();
  const waiting = due.toSorted((a, b) => (a.source.triedAt ?? 0) - (b.source.triedAt ?? 0));
  const end = by.now + LIMITS.revocationSeconds.round * 1000;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next && ports.clock.now() < end; next = waiting.shift()) {
      renewed.set(next, await ask(next, by, ports));
    }
  };
  await Promise.all(Array.from({ length: LIMITS.revocation.atOnce }, worker));
  return renewed;
}

async function ask(
  { source, certificate }: Asked,
  { authorities, now, budget }: Round,
  ports: RefreshPorts,
): Promise<RevocationSource> {
  const tried = { ...source, triedAt: now };
  const failed = (why: string): RevocationSource => ({
    ...tried,
    failing: { since: source.failing?.since ?? now, why: why.slice(0, WHY_CHARS) },
  });
  if (source.kind === 'crl') {
    const { etag, lastModified } = source.held ?? {};
    const { address } = source;
    const fetched = await ports.web.fetch({ address, bytes: LIMITS.revocationBytes.list, etag, lastModified });
    const check = (bytes: Buffer) => ports.reader.checkList(bytes, { authorities, at: now, issuer: source.issuer });
    return settle(tried, { fetched, check, failed, now, budget }, ports);
  }
  if (!certificate) return source;
  const nonce = ports.nonce();
  const body = ports.reader.question(certificate, { authorities, nonce });
  if (!body) return failed('the issuer of the certificate is not in the trust list');
  const post = { body, type: 'application/ocsp-request' };
  const fetched = await ports.web.fetch({ address: source.address, bytes: LIMITS.revocationBytes.answer, post });
  const check = (bytes: Buffer) => ports.reader.checkAnswer(bytes, { certificate, authorities, at: now, nonce });
  return settle(tried, { fetched, check, failed, now, budget }, ports);
}

const WHY_CHARS = 200;

interface Settling {
  readonly fetched: Fetched;
  readonly check: (bytes: Buffer) => CheckedNews;
  readonly failed: (why: string) => RevocationSource;
  readonly now: number;
  readonly budget: Round['budget'];
}

/** Takes news in the place of the held ones, if they hold together and are not older. */
async function settle(
  tried: RevocationSource,
  { fetched, check, failed, now, budget }: Settling,
  ports: RefreshPorts,
): Promise<RevocationSource> {
  const { failing: _, held, ...source } = tried;
  if (fetched.what === 'failed') return failed(fetched.why);
  if (fetched.what === 'same') {
    if (!held) return failed('it says that nothing changed, and nothing is held');
    if (held.nextUpdate <= now) return failed(`what it serves ended at ${new Date(held.nextUpdate).toISOString()}`);
    return { ...source, held };
  }
  const checked = check(fetched.bytes);
  if (!checked.ok) return failed(checked.why);
  if (held && checked.thisUpdate < held.thisUpdate) return failed('what it serves is older than what is held');
  // A list for other certificates would tell nothing about these; once the held one is over there is nothing to lose.
  if (held?.scope !== undefined && held.scope !== checked.scope && held.nextUpdate > now)
    return failed('what it serves covers something else than what is held');
  const more = fetched.bytes.length - (held?.bytes ?? 0);
  if (more > budget.left) return failed(`all news together would be over ${LIMITS.revocationBytes.held} bytes`);
  budget.left -= more;
  const sha256 = sha256Of(fetched.bytes);
  if (sha256 !== held?.sha256) await ports.objects.write(sha256, fetched.bytes);
  const { thisUpdate, nextUpdate, scope } = checked;
  const { etag, lastModified } = fetched;
  const fresh: HeldNews = {
    sha256,
    bytes: fetched.bytes.length,
    thisUpdate,
    nextUpdate,
    fetchedAt: now,
    ...(scope === undefined ? {} : { scope }),
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
  return { ...source, held: fresh };
}

/** Since when a source has nothing fresh, or undefined while it has. */
export function staleSince({ held, failing }: RevocationSource, now: number): number | undefined {
  if (held) return held.nextUpdate <= now ? held.nextUpdate : undefined;
  return failing?.since;
}

function countsOf(record: RevocationRecord, round: { readonly asked: number; readonly now: number }): Refreshed {
  const { sources, leftOut } = record;
  const since = sources.map((source) => staleSince(source, round.now)).filter((time) => time !== undefined);
  return {
    sources: sources.length,
    asked: round.asked,
    renewed: sources.filter(({ held }) => held?.fetchedAt === round.now).length,
    failing: sources.filter(({ failing }) => failing).length,
    stale: since.length,
    staleHours: since.length === 0 ? 0 : (round.now - Math.min(...since)) / HOUR_MS,
    leftOut,
    troubles: sources
      .flatMap(({ address, issuer, failing }) => (failing ? [{ address, issuer, why: failing.why }] : []))
      .slice(0, TROUBLES_SHOWN),
  };
}
