import type { AgencyId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { ServedCount } from '../contract/mailbox.ts';
import type { Clock, Directory, RegistryWrites } from '../contract/ports.ts';
import type { AgencyRecord, SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { bySystem } from '../contract/timeline.ts';
import { normalizeAgencyCode, parentCode, parseAgencyCode } from '../edxml/agencyCode.ts';
import { type Act, entryOf } from './administer.ts';
import { readCode, registerAgency, reopenAgency, writeAgency } from './administerAgencies.ts';

export interface OwnAgenciesPorts {
  readonly clock: Clock;
  /** Reads the latest. */
  readonly directory: Pick<Directory, 'agency' | 'agenciesByCode' | 'codeHolder'>;
  readonly registry: Pick<RegistryWrites, 'claimCode' | 'putAgency' | 'replaceAgency'>;
  readonly served: ServedCount;
  readonly newAgencyId: () => AgencyId;
}

export interface OwnAgency {
  readonly code: string;
  readonly name: string;
  /** The body above it, by its code; the nearest one in the directory if absent or none of the caller's. */
  readonly parent?: string | undefined;
  readonly mail?: string | undefined;
}

export interface OwnAgencyAnswer {
  readonly code: string;
  readonly outcome: 'added' | 'changed' | 'same' | 'closed';
}

const actOf = (caller: SystemRecord): Act => ({ by: bySystem(caller.systemId), reason: 'by the centre of the agency' });

/**
 * A centre announces one of its agencies: a new one, or name and mail of one that it has. It may do so within its own code
 * space: below the code of an agency that it serves, no agency of others in between. Doing it again changes nothing.
 */
export async function registerOwn(
  caller: SystemRecord,
  asked: OwnAgency,
  ports: OwnAgenciesPorts,
): Promise<Outcome<OwnAgencyAnswer>> {
  const read = readOwn(asked);
  if (!read.ok) return read;
  const { code, name, mail } = read.value;
  const above = await nearestAbove(code, ports);
  const ownSpace = isInUse(above, caller);
  const holder = await ports.directory.codeHolder(code);
  const existing = holder && (await ports.directory.agency(holder));
  if (!existing) {
    if (!ownSpace || !above) return outside(code);
    if (await isFull(caller, ports)) return full();
    const parent = await ownParent(asked.parent, above, { caller, ports });
    const added = await registerAgency(
      actOf(caller),
      { code, name, mail, parent, system: caller.systemId, holder },
      ports,
    );
    return added.ok ? accept({ code, outcome: 'added' }) : added;
  }
  if (existing.successor || existing.code !== code)
    return refuse('already-claimed', { what: 'agency code', value: code });
  return update(caller, { existing, name, mail, ownSpace }, ports);
}

/**
 * Takes an agency of the centre out of the directory: it neither sends nor receives from now on. What waits for it stays in
 * the centre's inbox, to be taken as before. Doing it again is success; registering it again opens it again.
 */
export async function closeOwn(
  caller: SystemRecord,
  text: string,
  ports: OwnAgenciesPorts,
): Promise<Outcome<OwnAgencyAnswer>> {
  const code = normalizeAgencyCode(text);
  const holder = await ports.directory.codeHolder(code);
  const agency = holder && (await ports.directory.agency(holder));
  if (agency?.route?.system !== caller.systemId || agency.successor || agency.code !== code)
    return refuse('agency-not-found', { agency: code });
  const closed = accept<OwnAgencyAnswer>({ code, outcome: 'closed' });
  if (agency.closedAt !== undefined) return closed;
  if (!isInUse(await nearestAbove(code, ports), caller)) return atTheTop('code');
  const now = ports.clock.now();
  const entry = entryOf('x-agency-closed', actOf(caller), ports, {
    from: agency.status,
    to: new Date(now).toISOString(),
  });
  const written = await writeAgency(agency, { closedAt: now }, entry, ports);
  return written.ok ? closed : written;
}

async function update(
  caller: SystemRecord,
  asked: { existing: AgencyRecord; name: string; mail: string | undefined; ownSpace: boolean },
  ports: OwnAgenciesPorts,
): Promise<Outcome<OwnAgencyAnswer>> {
  const { existing, name, mail, ownSpace } = asked;
  const { code, route } = existing;
  const owner = route?.system;
  // An entry of the directory that nobody serves is connected by whose code space it lies in.
  if (owner !== caller.systemId && !(owner === undefined && ownSpace))
    return refuse('agency-not-found', { agency: code });
  if (existing.name !== name && !ownSpace) return atTheTop('name');
  const changed = accept<OwnAgencyAnswer>({ code, outcome: 'changed' });
  if (existing.closedAt !== undefined) {
    if (!ownSpace) return outside(code);
    const reopened = await reopenAgency(actOf(caller), existing, { name, mail, parent: undefined }, ports);
    return reopened.ok ? changed : reopened;
  }
  const same = existing.name === name && (mail === undefined || existing.mail === mail) && owner === caller.systemId;
  if (same) return accept({ code, outcome: 'same' });
  const shown = (name: string, mail: string | undefined) => [name, mail ?? '-'].join(' | ');
  const entry = entryOf('x-agency-changed', actOf(caller), ports, {
    from: shown(existing.name, existing.mail),
    to: shown(name, mail ?? existing.mail),
  });
  const written = await writeAgency(
    existing,
    { name, ...(mail ? { mail } : {}), route: { kind: 'system', system: caller.systemId } },
    entry,
    ports,
  );
  return written.ok ? changed : written;
}

/** Closed agencies stay in the registry, so opening and closing others is bounded as well. */
async function isFull({ systemId }: SystemRecord, { served }: OwnAgenciesPorts): Promise<boolean> {
  const counts = await Promise.all([served.countServed(systemId), served.countClosed(systemId)]);
  return counts.some((count) => count >= LIMITS.servedAgencies);
}

/** The nearest agency above a code that the directory has. */
async function nearestAbove(code: string, ports: OwnAgenciesPorts): Promise<AgencyRecord | undefined> {
  const above: string[] = [];
  for (let parsed = parseAgencyCode(code); parsed; ) {
    const parent = parentCode(parsed);
    if (parent === null) break;
    above.push(parent);
    parsed = parseAgencyCode(parent);
  }
  if (above.length === 0) return undefined;
  const agencies = await ports.directory.agenciesByCode(above);
  return agencies.find((agency) => agency !== undefined);
}

const isInUse = (agency: AgencyRecord | undefined, caller: SystemRecord): boolean =>
  agency?.route?.system === caller.systemId && agency.status === 'active';

async function ownParent(
  text: string | undefined,
  above: AgencyRecord,
  { caller, ports }: { caller: SystemRecord; ports: OwnAgenciesPorts },
): Promise<string> {
  const named = text === undefined ? null : parseAgencyCode(text);
  const [agency] = named ? await ports.directory.agenciesByCode([named.code]) : [];
  return agency?.route?.system === caller.systemId ? agency.code : above.code;
}

/** Two labels and an at sign: more is the mail server's own business. */
const MAIL = /^[^\s@<>"\p{Cc}\p{Cf}\p{Cs}]{1,64}@[^\s@<>"\p{Cc}\p{Cf}\p{Cs}]{3,190}$/u;

function readOwn(asked: OwnAgency): Outcome<{ code: string; name: string; mail: string | undefined }> {
  const code = readCode(asked.code);
  if (!code.ok) return code;
  // Names are shown to people everywhere: nothing in them may turn, break or hide the text around them.
  const name = asked.name.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ').trim();
  if (name === '' || name.length > LIMITS.agencyNameChars)
    return refuse('parameter-invalid', {
      parameter: 'name',
      problem: `not of 1 to ${LIMITS.agencyNameChars} characters`,
    });
  const mail = asked.mail?.trim() ?? '';
  if (mail !== '' && (mail.length > LIMITS.mailChars || !MAIL.test(mail)))
    return refuse('parameter-invalid', { parameter: 'mail', problem: 'not a mail address' });
  return accept({ code: code.value, name, mail: mail === '' ? undefined : mail });
}

const outside = (code: string) =>
  refuse('parameter-invalid', {
    parameter: 'code',
    problem: `${code} does not lie below an active agency that your system serves`,
  });

const atTheTop = (parameter: 'code' | 'name') =>
  refuse('parameter-invalid', {
    parameter,
    problem: 'the agency lies below none of yours: only the operator of the axis changes it',
  });

const full = () =>
  refuse('parameter-invalid', {
    parameter: 'code',
    problem: `your system serves ${LIMITS.servedAgencies} agencies or has closed as many; ask the operator of the axis`,
  });
