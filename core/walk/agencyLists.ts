import { AGENCY_LISTS, type AgencyListName } from '../contract/agencyLists.ts';
import { LIMITS } from '../contract/limits.ts';
import type { DirectoryObjects, Snapshots } from '../contract/ports.ts';
import type { SnapshotRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { type AgencyListForm, agencyList, goneUnits, textOfUnits, type Unit } from '../publish/units.ts';
import { folderOf } from './directoryFolder.ts';

/** A snapshot, as far as it names its folder. */
type Place = NonNullable<SnapshotRecord['former']>;

const unitsKey = (snapshot: Place): string => `${folderOf(snapshot)}/units.jsonl`;
const listKey = (snapshot: Place, name: string, packed: boolean): string =>
  `${folderOf(snapshot)}/${name}.json${packed ? '.gz' : ''}`;

/** What the lists of a snapshot are made of. */
export interface ListSource {
  /** The snapshot before, if there was one. */
  readonly current: SnapshotRecord | undefined;
  readonly units: readonly Unit[];
}

/** Writes every list as it is, and packed for callers that take gzip; and what the next ones are compared with. */
export async function writeAgencyLists(
  snapshot: SnapshotRecord,
  { current, units }: ListSource,
  ports: { readonly objects: DirectoryObjects; readonly lists: readonly AgencyListForm[] },
): Promise<void> {
  const before = current?.units === undefined ? '' : await ports.objects.read(unitsKey(current));
  const all = [...units, ...goneUnits(before, units, snapshot.at)];
  await ports.objects.write(unitsKey(snapshot), textOfUnits(all));
  // One after the other: each is tens of megabytes.
  for (const form of ports.lists) {
    const text = agencyList(form, all);
    await ports.objects.write(listKey(snapshot, form.name, false), text, 'json');
    await ports.objects.write(listKey(snapshot, form.name, true), text, 'packed-json');
  }
}

/** Removes the lists of a snapshot that no link leads to any more. */
export async function removeAgencyLists(former: Place, objects: Pick<DirectoryObjects, 'remove'>): Promise<void> {
  if (former.units === undefined) return;
  for (const name of AGENCY_LISTS)
    for (const packed of [false, true]) await objects.remove(listKey(former, name, packed));
  await objects.remove(unitsKey(former));
}

/** Links to objects of the published directory. */
export interface ListLinks {
  /** A link that GETs the object as JSON, for `seconds`; it holds whatever further headers are sent along. */
  link(key: string, seconds: number): Promise<string>;
}

export interface ReadyListPorts {
  readonly snapshots: Pick<Snapshots, 'current'>;
  readonly links: ListLinks;
}

/** A link to a list that was made when the directory was last published. It lives `LIMITS.linkSeconds`. */
export async function readyAgencyList(
  name: AgencyListName,
  { packed }: { readonly packed: boolean },
  ports: ReadyListPorts,
): Promise<Outcome<{ readonly href: string }>> {
  const snapshot = await ports.snapshots.current();
  if (snapshot?.units === undefined) return refuse('directory-not-published');
  return accept({ href: await ports.links.link(listKey(snapshot, name, packed), LIMITS.linkSeconds) });
}
