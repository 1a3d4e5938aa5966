import { agencyDifference } from '../administer/agencyDifference.ts';
import type { AnswerOf } from '../contract/answers.ts';
import { fill } from '../contract/fill.ts';
import type { AgencyId, SystemId } from '../contract/ids.ts';
import type { AgencyRecord } from '../contract/records.ts';
import { accept, type Outcome, REFUSALS, type Refusal, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import { normalizeAgencyCode } from '../edxml/agencyCode.ts';
import { type Act, type AdministerPorts, entryOf } from './administer.ts';
import { type NewAgency, readCode, registerAgency, writeAgency } from './administerAgencies.ts';
import { rememberMove } from './move.ts';

type Answer = AnswerOf<'importAgencies'>;
type Result = Answer['results'][number];
type Request = RequestOf<'importAgencies'>;

const AT_ONCE = 10;

interface Addition {
  readonly asked: NewAgency;
  readonly holder: AgencyId | undefined;
}

/**
 * Brings a part of a directory in: adds what is missing, changes name, parent and system where they differ, and leaves the
 * rest alone. Every row is on its own, and doing it again changes nothing, so that an import can go on where it broke off.
 */
export async function importAgencies(act: Act, request: Request, ports: AdministerPorts): Promise<Outcome<Answer>> {
  const codes = request.agencies.map(({ code }) => normalizeAgencyCode(code));
  const holders = await ports.directory.codeHolders(codes);
  const known = await ports.directory.agencies(holders);
  const results: Result[] = [];
  for (let start = 0; start < request.agencies.length; start += AT_ONCE) {
    const rows = request.agencies.slice(start, start + AT_ONCE);
    const done = rows.map((row, index) =>
      importOne(act, { row, holder: holders[start + index], agency: known[start + index] }, ports, request),
    );
    results.push(...(await Promise.all(done)));
  }
  return accept({ results });
}

/** A row with what the registry knows of its code. */
interface Found {
  readonly row: Request['agencies'][number];
  readonly holder: AgencyId | undefined;
  readonly agency: AgencyRecord | undefined;
}

async function importOne(
  act: Act,
  { row, holder, agency }: Found,
  ports: AdministerPorts,
  { dryRun = false }: Pick<Request, 'dryRun'>,
): Promise<Result> {
  const refused = (refusal: Refusal): Result => ({ code: row.code, outcome: 'refused', refusal: short(refusal) });
  const code = readCode(row.code);
  if (!code.ok) return refused(code.refusal);
  const system = row.system as SystemId | undefined;
  if (system && !(await ports.directory.system(system))) return refused(refuse('system-not-found', { system }).refusal);
  const parent = row.parent ? normalizeAgencyCode(row.parent) : undefined;
  const asked: NewAgency = { code: code.value, name: row.name, parent, system };
  const outcome = agency
    ? await change(act, { asked, agency, dryRun }, ports)
    : await add(act, { asked, holder, dryRun }, ports);
  return outcome.ok ? outcome.value : refused(outcome.refusal);
}

async function add(
  act: Act,
  { asked, holder, dryRun }: Addition & { readonly dryRun: boolean },
  ports: AdministerPorts,
): Promise<Outcome<Result>> {
  const added = accept<Result>({ code: asked.code, outcome: 'added' });
  if (dryRun) return added;
  const registered = await registerAgency(act, { ...asked, holder }, ports);
  return registered.ok ? added : registered;
}

async function change(
  act: Act,
  { asked, agency, dryRun }: { asked: NewAgency; agency: AgencyRecord; dryRun: boolean },
  ports: AdministerPorts,
): Promise<Outcome<Result>> {
  const { name, parent, system, changes: differences } = agencyDifference(agency, asked);
  const { closedAt, ...open } = agency;
  // A directory that lists an agency which its centre closed opens it again.
  const changes = [...differences, ...(closedAt === undefined ? [] : ['closed → open'])];
  if (changes.length === 0) return accept({ code: asked.code, outcome: 'same' });
  // The code is a former one: what a directory says under it is no news of the agency.
  if (agency.successor || agency.code !== asked.code)
    return refuse('already-claimed', { what: 'agency code', value: asked.code });
  const changed = accept<Result>({ code: asked.code, outcome: 'changed', changes });
  if (dryRun) return changed;
  if (system) await rememberMove(agency, ports);
  const entry = entryOf('x-agency-changed', act, ports, { from: asked.code, to: changes.join('; ').slice(0, 500) });
  const route = system ? { route: { kind: 'system' as const, system: system as SystemId } } : {};
  const written = await writeAgency(
    open,
    { ...(name ? { name } : {}), ...(parent ? { parent } : {}), ...route },
    entry,
    ports,
  );
  return written.ok ? changed : written;
}

function short(refusal: Refusal): NonNullable<Result['refusal']> {
  const { en, vi } = REFUSALS[refusal.code];
  const { code, parameters } = refusal;
  return { code, detail: fill(en.detail, parameters), detailVi: fill(vi.detail, parameters) };
}
