import { readClientKey } from '../administer/readClientKey.ts';
import type { AnswerOf } from '../contract/answers.ts';
import { thumbprintOf } from '../contract/derivedIds.ts';
import type { AgencyId, SystemId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type {
  Clock,
  Deliveries,
  Directory,
  InboxProvision,
  RefusalArchive,
  RegistryWrites,
} from '../contract/ports.ts';
import type { AgencyRecord, SystemRecord, TimelineEntry, TrustRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import { byOperator, viewTimeline } from '../contract/timeline.ts';
import { normalizeAgencyCode, parseAgencyCode } from '../edxml/agencyCode.ts';

/** Reads a certificate that an operator wants to register, strictly. */
export interface CertificateReader {
  read(pem: string): Outcome<Buffer>;
}

export interface AdministerPorts {
  readonly clock: Clock;
  /** Reads the latest: an operator sees at once what was just done. */
  readonly directory: Directory;
  readonly registry: RegistryWrites;
  readonly inboxes: InboxProvision;
  readonly refusals: RefusalArchive;
  readonly certificates: CertificateReader;
  readonly deliveries: Pick<Deliveries, 'find' | 'move'>;
  readonly newAgencyId: () => AgencyId;
}

/** Who acts, and why: every change of the registry says both. */
export interface Act {
  readonly operator: string;
  readonly reason: string;
}

type SystemView = AnswerOf<'showSystem'>;
type AgencyView = AnswerOf<'showAgency'>;
type TrustView = AnswerOf<'showTrust'>;

const HISTORY = 200;

/** A history keeps its first entry and the latest ones. */
function withEntry(history: readonly TimelineEntry[], entry: TimelineEntry): readonly TimelineEntry[] {
  return history.length < HISTORY ? [...history, entry] : [...history.slice(0, 1), ...history.slice(2), entry];
}

const entryOf = (
  ev: string,
  act: Act,
  ports: AdministerPorts,
  change: { from: string; to: string },
): TimelineEntry => ({
  ev,
  at: ports.clock.now(),
  by: byOperator(act.operator),
  ...change,
  detail: act.reason,
});

export async function addSystem(
  act: Act,
  request: RequestOf<'addSystem'>,
  ports: AdministerPorts,
): Promise<Outcome<SystemView>> {
  const system: SystemRecord = {
    v: 1,
    revision: 1,
    systemId: request.systemId as SystemId,
    name: request.name,
    status: 'active',
    createdAt: ports.clock.now(),
    keys: [],
    history: [entryOf('x-system-added', act, ports, { from: 'none', to: 'active' })],
  };
  if (!(await ports.registry.putSystem(system)))
    return refuse('already-claimed', { what: 'system id', value: request.systemId });
  return accept(await viewSystem(system, ports));
}

export async function showSystem(systemId: SystemId, ports: AdministerPorts): Promise<Outcome<SystemView>> {
  const system = await ports.directory.system(systemId);
  return system ? accept(await viewSystem(system, ports)) : refuse('system-not-found', { system: systemId });
}

/** Claims the key for this system; its first key also gives the system its inbox queue. */
export async function addKey(
  act: Act,
  request: RequestOf<'addKey'> & { systemId: SystemId },
  ports: AdministerPorts,
): Promise<Outcome<SystemView>> {
  const system = await ports.directory.system(request.systemId);
  if (!system) return refuse('system-not-found', { system: request.systemId });
  const key = readClientKey(request.jwk);
  if (!key.ok) return key;
  const { kid, jwk } = key.value;
  const known = system.keys.includes(kid);
  if (!known && system.keys.length >= LIMITS.keysPerSystem)
    return refuse('key-unusable', { problem: `a system holds at most ${LIMITS.keysPerSystem} keys` });
  await ports.inboxes.ensure(system.systemId);
  if (!(await ports.registry.claimKey({ kid, system: system.systemId, jwk, from: ports.clock.now() }))) {
    return refuse('already-claimed', { what: 'key id', value: kid });
  }
  if (known) return accept(await viewSystem(system, ports));
  return changeSystem(
    system,
    { keys: [...system.keys, kid] },
    entryOf('x-key-added', act, ports, { from: 'none', to: kid }),
    ports,
  );
}

export async function suspendSystem(
  act: Act,
  request: RequestOf<'suspendSystem'> & { systemId: SystemId },
  ports: AdministerPorts,
): Promise<Outcome<SystemView>> {
  const system = await ports.directory.system(request.systemId);
  if (!system) return refuse('system-not-found', { system: request.systemId });
  const status = request.suspended ? 'suspended' : 'active';
  if (system.status === status) return accept(await viewSystem(system, ports));
  return changeSystem(
    system,
    { status },
    entryOf(`x-system-${status}`, act, ports, { from: system.status, to: status }),
    ports,
  );
}

async function changeSystem(
  system: SystemRecord,
  change: Partial<SystemRecord>,
  entry: TimelineEntry,
  ports: AdministerPorts,
): Promise<Outcome<SystemView>> {
  const changed = { ...system, ...change, revision: system.revision + 1, history: withEntry(system.history, entry) };
  if (!(await ports.registry.replaceSystem(changed))) return refuse('busy');
  return accept(await viewSystem(changed, ports));
}

export async function addAgency(
  act: Act,
  request: RequestOf<'addAgency'>,
  ports: AdministerPorts,
): Promise<Outcome<AgencyView>> {
  const parsed = parseAgencyCode(request.code);
  if (!parsed || parsed.isHub) {
    return refuse('parameter-invalid', {
      parameter: 'code',
      problem: 'not an agency code of Decision 20/2020 or QCVN 102, or the code of a hub',
    });
  }
  const { code } = parsed;
  if (request.system && !(await ports.directory.system(request.system as SystemId)))
    return refuse('system-not-found', { system: request.system });
  // An addition that broke off after its claim goes on under the id that was claimed.
  const agencyId = (await ports.directory.codeHolder(code)) ?? ports.newAgencyId();
  const agency: AgencyRecord = {
    v: 1,
    revision: 1,
    agencyId,
    code,
    name: request.name,
    ...(request.parent ? { parent: normalizeAgencyCode(request.parent) } : {}),
    status: 'active',
    ...(request.system ? { route: { kind: 'system', system: request.system as SystemId } } : {}),
    policy: { unsigned: 'refuse' },
    createdAt: ports.clock.now(),
    certificates: [],
    history: [entryOf('x-agency-added', act, ports, { from: 'none', to: 'active' })],
  };
  if (!(await ports.registry.claimCode({ code, agencyId, from: ports.clock.now() })))
    return refuse('already-claimed', { what: 'agency code', value: code });
  if (await ports.registry.putAgency(agency)) return accept(viewAgency(agency));
  const existing = await ports.directory.agency(agencyId);
  if (existing && isSameAddition(existing, agency)) return accept(viewAgency(existing));
  return refuse('already-claimed', { what: 'agency code', value: code });
}

/** The same addition again, after its answer was lost. */
const isSameAddition = (existing: AgencyRecord, asked: AgencyRecord): boolean =>
  existing.name === asked.name && existing.parent === asked.parent && existing.route?.system === asked.route?.system;

export async function showAgency(agencyId: AgencyId, ports: AdministerPorts): Promise<Outcome<AgencyView>> {
  const agency = await ports.directory.agency(agencyId);
  return agency ? accept(viewAgency(agency)) : refuse('agency-not-found', { agency: agencyId });
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
  const known = agency.certificates.includes(thumbprint);
  if (!known && agency.certificates.length >= LIMITS.certificatesPerAgency) {
    return refuse('certificate-unusable', {
      problem: `an agency holds at most ${LIMITS.certificatesPerAgency} certificates`,
    });
  }
  const claim = { thumbprint, agencyId: agency.agencyId, der: der.value.toString('base64'), from: ports.clock.now() };
  if (!(await ports.registry.claimCertificate(claim)))
    return refuse('already-claimed', { what: 'certificate', value: thumbprint });
  if (known) return accept(viewAgency(agency));
  const entry = entryOf('x-certificate-added', act, ports, { from: 'none', to: thumbprint });
  return changeAgency(agency, { certificates: [...agency.certificates, thumbprint] }, entry, ports);
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
  return changeAgency(
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
  return changeAgency(agency, { policy: { unsigned } }, entry, ports);
}

async function changeAgency(
  agency: AgencyRecord,
  change: Partial<AgencyRecord>,
  entry: TimelineEntry,
  ports: AdministerPorts,
): Promise<Outcome<AgencyView>> {
  const changed = { ...agency, ...change, revision: agency.revision + 1, history: withEntry(agency.history, entry) };
  if (!(await ports.registry.replaceAgency(changed))) return refuse('busy');
  return accept(viewAgency(changed));
}

export async function showTrust(ports: AdministerPorts): Promise<Outcome<TrustView>> {
  return accept(viewTrust((await ports.directory.trust()) ?? NO_TRUST));
}

const NO_TRUST: TrustRecord = { v: 1, version: 0, anchors: [], intermediates: [], history: [] };

/** Replaces the trust anchors as a whole; one certificate that cannot be read leaves the old list in force. */
export async function setTrust(
  act: Act,
  request: RequestOf<'setTrust'>,
  ports: AdministerPorts,
): Promise<Outcome<TrustView>> {
  const current = (await ports.directory.trust()) ?? NO_TRUST;
  const anchors = readAll(request.anchors, ports);
  if (!anchors.ok) return anchors;
  const intermediates = readAll(request.intermediates, ports);
  if (!intermediates.ok) return intermediates;
  const version = current.version + 1;
  const entry = entryOf('x-trust-set', act, ports, { from: `version ${current.version}`, to: `version ${version}` });
  const trust: TrustRecord = {
    v: 1,
    version,
    anchors: anchors.value,
    intermediates: intermediates.value,
    history: withEntry(current.history, entry),
  };
  return (await ports.registry.replaceTrust(trust)) ? accept(viewTrust(trust)) : refuse('busy');
}

function readAll(pems: readonly string[], ports: AdministerPorts): Outcome<readonly string[]> {
  const read: string[] = [];
  for (const pem of pems) {
    const der = ports.certificates.read(pem);
    if (!der.ok) return der;
    read.push(der.value.toString('base64'));
  }
  return accept(read);
}

async function viewSystem(system: SystemRecord, ports: AdministerPorts): Promise<SystemView> {
  const refusals = await ports.refusals.latest(system.systemId);
  return {
    systemId: system.systemId,
    name: system.name,
    status: system.status,
    createdAt: new Date(system.createdAt).toISOString(),
    keys: [...system.keys],
    history: viewTimeline(system.history).entries,
    refusals: refusals.map(({ at, code, route, correlationId }) => ({
      at: new Date(at).toISOString(),
      code,
      route,
      correlationId,
    })),
  };
}

function viewAgency(agency: AgencyRecord): AgencyView {
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
    history: viewTimeline(agency.history).entries,
  };
}

const viewTrust = (trust: TrustRecord): TrustView => ({
  version: trust.version,
  anchors: [...trust.anchors],
  intermediates: [...trust.intermediates],
  history: viewTimeline(trust.history).entries,
});
