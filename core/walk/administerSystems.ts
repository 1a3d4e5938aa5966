import { withEntry } from '../administer/history.ts';
import { liveSecrets } from '../administer/liveSecrets.ts';
import { readClientKey } from '../administer/readClientKey.ts';
import { pruned, retirementOf, stillInForce } from '../administer/retirement.ts';
import { budgetOf } from '../budget/purse.ts';
import type { AnswerOf } from '../contract/answers.ts';
import type { Amounts } from '../contract/budget.ts';
import type { SystemId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { KeyClaim, SystemRecord, TimelineEntry } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import { viewTimeline } from '../contract/timeline.ts';
import { type Act, type AdministerPorts, entryOf } from './administer.ts';

type SystemView = AnswerOf<'showSystem'>;

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
  if (await ports.registry.putSystem(system)) return accept(await viewSystem(system, ports));
  const existing = await ports.directory.system(system.systemId);
  // The same addition again, after its answer was lost.
  return existing?.name === system.name
    ? accept(await viewSystem(existing, ports))
    : refuse('already-claimed', { what: 'system id', value: request.systemId });
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
  if (isRetiring(await ports.directory.key(kid), system)) return refuse('key-unusable', { problem: 'it is retired' });
  const keys = stillInForce(system.keys, system.retiring, ports.clock.now());
  const known = keys.includes(kid);
  if (!known && keys.length >= LIMITS.keysPerSystem)
    return refuse('key-unusable', { problem: `a system holds at most ${LIMITS.keysPerSystem} keys` });
  await ports.inboxes.ensure(system.systemId);
  if (!(await ports.registry.claimKey({ kid, system: system.systemId, jwk, from: ports.clock.now() }))) {
    return refuse('already-claimed', { what: 'key id', value: kid });
  }
  if (known) return accept(await viewSystem(system, ports));
  return changeSystem(
    system,
    { keys: [...keys, kid], retiring: pruned(system.retiring, keys) },
    entryOf('x-key-added', act, ports, { from: 'none', to: kid }),
    ports,
  );
}

const isRetiring = (claim: KeyClaim | undefined, system: SystemRecord): boolean =>
  claim?.system === system.systemId && claim.until !== undefined;

/** Ends a key's claim, at once or after an overlap; a system keeps working with its other keys. */
export async function retireKey(
  act: Act,
  request: RequestOf<'retireKey'> & { systemId: SystemId; kid: string },
  ports: AdministerPorts,
): Promise<Outcome<SystemView>> {
  const { systemId, kid } = request;
  const system = await ports.directory.system(systemId);
  if (!system) return refuse('system-not-found', { system: systemId });
  const claim = await ports.directory.key(kid);
  if (claim?.system !== systemId) return refuse('key-not-found', { system: systemId, kid });
  const now = ports.clock.now();
  const until = retirementOf(request.until, now);
  if (!until.ok) return until;
  if (!(await ports.registry.retireKey({ ...claim, until: until.value }, now)))
    return refuse('state-conflict', { state: 'retired', action: 'retireKey', from: 'in force' });
  const entry = entryOf('x-key-retired', act, ports, { from: kid, to: new Date(until.value).toISOString() });
  return changeSystem(system, { retiring: { ...system.retiring, [kid]: until.value } }, entry, ports);
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

/** Gives a system a budget of its own; what is left out is as for everybody. It counts within `LIMITS.registryCacheSeconds`. */
export async function setLimits(
  act: Act,
  { systemId, requests, bytes }: RequestOf<'setLimits'> & { systemId: SystemId },
  ports: AdministerPorts,
): Promise<Outcome<SystemView>> {
  const system = await ports.directory.system(systemId);
  if (!system) return refuse('system-not-found', { system: systemId });
  const limits = { ...(requests === undefined ? {} : { requests }), ...(bytes === undefined ? {} : { bytes }) };
  const { requests: oldRequests, bytes: oldBytes } = system.limits ?? {};
  if (requests === oldRequests && bytes === oldBytes) return accept(await viewSystem(system, ports));
  const change = { from: budgetText(budgetOf(system)), to: budgetText(budgetOf({ limits })) };
  return changeSystem(system, { limits }, entryOf('x-limits-set', act, ports, change), ports);
}

const budgetText = ({ requests, bytes }: Amounts): string => `${requests} requests, ${bytes} bytes`;

/** Writes a change of a system together with its entry in the history. */
export async function changeSystem(
  system: SystemRecord,
  change: Partial<SystemRecord>,
  entry: TimelineEntry,
  ports: AdministerPorts,
): Promise<Outcome<SystemView>> {
  const changed = { ...system, ...change, revision: system.revision + 1, history: withEntry(system.history, entry) };
  if (!(await ports.registry.replaceSystem(changed))) return refuse('busy');
  return accept(await viewSystem(changed, ports));
}

async function viewSystem(system: SystemRecord, ports: AdministerPorts): Promise<SystemView> {
  const refusals = await ports.refusals.latest(system.systemId);
  return {
    systemId: system.systemId,
    name: system.name,
    status: system.status,
    createdAt: new Date(system.createdAt).toISOString(),
    keys: [...stillInForce(system.keys, system.retiring, ports.clock.now())],
    retirements: Object.entries(system.retiring ?? {}).map(([kid, until]) => ({
      kid,
      until: new Date(until).toISOString(),
    })),
    secrets: liveSecrets(system, ports.clock.now()).map(({ secretId, from, until, note }) => ({
      secretId,
      from: new Date(from).toISOString(),
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
      ...(note === undefined ? {} : { note }),
    })),
    limits: {
      ...budgetOf(system),
      windowSeconds: LIMITS.budget.windowSeconds,
      own: Object.keys(system.limits ?? {}).length > 0,
    },
    history: viewTimeline(system.history).entries,
    refusals: refusals.map(({ at, code, route, correlationId }) => ({
      at: new Date(at).toISOString(),
      code,
      route,
      correlationId,
    })),
  };
}
