import { withAlias } from '../administer/aliases.ts';
import type { AnswerOf } from '../contract/answers.ts';
import type { AgencyId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { AgencyRecord } from '../contract/records.ts';
import { type Outcome, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import { type Act, type AdministerPorts, entryOf } from './administer.ts';
import { readCode, writeAgency } from './administerAgencies.ts';

type AgencyView = AnswerOf<'showAgency'>;

/**
 * Changes name, parent or code. A new code is claimed first; the old one stays the agency's own, so that what is
 * addressed to it still arrives, until an operator ends it with a dated alias.
 */
export async function changeAgency(
  act: Act,
  request: RequestOf<'changeAgency'> & { agencyId: AgencyId },
  ports: AdministerPorts,
): Promise<Outcome<AgencyView>> {
  const agency = await ports.directory.agency(request.agencyId);
  if (!agency) return refuse('agency-not-found', { agency: request.agencyId });
  const code = request.code === undefined ? undefined : readCode(request.code);
  if (code && !code.ok) return code;
  const parent = request.parent ? readCode(request.parent) : undefined;
  if (parent && !parent.ok) return parent;
  const renamed = code && code.value !== agency.code ? await takeCode(agency, code.value, ports) : undefined;
  if (renamed && !renamed.ok) return renamed;
  const { parent: old, ...rest } = agency;
  const above = request.parent === undefined ? old : parent?.value;
  const changed: AgencyRecord = {
    ...rest,
    ...(above ? { parent: above } : {}),
    ...(request.name === undefined ? {} : { name: request.name }),
    ...renamed?.value,
  };
  const entry = entryOf('x-agency-changed', act, ports, { from: shown(agency), to: shown(changed) });
  return writeAgency(changed, {}, entry, ports);
}

const shown = ({ code, name, parent }: AgencyRecord): string => [code, name, parent ?? '-'].join(' | ');

/** Claims a further code from now on and lists the one that was used so far. */
async function takeCode(
  agency: AgencyRecord,
  code: string,
  ports: AdministerPorts,
): Promise<Outcome<Pick<AgencyRecord, 'code' | 'aliases'>>> {
  const now = ports.clock.now();
  const aliases = withAlias(agency.aliases, { code: agency.code, from: agency.createdAt });
  if (aliases.length > LIMITS.aliasesPerAgency) return tooMany();
  if (!(await ports.registry.claimCode({ code, agencyId: agency.agencyId, from: now }, now)))
    return refuse('already-claimed', { what: 'agency code', value: code });
  return { ok: true, value: { code, aliases: aliases.filter((alias) => alias.code !== code) } };
}

const tooMany = () =>
  refuse('parameter-invalid', { parameter: 'code', problem: `an agency has at most ${LIMITS.aliasesPerAgency} codes` });

/** Gives an agency a code for a period, or ends one that it has. The claim is written first and is the truth. */
export async function addAlias(
  act: Act,
  request: RequestOf<'addAlias'> & { agencyId: AgencyId },
  ports: AdministerPorts,
): Promise<Outcome<AgencyView>> {
  const agency = await ports.directory.agency(request.agencyId);
  if (!agency) return refuse('agency-not-found', { agency: request.agencyId });
  const code = readCode(request.code);
  if (!code.ok) return code;
  const now = ports.clock.now();
  const known = agency.aliases?.find((alias) => alias.code === code.value);
  const usual = known?.from ?? (code.value === agency.code ? agency.createdAt : now);
  const from = request.from === undefined ? usual : Date.parse(request.from);
  const until = request.until === undefined ? undefined : Date.parse(request.until);
  if (until !== undefined && until <= from)
    return refuse('parameter-invalid', { parameter: 'until', problem: 'not after the beginning' });
  const alias = { code: code.value, from, ...(until === undefined ? {} : { until }) };
  const aliases = withAlias(agency.aliases, alias);
  if (aliases.length > LIMITS.aliasesPerAgency) return tooMany();
  if (!(await ports.registry.claimCode({ ...alias, agencyId: agency.agencyId }, now)))
    return refuse('already-claimed', { what: 'agency code', value: code.value });
  const period = `${new Date(from).toISOString()}/${until === undefined ? '..' : new Date(until).toISOString()}`;
  const entry = entryOf('x-alias-set', act, ports, { from: code.value, to: period });
  return writeAgency(agency, { aliases }, entry, ports);
}
