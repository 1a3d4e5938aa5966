import { X509Certificate } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { thumbprintOf } from '../../core/contract/derivedIds.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { REQUESTS } from '../../core/contract/requests.ts';
import { ROUTES, type RouteName } from '../../core/contract/routes.ts';
import { sampleDocument } from '../../world/documents.ts';
import { sampleTrust } from '../../world/sampleTrust.ts';
import { spoil } from './spoil.ts';
import type { PlainRequest, Town } from './town.ts';

/** What the requests of the table are about: a delivery under lease and the dispatch that it is of. */
export interface Target {
  readonly dispatchId: string;
  readonly deliveryId: string;
  readonly leaseToken: string;
  /** An upload in parts that the recipient's system started. */
  readonly uploadId: string;
  /** A submission of the recipient's system that is being worked on. */
  readonly submissionId: string;
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
  const uploadId = await startedUpload(town, await recipient.authorization());
  const submissionId = await plantedSubmission(town, deliveryId);
  return {
    dispatchId: answer.dispatchId,
    deliveryId,
    leaseToken: lease.token,
    uploadId,
    submissionId,
    code,
    sender: code,
  };
}

/** A submission in the background, of the system that serves the recipient; nobody is told of it, so that it stays. */
async function plantedSubmission({ stores, axis }: Town, deliveryId: string): Promise<string> {
  const delivery = await stores.item(deliveryId);
  const id = `sub_${deliveryId.slice('dlv_'.length)}`;
  const now = axis.clock.now();
  const times = { createdAt: now, expiresAt: now + 3_600_000 };
  const about = { system: delivery?.system, dispatchId: delivery?.dispatchId, sha256: 'a'.repeat(64) };
  const Item = marshall({ id, v: 1, state: 'working', correlationId: 'planted', ...about, ...times });
  await stores.dynamo.send(new PutItemCommand({ TableName: stores.table, Item }));
  return id;
}

/** An open upload in parts. */
async function startedUpload(town: Town, authorization: string): Promise<string> {
  const body = JSON.stringify({ bytes: LIMITS.singlePutBytes + 1, sha256: digestOf(++counter), what: 'attachment' });
  const response = await town.send({ method: 'POST', path: '/v1/uploads', body }, authorization);
  const { uploadId }: { uploadId: string } = JSON.parse(await response.text());
  return uploadId;
}

const digestOf = (number: number): string => String(number).padStart(64, '0');

let counter = 0;

interface Made {
  readonly body?: unknown;
  readonly query?: string;
  /** What stands in the path instead of the foreign system and agency. */
  readonly path?: Readonly<Record<string, string>>;
}
type Build = (town: Town, target: Target) => Made | Promise<Made>;

const REASON = 'refusal table';

/** What each route is asked for, where it needs more than its path. */
const BUILDERS: Partial<Record<RouteName, Build>> = {
  startUpload: () => ({ body: { bytes: 1, sha256: digestOf(++counter), what: 'attachment' } }),
  uploadParts: () => ({ body: { from: 1, to: 1 } }),
  setWebhook: () => ({ body: { url: 'https://10.0.0.1/hook' } }),
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
  setLimits: () => ({ body: { requests: 100_000, reason: REASON } }),
  addAgency: () => ({ body: { code: `X95.${10 + ++counter}`, name: 'Cơ quan', reason: REASON } }),
  addCertificate: ({ world }) => ({ body: { pem: world.anchors[0], reason: REASON } }),
  retireKey: (town) => ({ body: tomorrow(town), path: { kid: town.foreign.key.kid } }),
  addSecret: () => ({ body: { reason: REASON } }),
  retireSecret: async (town) => ({ body: tomorrow(town), path: { secretId: await secretOf(town) } }),
  trace: () => ({ query: '?id=planted' }),
  findAgency: ({ foreign }) => ({ query: `?code=${foreign.code}` }),
  importAgencies: () => ({
    body: { agencies: [{ code: 'X95.09', name: 'Cơ quan nhập' }], dryRun: true, reason: REASON },
  }),
  changeAgency: () => ({ body: { name: 'Cơ quan đổi tên', reason: REASON } }),
  retireCertificate: async (town) => ({ body: tomorrow(town), path: { thumbprint: await certificateOf(town) } }),
  addAlias: () => ({ body: { code: `X95.${10 + ++counter}`, reason: REASON } }),
  moveAgency: ({ foreign }) => ({ body: { system: foreign.systemId, reason: REASON } }),
  mergeAgency: async (town) => ({
    body: { into: town.suspended.code, reason: REASON },
    path: { agencyId: await agencyToMerge(town) },
  }),
  suspendAgency: () => ({ body: { suspended: false, reason: REASON } }),
  setPolicy: () => ({ body: { unsigned: 'refuse', reason: REASON } }),
  setTrust: ({ world }) => ({ body: { list: sampleTrust(world), reason: REASON } }),
  tryTrust: ({ world }) => ({ body: { list: sampleTrust(world) } }),
  reportLines: () => ({ query: '?from=2026-03-01T00:00:00Z&to=2026-03-31T00:00:00Z' }),
  setPause: () => ({ body: { paused: false, reason: REASON } }),
  rebuild: () => ({ body: { what: 'look', reason: REASON } }),
  holdDispatch: () => ({ body: { held: true, reason: REASON } }),
  requeue: (town, target) => setAside(town, target),
  discard: (town, target) => setAside(town, target),
};

/** Retirement tomorrow: it can be asked for again and again, and what retires still works. */
const tomorrow = ({ axis }: Town) => ({ until: new Date(axis.clock.now() + 86_400_000).toISOString(), reason: REASON });

/** A certificate of the foreign agency; once it retires it is not added again. */
async function certificateOf({ operator, world, foreign: { agencyId } }: Town): Promise<string> {
  const [pem = ''] = world.anchors;
  const thumbprint = thumbprintOf(new X509Certificate(pem).raw);
  const { certificates } = await operator.call('showAgency', { path: { agencyId } });
  if (!certificates.includes(thumbprint))
    await operator.call('addCertificate', { path: { agencyId }, body: { pem, reason: REASON } });
  return thumbprint;
}

/** A secret of the foreign system that is still in force, the first one again and again. */
async function secretOf({ operator, foreign: { systemId } }: Town): Promise<string> {
  const path = { systemId };
  const { secrets } = await operator.call('showSystem', { path });
  return secrets[0]?.secretId ?? (await operator.call('addSecret', { path, body: { reason: REASON } })).secretId;
}

async function agencyToMerge({ operator, foreign: { systemId } }: Town): Promise<string> {
  const body = { code: `X95.${10 + ++counter}`, name: 'Cơ quan', system: systemId, reason: REASON };
  return (await operator.call('addAgency', { body })).agencyId;
}

async function setAside({ stores }: Town, { deliveryId }: Target): Promise<Made> {
  await spoil(stores, deliveryId, { attribute: 'state', value: 'set-aside' });
  return { body: { reason: REASON } };
}

/** One request of a route that would succeed for the right caller, about a target. */
export async function requestOf(route: RouteName, town: Town, target: Target): Promise<PlainRequest> {
  const { method, path } = ROUTES[route];
  const made: Made = (await BUILDERS[route]?.(town, target)) ?? {};
  const values: Readonly<Record<string, string>> = {
    dispatchId: target.dispatchId,
    deliveryId: target.deliveryId,
    uploadId: target.uploadId,
    submissionId: target.submissionId,
    id: target.deliveryId,
    file: 'checkpoint',
    n: '1',
    systemId: town.foreign.systemId,
    agencyId: town.foreign.agencyId,
    ...made.path,
  };
  const address = path.replaceAll(/\{(\w+)\+?\}/g, (_, name: string) => values[name] ?? '') + (made.query ?? '');
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
