import { createHash } from 'node:crypto';
import type { AgencyId, Sha256 } from '../contract/ids.ts';
import type { AgencyRecord } from '../contract/records.ts';
import { parseAgencyCode } from '../edxml/agencyCode.ts';

/** An agency as ready-made lists of the directory need it: one line of `units.jsonl`, from which the lists are made. */
export interface Unit {
  readonly agencyId: AgencyId;
  readonly code: string;
  readonly name: string;
  /** Code of the body above it. */
  readonly parent?: string;
  readonly mail?: string;
  /** The code that it had before and that still reaches it. */
  readonly formerCode?: string;
  /** Its code of Decision 20/2020. */
  readonly decision20?: string;
  /** Whether a system serves it. */
  readonly connected: boolean;
  /** It left the directory. */
  readonly deleted: boolean;
  readonly revision: number;
  readonly changedAt: number;
}

export function unitOf(agency: AgencyRecord, now: number): Unit {
  const { agencyId, code, name, parent, mail, revision } = agency;
  const valid = (agency.aliases ?? []).filter(
    ({ from, until = Number.POSITIVE_INFINITY }) => from <= now && until > now,
  );
  const others = valid.map((alias) => alias.code).filter((other) => other !== code);
  const formerCode = others.at(-1);
  const decision20 = [code, ...others.toReversed()].find((some) => parseAgencyCode(some)?.form === 'decision20');
  return {
    agencyId,
    code,
    name,
    ...(parent ? { parent } : {}),
    ...(mail ? { mail } : {}),
    ...(formerCode ? { formerCode } : {}),
    ...(decision20 ? { decision20 } : {}),
    connected: agency.route !== undefined,
    deleted: false,
    revision,
    changedAt: agency.history.at(-1)?.at ?? agency.createdAt,
  };
}

/** Hubs relay and are no addressees: no list shows them. */
export const isAddressee = ({ code }: Pick<AgencyRecord, 'code'>): boolean => parseAgencyCode(code)?.isHub !== true;

/** What the lists say, without how often and when a record was written: a renewed certificate makes no new list. */
export function digestOfUnits(units: readonly Unit[]): Sha256 {
  const hash = createHash('sha256');
  for (const { revision: _revision, changedAt: _changedAt, ...said } of units) hash.update(`${JSON.stringify(said)}\n`);
  return hash.digest('hex') as Sha256;
}

const YEAR = 366 * 86_400_000;

/** The units that left the directory, by the list of before: told for a year, so that whoever asks seldom learns of them. */
export function goneUnits(before: string, units: readonly Unit[], now: number): readonly Unit[] {
  const here = new Set(units.map(({ agencyId }) => agencyId));
  const gone: Unit[] = [];
  for (const unit of readUnits(before)) {
    if (here.has(unit.agencyId)) continue;
    const since = unit.deleted ? unit : { ...unit, deleted: true, revision: unit.revision + 1, changedAt: now };
    if (since.changedAt > now - YEAR) gone.push(since);
  }
  return gone;
}

export function textOfUnits(units: readonly Unit[]): Buffer {
  const text = new Octets();
  for (const unit of units) text.add(`${JSON.stringify(unit)}\n`);
  return text.whole();
}

const CHUNK = 1 << 18;

/** A long text as UTF-8, made piece by piece: as one string it would take several times its octets. */
class Octets {
  readonly #done: Buffer[] = [];
  #open = '';

  add(text: string): void {
    this.#open += text;
    if (this.#open.length >= CHUNK) this.#close();
  }

  whole(): Buffer {
    this.#close();
    return Buffer.concat(this.#done);
  }

  #close(): void {
    this.#done.push(Buffer.from(this.#open));
    this.#open = '';
  }
}

/** Reads what `textOfUnits` wrote, line by line. */
function* readUnits(text: string): Generator<Unit> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const unit: Unit = JSON.parse(text.slice(start, end));
    yield unit;
    start = end + 1;
  }
}

/** A ready-made answer that holds a list of the whole directory: its text around the members, and each member's. */
export interface AgencyListForm {
  /** Part of the object's name: small letters, digits and hyphens. */
  readonly name: string;
  readonly head: string;
  readonly tail: string;
  /** A unit as JSON; undefined when this list leaves it out. */
  member(unit: Unit, placed: PlacedUnit): string | undefined;
}

/** Where a unit stands among the others. */
export interface PlacedUnit {
  /** Id of the body above it, if the directory has that. */
  readonly parentId: AgencyId | undefined;
  /** Code of the topmost body above it; its own where nothing is above. */
  readonly top: string;
}

/** The whole text of a list. */
export function agencyList(form: AgencyListForm, units: readonly Unit[]): Buffer {
  const byCode = new Map(units.filter(({ deleted }) => !deleted).map((unit) => [unit.code, unit]));
  const text = new Octets();
  text.add(form.head);
  let separator = '';
  for (const unit of units) {
    const above = unit.parent === undefined ? undefined : byCode.get(unit.parent);
    const member = form.member(unit, { parentId: above?.agencyId, top: topOf(unit, byCode) });
    if (member === undefined) continue;
    text.add(`${separator}${member}`);
    separator = ',\n';
  }
  text.add(form.tail);
  return text.whole();
}

/** Bodies above one another; a circle ends where it would begin again. */
const LEVELS = 10;

function topOf(unit: Unit, byCode: ReadonlyMap<string, Unit>): string {
  let top = unit;
  for (let level = 0; level < LEVELS && top.parent !== undefined; level++) {
    const above = byCode.get(top.parent);
    if (above === undefined) return top.parent;
    top = above;
  }
  return top.code;
}
