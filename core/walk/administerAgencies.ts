import { withEntry } from '../administer/history.ts';
import { pruned, retirementOf, stillInForce } from '../administer/retirement.ts';
import type { AnswerOf } from '../contract/answers.ts';
import { thumbprintOf } from '../contract/derivedIds.ts';
import type { AgencyId, SystemId, Thumbprint } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { RegistryWrites } from '../contract/ports.ts';
import type { AgencyRecord, TimelineEntry } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import { viewTimeline } from '../contract/timeline.ts';
import { normalizeAgencyCode, parseAgencyCode } from '../edxml/agencyCode.ts';
import { type Act, type AdministerPorts, entryOf } from './administer.ts';

type AgencyView = AnswerOf<'showAgency'>;

/** The code of an agency that can be written to: a hub relays and is no addressee. */
export function readCode(text: string): Outcome<string> {
  const parsed = parseAgencyCode(text);
  if (parsed && !parsed.isHub) return accept(parsed.code);
  return refuse('parameter-invalid', {
    parameter: 'code',
    problem: 'not an agency code of Decision 20/2020 or QCVN 102, or the code of a hub',
  });
}

export async function addAgency(
  act: Act,
  request: RequestOf<'addAgency'>,
  ports: AdministerPorts,
): Promise<Outcome<AgencyView>> {
  const code = readCode(request.code);
  if (!code.ok) return code;
  const system = request.system as SystemId | undefined;
  if (system && !(await ports.directory.system(system))) return refuse('system-not-found', { system });
  const holder = await ports.directory.codeHolder(code.value);
  const existing = holder && (await ports.directory.agency(holder));
  const { name, parent } = request;
  const asked = { code: code.value, name, parent: parent ? normalizeAgencyCode(parent) : undefined, system };
  if (!existing) return registerAgency(act, { ...asked, holder }, ports);
  if (existing.closedAt !== undefined && existing.code === asked.code && existing.route?.system === system)
    return reopenAgency(act, existing, asked, ports);
  return isSameAddition(existing, asked)
    ? accept(viewAgency(existing))
    : refuse('already-claimed', { what: 'agency code', value: code.value });
}

/** What writing an agency needs. */
export type AgencyWrites = Pick<AdministerPorts, 'clock' | 'newAgencyId'> & {
  readonly registry: Pick<RegistryWrites, 'claimCode' | 'putAgency' | 'replaceAgency'>;
};

/** What an agency is registered with, checked. */
export interface NewAgency {
  readonly code: string;
  readonly name: string;
  readonly parent: string | undefined;
  readonly system: SystemId | undefined;
  readonly mail?: string | undefined;
}

/** Claim first, record second: an addition that broke off between them goes on under the id that was claimed. */
export async function registerAgency(
  act: Act,
  asked: NewAgency & { readonly holder: AgencyId | undefined },
  ports: AgencyWrites,
): Promise<Outcome<AgencyView>> {
  const { code, name, parent, system, mail, holder } = asked;
  const agencyId = holder ?? ports.newAgencyId();
  const now = ports.clock.now();
  const agency: AgencyRecord = {
    v: 1,
    revision: 1,
    agencyId,
    code,
    name,
    ...(parent ? { parent } : {}),
    status: 'active',
    ...(system ? { route: { kind: 'system', system } } : {}),
    ...(mail ? { mail } : {}),
    policy: { unsigned: 'refuse' },
    createdAt: now,
    certificates: [],
    history: [entryOf('x-agency-added', act, ports, { from: 'none', to: 'active' })],
  };
  if (!(await ports.registry.claimCode({ code, agencyId, from: now }, now)))
    return refuse('already-claimed', { what: 'agency code', value: code });
  return (await ports.registry.putAgency(agency)) ? accept(viewAgency(agency)) : refuse('busy');
}

/** Takes a closed agency back into the directory as itself: its id, its certificates and its history go on. */
export async function reopenAgency(
  act: Act,
  { closedAt = 0, ...agency }: AgencyRecord,
  asked: Pick<NewAgency, 'name' | 'parent' | 'mail'>,
  ports: Pick<AgencyWrites, 'clock' | 'registry'>,
): Promise<Outcome<AgencyView>> {
  const { name, parent, mail } = asked;
  const entry = entryOf('x-agency-reopened', act, ports, { from: new Date(closedAt).toISOString(), to: agency.status });
  return writeAgency(agency, { name, ...(parent ? { parent } : {}), ...(mail ? { mail } : {}) }, entry, ports);
}

/** The same addition again, after its answer was lost. */
const isSameAddition = (existing: AgencyRecord, asked: NewAgency): boolean =>
  existing.code === asked.code &&
  existing.name === asked.name &&
  existing.parent === asked.parent &&
  existing.route?.system === asked.system;

export async function showAgency(agencyId: AgencyId, ports: AdministerPorts): Promise<Outcome<AgencyView>> {
  const agency = await ports.directory.agency(agencyId);
  return agency ? accept(viewAgency(agency)) : refuse('agency-not-found', { agency: agencyId });
}

/** The agency that has or had a code, itself: an operator sees a merged one where a sender reaches its successor. */
export async function findAgency(code: string, ports: AdministerPorts): Promise<Outcome<AgencyView>> {
  const holder = await ports.directory.codeHolder(normalizeAgencyCode(code));
  const agency = holder && (await ports.directory.agency(holder));
  return agency ? accept(viewAgency(agency)) : refuse('agency-not-found', { agency: code });
}

export async function addCertificate(
  act: Act,
  request: RequestOf<'addCertificate'> & { agencyId: AgencyId },
  ports: AdministerPorts,
): Promise<Outcome<AgencyView>> {
  const agency = await ports.directory.agency(request.agencyId);
  if (!agency) return refuse('agency-not-found', { agency: request.agencyId });
  const der = ports.certificates.read(request.pem);
  if (!der.ok) return der;
  const thumbprint = thumbprintOf(der.value);
  const earlier = await ports.directory.certificate(thumbprint);
  if (earlier?.agencyId === agency.agencyId && earlier.until !== undefined)
    return refuse('certificate-unusable', { problem: 'it is retired' });
  const certificates = stillInForce(agency.certificates, agency.retiring, ports.clock.now());
  const known = certificates.includes(thumbprint);
  if (!known && certificates.length >= LIMITS.certificatesPerAgency) {
    return refuse('certificate-unusable', {
      problem: `an agency holds at most ${LIMITS.certificatesPerAgency} certificates`,
    });
  }
  const facts = ports.inspector.inspect(der.value);
  if (typeof facts === 'string') return refuse('certificate-unusable', { problem: facts });
  const { notAfter } = facts;
  const { agencyId } = agency;
  const claim = { thumbprint, agencyId, der: der.value.toString('base64'), notAfter, from: ports.clock.now() };
  if (!(await ports.registry.claimCertificate(claim)))
    return refuse('already-claimed', { what: 'certificate', value: thumbprint });
  if (known) return accept(viewAgency(agency));
  const entry = entryOf('x-certificate-added', act, ports, { from: 'none', to: thumbprint });
  const retiring = pruned(agency.retiring, certificates);
  const expiring = { ...pruned(agency.expiring, certificates), [thumbprint]: notAfter };
  return writeAgency(agency, { certificates: [...certificates, thumbprint], retiring, expiring }, entry, ports);
}

/** Ends a certificate's claim, at once or after an overlap: what is received later and signed with it is refused. */
export async function retireCertificate(
  act: Act,
  request: RequestOf<'retireCertificate'> & { agencyId: AgencyId; thumbprint: Thumbprint },
  ports: AdministerPorts,
): Promise<Outcome<AgencyView>> {
  const { agencyId, thumbprint } = request;
  const agency = await ports.directory.agency(agencyId);
  if (!agency) return refuse('agency-not-found', { agency: agencyId });
  const claim = await ports.directory.certificate(thumbprint);
  if (claim?.agencyId !== agencyId) return refuse('certificate-not-found', { agency: agency.code, thumbprint });
  const now = ports.clock.now();
  const until = retirementOf(request.until, now);
  if (!until.ok) return until;
  if (!(await ports.registry.retireCertificate({ ...claim, until: until.value }, now)))
    return refuse('state-conflict', { state: 'retired', action: 'retireCertificate', from: 'in force' });
  const entry = entryOf('x-certificate-retired', act, ports, {
    from: thumbprint,
    to: new Date(until.value).toISOString(),
  });
  return writeAgency(agency, { retiring: { ...agency.retiring, [thumbprint]: until.value } }, entry, ports);
}

export async function suspendAgency(
  act: Act,
  request: RequestOf<'suspendAgency'> & { agencyId: AgencyId },
  ports: AdministerPorts,
): Promise<Outcome<AgencyView>> {
  const agency = await ports.directory.agency(request.agencyId);
  if (!agency) return refuse('agency-not-found', { agency: request.agencyId });
  const status = request.suspended ? 'suspended' : 'active';
  if (agency.status === status) return accept(viewAgency(agency));
  return writeAgency(
    agency,
    { status },
    entryOf(`x-agency-${status}`, act, ports, { from: agency.status, to: status }),
    ports,
  );
}

export async function setPolicy(
  act: Act,
  request: RequestOf<'setPolicy'> & { agencyId: AgencyId },
  ports: AdministerPorts,
): Promise<Outcome<AgencyView>> {
  const agency = await ports.directory.agency(request.agencyId);
  if (!agency) return refuse('agency-not-found', { agency: request.agencyId });
  const { unsigned } = request;
  const entry = entryOf('x-policy-set', act, ports, {
    from: `unsigned: ${agency.policy.unsigned}`,
    to: `unsigned: ${unsigned}`,
  });
  return writeAgency(agency, { policy: { unsigned } }, entry, ports);
}

/** Writes a changed agency over the revision that it was read as. */
export async function writeAgency(
  agency: AgencyRecord,
  change: Partial<AgencyRecord>,
  entry: TimelineEntry,
  ports: { readonly registry: Pick<RegistryWrites, 'replaceAgency'> },
): Promise<Outcome<AgencyView>> {
  const changed = { ...agency, ...change, revision: agency.revision + 1, history: withEntry(agency.history, entry) };
  if (!(await ports.registry.replaceAgency(changed))) return refuse('busy');
  return accept(viewAgency(changed));
}

export function viewAgency(agency: AgencyRecord): AgencyView {
  return {
    agencyId: agency.agencyId,
    code: agency.code,
    name: agency.name,
    ...(agency.parent ? { parent: agency.parent } : {}),
    status: agency.status,
    ...(agency.route ? { system: agency.route.system } : {}),
    policy: agency.policy,
    createdAt: new Date(agency.createdAt).toISOString(),
    certificates: [...agency.certificates],
    retirements: Object.entries(agency.retiring ?? {}).map(([thumbprint, until]) => ({
      thumbprint,
      until: new Date(until).toISOString(),
    })),
    expiries: Object.entries(agency.expiring ?? {}).map(([thumbprint, notAfter]) => ({
      thumbprint,
      notAfter: new Date(notAfter).toISOString(),
    })),
    aliases: (agency.aliases ?? []).map(({ code, from, until }) => ({
      code,
      from: new Date(from).toISOString(),
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    })),
    ...(agency.mail ? { mail: agency.mail } : {}),
    ...(agency.closedAt === undefined ? {} : { closedAt: new Date(agency.closedAt).toISOString() }),
    ...(agency.successor ? { successor: agency.successor } : {}),
    history: viewTimeline(agency.history).entries,
  };
}
