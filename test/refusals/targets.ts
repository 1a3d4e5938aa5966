import { REQUESTS } from '../../core/contract/requests.ts';
import { ROUTES, type RouteName } from '../../core/contract/routes.ts';
import { sampleDocument } from '../../world/documents.ts';
import { spoil } from './spoil.ts';
import type { PlainRequest, Town } from './town.ts';

/** What the requests of the table are about: a delivery under lease and the dispatch that it is of. */
export interface Target {
  readonly dispatchId: string;
  readonly deliveryId: string;
  readonly leaseToken: string;
  /** Code of the recipient. */
  readonly code: string;
  /** Code under which the caller sent something. */
  readonly sender: string;
}

/** Sends a letter to an agency and leases its delivery as the system that serves it. */
export async function leasedDelivery(
  town: Town,
  recipient: { readonly code: string; readonly authorization: () => Promise<string> },
): Promise<Target> {
  const { answer } = await town.submitLetter({ to: [recipient.code] });
  await town.settle();
  const deliveryId = answer.recipients[0]?.deliveryId ?? '';
  const path = `/v1/deliveries/${deliveryId}/lease`;
  const response = await town.send({ method: 'POST', path, body: '{}' }, await recipient.authorization());
  const { lease }: { lease: { token: string } } = JSON.parse(await response.text());
  const { code } = recipient;
  return { dispatchId: answer.dispatchId, deliveryId, leaseToken: lease.token, code, sender: code };
}

let counter = 0;

type Build = (
  town: Town,
  target: Target,
) => { readonly body?: unknown; readonly query?: string } | Promise<{ readonly body?: unknown }>;

const REASON = 'refusal table';

/** What each route is asked for, where it needs more than its path. */
const BUILDERS: Partial<Record<RouteName, Build>> = {
  sent: (_, { sender }) => ({ query: `?agency=${sender}` }),
  receive: (_, { code }) => ({ body: { agency: code } }),
  acknowledge: (_, { leaseToken }) => ({ body: { leaseToken } }),
  acknowledgeBatch: (_, { deliveryId, leaseToken }) => ({ body: { items: [{ deliveryId, leaseToken }] } }),
  release: (_, { leaseToken }) => ({ body: { leaseToken } }),
  reject: (_, { leaseToken }) => ({ body: { leaseToken, reason: REASON } }),
  extend: (_, { leaseToken }) => ({ body: { leaseToken } }),
  addSystem: () => ({ body: { systemId: `system-${++counter}`, name: 'Hệ thống', reason: REASON } }),
  addKey: () => ({
    body: { jwk: { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: `kid-${++counter}-of-table` }, reason: REASON },
  }),
  suspendSystem: () => ({ body: { suspended: false, reason: REASON } }),
  addAgency: () => ({ body: { code: `X95.${10 + ++counter}`, name: 'Cơ quan', reason: REASON } }),
  addCertificate: ({ world }) => ({ body: { pem: world.anchors[0], reason: REASON } }),
  suspendAgency: () => ({ body: { suspended: false, reason: REASON } }),
  setPolicy: () => ({ body: { unsigned: 'refuse', reason: REASON } }),
  setTrust: ({ world: { anchors, intermediates } }) => ({ body: { anchors, intermediates, reason: REASON } }),
  requeue: (town, target) => setAside(town, target),
  discard: (town, target) => setAside(town, target),
};

async function setAside({ stores }: Town, { deliveryId }: Target): Promise<{ body: unknown }> {
  await spoil(stores, deliveryId, { attribute: 'state', value: 'set-aside' });
  return { body: { reason: REASON } };
}

/** One request of a route that would succeed for the right caller, about a target. */
export async function requestOf(route: RouteName, town: Town, target: Target): Promise<PlainRequest> {
  const { method, path } = ROUTES[route];
  const values: Readonly<Record<string, string>> = {
    dispatchId: target.dispatchId,
    deliveryId: target.deliveryId,
    systemId: town.foreign.systemId,
    agencyId: town.foreign.agencyId,
  };
  const made: { body?: unknown; query?: string } = (await BUILDERS[route]?.(town, target)) ?? {};
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '') + (made.query ?? '');
  if (route === 'submit')
    return { method, path: address, type: 'application/edxml', body: await letterFrom(town, target.sender) };
  const body = route in REQUESTS ? { type: 'application/json', body: JSON.stringify(made.body ?? {}) } : {};
  return { method, path: address, ...body };
}

/** A letter of an agency of the sample world; of any other one, unsigned. */
async function letterFrom(town: Town, code: string): Promise<Buffer> {
  if (code.startsWith('X91') || code.startsWith('X92')) return town.letter({ from: 'X92', to: ['X91.04'] });
  const draft = { from: 'X92.03', to: ['X91.04'], number: ++counter, date: '2026/03/02', subject: 'Thử' } as const;
  return Buffer.from(sampleDocument(draft).toString('utf8').replaceAll('X92.03', code));
}
