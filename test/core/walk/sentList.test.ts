import { afterAll, beforeAll, expect, test } from 'vitest';
import { CachedDirectory } from '../../../adapters/aws/cachedDirectory.ts';
import { DeliveryTable } from '../../../adapters/aws/deliveryTable.ts';
import { DispatchTable } from '../../../adapters/aws/dispatchTable.ts';
import { MailboxTable } from '../../../adapters/aws/mailboxTable.ts';
import { RegistryTable } from '../../../adapters/aws/registryTable.ts';
import { deliveryIdOf } from '../../../core/contract/derivedIds.ts';
import type { AgencyId, SystemId } from '../../../core/contract/ids.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { DispatchRecord } from '../../../core/contract/records.ts';
import { listSentItems, type SentListPorts, type SentWanted } from '../../../core/walk/sentList.ts';
import { aDelivery, aDispatch, anAgency, aSystem, MINISTRY } from '../../adapters/aws/records.ts';
import { startTestCloud, type TestCloud } from '../../adapters/aws/testCloud.ts';

/** What a system's agencies sent, one item a recipient, from the real tables. */
const AT = 1_772_438_400_000;
const MINUTE = 60_000;
const CENTRE = 'trung-tam' as SystemId;
const caller = aSystem(CENTRE);
const [FIRST, SECOND, FOREIGN] = [
  anAgency('X81', { route: { kind: 'system', system: CENTRE } }),
  anAgency('X82', { route: { kind: 'system', system: CENTRE } }),
  anAgency('X83', { route: { kind: 'system', system: MINISTRY } }),
];

let cloud: TestCloud;
let ports: SentListPorts;
let deliveries: DeliveryTable;
let dispatches: DispatchTable;
let now = AT;

beforeAll(async () => {
  cloud = await startTestCloud();
  const registry = new RegistryTable(cloud.dynamo, cloud.registry);
  for (const agency of [FIRST, SECOND, FOREIGN]) await registry.putAgency(agency);
  deliveries = new DeliveryTable(cloud.dynamo, cloud.dispatches);
  dispatches = new DispatchTable(cloud.dynamo, cloud.dispatches);
  const clock = { now: () => now };
  ports = {
    clock,
    search: registry,
    directory: new CachedDirectory(cloud.dynamo, cloud.registry, clock),
    dispatches,
    deliveries,
  };
});
afterAll(() => cloud?.stop());

interface Sent {
  readonly sender: AgencyId;
  readonly at: number;
  readonly kind?: 'document' | 'status';
  readonly recipients?: number;
  readonly subject?: string;
}

const idOf = (number: number) => `01970000-0000-7000-8000-${String(number).padStart(12, '0')}` as AgencyId;

async function sent({
  sender,
  at,
  kind = 'document',
  recipients = 1,
  subject = 'V/v thử',
}: Sent): Promise<DispatchRecord> {
  const dispatch = aDispatch(at, { sender });
  const { details, headline } = dispatch;
  const record = {
    ...dispatch,
    headline: { ...headline, kind, subject },
    recipientCount: recipients,
    details: {
      ...details,
      recipients: Array.from({ length: recipients }, (_, index) => ({
        agencyId: idOf(index),
        code: `X92.${String(index).padStart(3, '0')}`,
        name: 'Bên nhận',
        system: MINISTRY,
      })),
    },
  };
  expect(await dispatches.accept(record)).toBe(true);
  return record;
}

async function list(wanted: SentWanted = {}) {
  const outcome = await listSentItems(caller, wanted, ports);
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  return outcome.value;
}

test('newest first over all agencies of the system, one item a recipient, with what became of each', async () => {
  const old = await sent({ sender: FIRST.agencyId, at: AT - 2 * MINUTE });
  const wide = await sent({ sender: SECOND.agencyId, at: AT - MINUTE, recipients: 3, subject: 'x'.repeat(900) });
  await sent({ sender: FOREIGN.agencyId, at: AT });
  const { dispatchId } = wide;
  const deliveryIds = [0, 1, 2].map((index) => deliveryIdOf(dispatchId, idOf(index)));
  const [taken, queued] = deliveryIds;
  if (!taken || !queued) throw new Error('no delivery ids');
  for (const deliveryId of [taken, queued]) await deliveries.consign(aDelivery(AT, { deliveryId, dispatchId }));
  const mailbox = new MailboxTable(cloud.dynamo, cloud.dispatches);
  const seen = await deliveries.find(taken);
  if (!seen) throw new Error('not consigned');
  const entry = { ev: 'ContentHandover', at: AT + 5, by: 'system:x', from: 'queued', to: 'acknowledged' };
  await mailbox.collect(seen, entry);
  const { items, more } = await list();
  expect(more).toBe(false);
  expect(items.map((item) => [item.dispatchId, item.recipientCode])).toEqual([
    [dispatchId, 'X92.000'],
    [dispatchId, 'X92.001'],
    [dispatchId, 'X92.002'],
    [old.dispatchId, 'X92.000'],
  ]);
  expect(items[0]).toEqual({
    dispatchId,
    deliveryId: taken,
    kind: 'document',
    senderCode: 'X91.04',
    recipientCode: 'X92.000',
    title: 'x'.repeat(LIMITS.titleChars),
    notation: '15/STN-VP',
    signed: 'xmldsig',
    acceptedAt: AT - MINUTE,
    dispatchState: 'accepted',
    delivery: { state: 'acknowledged', since: AT + 5, acknowledgedAt: AT + 5 },
  });
  expect(items[1]?.delivery).toEqual({ state: 'queued', since: AT });
  // Not in its inbox yet.
  expect(items[2]?.delivery).toBeUndefined();
});

test('by period, by kind, and one alone; one of others is unknown', async () => {
  now = AT + 10 * MINUTE;
  const status = await sent({ sender: FIRST.agencyId, at: now, kind: 'status' });
  const letter = await sent({ sender: FIRST.agencyId, at: now + 1 });
  const foreign = await sent({ sender: FOREIGN.agencyId, at: now });
  const ids = async (wanted: SentWanted) => (await list(wanted)).items.map(({ dispatchId }) => dispatchId);
  expect(await ids({ from: now })).toEqual([letter.dispatchId, status.dispatchId]);
  expect(await ids({ from: now, to: now })).toEqual([status.dispatchId]);
  expect(await ids({ from: now, to: now - 1 })).toEqual([]);
  expect(await ids({ to: -MINUTE })).toEqual([]);
  expect(await ids({ from: -MINUTE, to: AT - 2 * MINUTE })).toHaveLength(1);
  expect(await ids({ from: now, kind: 'document' })).toEqual([letter.dispatchId]);
  expect(await ids({ dispatchId: status.dispatchId })).toEqual([status.dispatchId]);
  const refused = await listSentItems(caller, { dispatchId: foreign.dispatchId }, ports);
  expect(refused).toMatchObject({ ok: false, refusal: { code: 'dispatch-not-found' } });
});

test('a dispatch is shown whole or not at all, and that there is more is said', async () => {
  const from = AT + 60 * MINUTE;
  const half = LIMITS.sentItems / 2;
  await sent({ sender: FIRST.agencyId, at: from, recipients: half });
  await sent({ sender: SECOND.agencyId, at: from + 1, recipients: half });
  expect(await list({ from })).toMatchObject({ items: { length: LIMITS.sentItems }, more: false });
  await sent({ sender: FIRST.agencyId, at: from + 2 });
  expect(await list({ from })).toMatchObject({ items: { length: half + 1 }, more: true });
});
