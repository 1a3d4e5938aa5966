import type { AnswerOf } from '../contract/answers.ts';
import { sha256Of } from '../contract/derivedIds.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Clock, DirectoryObjects, DirectorySearch, Objects, Snapshots } from '../contract/ports.ts';
import type { SnapshotRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { changesBetween, type DirectoryLines, joined, lineOf, linesOf, textOf } from '../publish/directoryLines.ts';
import { type AgencyListForm, digestOfUnits, isAddressee, type Unit, unitOf } from '../publish/units.ts';
import { removeAgencyLists, writeAgencyLists } from './agencyLists.ts';
import { folderOf } from './directoryFolder.ts';

export interface PublishPorts {
  readonly clock: Clock;
  readonly search: Pick<DirectorySearch, 'byCode'>;
  readonly snapshots: Snapshots;
  readonly objects: DirectoryObjects;
  /** Ready-made lists of the whole directory, for document systems that ask for it in one answer. */
  readonly lists: readonly AgencyListForm[];
}

const fullKey = (snapshot: SnapshotRecord): string => `${folderOf(snapshot)}/full.jsonl`;
const changesKey = (snapshot: SnapshotRecord, since: number): string => `${folderOf(snapshot)}/since-${since}.jsonl`;

/**
 * Publishes the directory if it changed: the full list, and what leads to it from each of the versions before. The objects
 * are written first; the record that names them commits.
 *
 * @returns the version published, or undefined when nothing changed or another one was faster.
 */
export async function publishDirectory(ports: PublishPorts): Promise<number | undefined> {
  const current = await ports.snapshots.current();
  const { lines, units } = await readDirectory(ports);
  const text = textOf(lines);
  const sha256 = sha256Of(Buffer.from(text));
  const said = digestOfUnits(units);
  if (current?.sha256 === sha256 && current.units === said) return undefined;
  const version = (current?.version ?? 0) + 1;
  const snapshot: SnapshotRecord = {
    v: 1,
    version,
    at: ports.clock.now(),
    sha256,
    agencies: lines.size,
    oldest: current ? Math.max(current.oldest, version - LIMITS.directoryVersions) : version,
    units: said,
    ...(current ? { former: placeOf(current) } : {}),
  };
  await ports.objects.write(fullKey(snapshot), text);
  if (current) await writeChanges(snapshot, { current, lines }, ports);
  await writeAgencyLists(snapshot, { current, units }, ports);
  if (!(await ports.snapshots.publish(snapshot))) return undefined;
  if (current?.former) await removeAgencyLists(current.former, ports.objects);
  return version;
}

/** What names the folder of a snapshot. */
const placeOf = ({ version, sha256, units }: SnapshotRecord): NonNullable<SnapshotRecord['former']> => ({
  version,
  sha256,
  ...(units === undefined ? {} : { units }),
});

/** Every agency of the directory: its line in the published list, and what the ready-made lists say of it. */
async function readDirectory(ports: PublishPorts): Promise<{ lines: DirectoryLines; units: readonly Unit[] }> {
  const lines = new Map<string, string>();
  const units: Unit[] = [];
  const now = ports.clock.now();
  let after: string | undefined;
  do {
    const page = await ports.search.byCode('', { limit: 500, after });
    for (const agency of page.items) {
      lines.set(agency.code, lineOf(agency));
      if (isAddressee(agency)) units.push(unitOf(agency, now));
    }
    after = page.next;
  } while (after !== undefined);
  return { lines, units };
}

async function writeChanges(
  snapshot: SnapshotRecord,
  { current, lines }: { readonly current: SnapshotRecord; readonly lines: DirectoryLines },
  ports: PublishPorts,
): Promise<void> {
  const before = linesOf(await ports.objects.read(fullKey(current)));
  const step = changesBetween(before, lines);
  await ports.objects.write(changesKey(snapshot, current.version), textOf(step));
  for (let since = snapshot.oldest; since < current.version; since++) {
    const earlier = linesOf(await ports.objects.read(changesKey(current, since)));
    await ports.objects.write(changesKey(snapshot, since), textOf(joined(earlier, step)));
  }
}

/** The version as an entity tag (RFC 9110 section 8.8.3). */
export const directoryTag = ({ version }: { readonly version: number }): string => `"directory-${version}"`;

/** A link to the published directory, or to what changed since a version that the caller has. */
export async function fetchDirectory(
  since: number | undefined,
  ports: {
    readonly clock: Clock;
    readonly snapshots: Pick<Snapshots, 'current'>;
    readonly objects: Pick<Objects, 'link'>;
  },
): Promise<Outcome<AnswerOf<'directory'>>> {
  const snapshot = await ports.snapshots.current();
  if (!snapshot) return refuse('directory-not-published');
  const { version, at, agencies, oldest } = snapshot;
  const follows = since !== undefined && since >= oldest && since < version;
  const key = follows ? changesKey(snapshot, since) : fullKey(snapshot);
  const name = follows ? `directory-${since}-${version}.jsonl` : `directory-${version}.jsonl`;
  return accept({
    kind: follows ? 'changes' : 'full',
    version,
    ...(follows ? { since } : {}),
    at: new Date(at).toISOString(),
    agencies,
    href: await ports.objects.link(key, LIMITS.linkSeconds, { name, contentType: 'application/jsonl' }),
    expiresAt: new Date(ports.clock.now() + LIMITS.linkSeconds * 1000).toISOString(),
  });
}
