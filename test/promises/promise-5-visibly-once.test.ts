import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DeliveryTable } from '../../adapters/aws/deliveryTable.ts';
import { isDeliveryId } from '../../core/contract/ids.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { DeliveryRecord, SystemRecord } from '../../core/contract/records.ts';
import { acknowledge } from '../../core/walk/acknowledge.ts';
import { type ReceivePorts, receive } from '../../core/walk/receive.ts';
import { requeue } from '../../core/walk/setAside.ts';
import { enrolSystem } from '../kit/enrolment.ts';
import { refusalCodeOf, unlessFault } from '../kit/outcomes.ts';
import { type SentLetter, startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const LEASES = Number(process.env.DOCAXIS_LOST_LEASES ?? 150);
const LEASE_MS = LIMITS.leaseSeconds.usual * 1000;

describe('Promise 5: At least once, visibly once: two systems or pollers never hold one delivery at a time; acknowledging twice is success.', () => {
  let town: TestAxis;
  beforeAll(async () => {
    town = await startTestAxis();
  });
  afterEach(() => town.axis.interfere([]));
  afterAll(() => town.stop());

  async function leased() {
    const { answer } = await town.submitLetter();
    await town.settle();
    const { deliveries } = await town.clients['bo-minh-hoa'].receive();
    const delivery = deliveries.find(({ dispatchId }) => dispatchId === answer.dispatchId);
    if (!delivery) throw new Error('the delivery was not offered');
    return delivery;
  }

  // On a busy machine most of this is waiting.
  test.each([2, 10])(
    'case 48: %i pollers at once never hold the same delivery',
    { timeout: 120_000 },
    async (pollers) => {
      const letters: SentLetter[] = [];
      // A few at a time: thirty functions that start at once are what a busy machine does not get done.
      while (letters.length < 30)
        letters.push(...(await Promise.all(Array.from({ length: 5 }, () => town.submitLetter()))));
      await town.settle();
      const held: string[] = [];
      const tokens = new Map<string, string>();
      const poll = async (): Promise<void> => {
        for (;;) {
          const { deliveries } = await town.clients['bo-minh-hoa'].receive({ max: 5 });
          if (deliveries.length === 0) return;
          for (const { deliveryId, lease } of deliveries) {
            held.push(deliveryId);
            tokens.set(deliveryId, lease.token);
          }
        }
      };
      await Promise.all(Array.from({ length: pollers }, poll));
      // Rivals may leave some for the next look; nobody gets what somebody holds.
      await poll();
      expect(new Set(held).size).toBe(held.length);
      expect(held).toHaveLength(letters.length);
      for (const [deliveryId, leaseToken] of tokens) {
        await town.clients['bo-minh-hoa'].acknowledge(deliveryId, { leaseToken });
      }
    },
  );

  test('ten who lease the same delivery by its hint: one of them gets it', async () => {
    const { answer } = await town.submitLetter();
    await town.settle();
    const deliveryId = answer.recipients[0]?.deliveryId ?? '';
    const tries = Array.from({ length: 10 }, () => town.clients['bo-minh-hoa'].lease(deliveryId));
    const outcomes = await Promise.allSettled(tries);
    const [winner, ...others] = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(others).toEqual([]);
    await town.clients['bo-minh-hoa'].acknowledge(deliveryId, { leaseToken: winner?.lease.token ?? '' });
  });

  test('case 48: an acknowledgement that never arrived: the delivery is offered again under the same id, and the old lease is lost', async () => {
    const first = await leased();
    town.axis.interfere([
      { principal: 'docaxis-evaluation-acknowledge', operation: 'UpdateItem', fate: 'fail-before' },
    ]);
    const leaseToken = first.lease.token;
    expect(
      await unlessFault(town.clients['bo-minh-hoa'].acknowledge(first.deliveryId, { leaseToken })),
    ).toBeUndefined();
    town.axis.interfere([]);
    expect((await town.clients['bo-minh-hoa'].receive()).deliveries).toEqual([]);
    town.advance(LEASE_MS + 1000);
    const { deliveries } = await town.clients['bo-minh-hoa'].receive();
    const again = deliveries.find(({ dispatchId }) => dispatchId === first.dispatchId);
    expect(again?.deliveryId).toBe(first.deliveryId);
    expect(again?.lease.token).not.toBe(first.lease.token);
    const late = town.clients['bo-minh-hoa'].acknowledge(first.deliveryId, { leaseToken: first.lease.token });
    expect(await refusalCodeOf(late)).toBe('lease-lost');
    const inTime = town.clients['bo-minh-hoa'].acknowledge(first.deliveryId, { leaseToken: again?.lease.token ?? '' });
    expect((await inTime).state).toBe('acknowledged');
  });

  test('case 49: a poller that dies after its download: another one gets the same delivery and the same bytes', async () => {
    const first = await leased();
    const bytes = await town.clients['bo-minh-hoa'].fetchContent(first);
    expect((await town.clients['bo-minh-hoa'].receive()).deliveries).toEqual([]);
    town.advance(LEASE_MS + 1000);
    const { deliveries } = await town.clients['bo-minh-hoa'].receive();
    const again = deliveries.find(({ deliveryId }) => deliveryId === first.deliveryId);
    if (!again) throw new Error('the delivery was not offered again');
    expect((await town.clients['bo-minh-hoa'].fetchContent(again)).equals(bytes)).toBe(true);
    const { token: leaseToken } = again.lease;
    expect((await town.clients['bo-minh-hoa'].acknowledge(again.deliveryId, { leaseToken })).state).toBe(
      'acknowledged',
    );
    town.advance(LEASE_MS + 1000);
    expect((await town.clients['bo-minh-hoa'].receive()).deliveries).toEqual([]);
  });

  test('case 48: an acknowledgement whose answer was lost: acknowledging again is success', async () => {
    const { deliveryId, lease } = await leased();
    const acknowledgeIt = () => town.clients['bo-minh-hoa'].acknowledge(deliveryId, { leaseToken: lease.token });
    town.axis.interfere([{ principal: 'docaxis-evaluation-acknowledge', operation: 'UpdateItem', fate: 'kill-after' }]);
    expect(await unlessFault(acknowledgeIt())).toBeUndefined();
    town.axis.interfere([]);
    expect(await acknowledgeIt()).toEqual({ deliveryId, state: 'acknowledged' });
    expect(await acknowledgeIt()).toEqual({ deliveryId, state: 'acknowledged' });
    const [delivery] = await town.stores.items(deliveryId);
    expect(delivery?.timeline).toMatchObject([{ ev: 'ContentConsignment' }, { ev: 'ContentHandover' }]);
  });

  test(`${LEASES} lost leases leave a bounded delivery that is set aside, requeued and at last delivered once`, async () => {
    const deliveryId = await consignedTo('quen-xac-nhan');
    const table = new DeliveryTable(town.stores.dynamo, town.stores.table);
    const clock = { time: town.axis.clock.now(), now: () => clock.time };
    const ports = receivePortsOf(table, clock);
    const caller = systemRecord('quen-xac-nhan');
    let offers = 0;
    let setAsides = 0;
    while (offers < LEASES) {
      clock.time += LEASE_MS;
      const got = await receive(caller, { max: 1 }, ports);
      if (got.ok && got.value.deliveries.length === 1) {
        expect(got.value.deliveries[0]?.deliveryId).toBe(deliveryId);
        offers += 1;
        continue;
      }
      const found = await theDelivery(table, deliveryId);
      expect(found.state).toBe('set-aside');
      setAsides += 1;
      expect(offers).toBe(setAsides * LIMITS.fruitlessOffers);
      const act = { by: 'operator:kiem-thu', reason: 'hệ thống nhận đã được sửa' };
      expect((await requeue(act, deliveryId, { clock, deliveries: table })).ok).toBe(true);
    }
    clock.time += LEASE_MS;
    let last = await receive(caller, {}, ports);
    if (last.ok && last.value.deliveries.length === 0) {
      await requeue({ by: 'operator:kiem-thu', reason: 'lần cuối' }, deliveryId, { clock, deliveries: table });
      last = await receive(caller, {}, ports);
    }
    const [lease] = last.ok ? last.value.deliveries : [];
    const settled = await acknowledge(
      caller,
      { deliveryId, leaseToken: lease?.lease.token ?? '' },
      { clock, deliveries: table },
    );
    expect(settled).toMatchObject({ ok: true, value: { state: 'acknowledged' } });
    const { timeline, tallies } = await theDelivery(table, deliveryId);
    expect(tallies.offered.count).toBe(offers + 1);
    expect(tallies.setAside.count).toBeGreaterThanOrEqual(setAsides);
    expect(timeline.length).toBeLessThanOrEqual(LIMITS.timelineEntries);
    expect(timeline.filter(({ ev }) => ev === 'ContentHandover')).toHaveLength(1);
    expect(timeline.at(-1)?.ev).toBe('ContentHandover');
    const [item] = await town.stores.items(deliveryId);
    expect(JSON.stringify(item).length).toBeLessThan(20_000);
    expect((await receive(caller, {}, ports)).ok).toBe(true);
  }, 120_000);

  /** A delivery that waits in the inbox of a system of its own, so that no other test disturbs it. */
  async function consignedTo(system: string) {
    await enrolSystem(town, system);
    const { answer } = await town.submitLetter();
    await town.settle();
    const deliveryId = answer.recipients[0]?.deliveryId ?? '';
    if (!isDeliveryId(deliveryId)) throw new Error('no delivery');
    const table = new DeliveryTable(town.stores.dynamo, town.stores.table);
    const known = await theDelivery(table, deliveryId);
    await town.stores.remove(deliveryId);
    await table.consign({ ...known, system: systemRecord(system).systemId });
    return deliveryId;
  }
});

async function theDelivery(table: DeliveryTable, id: DeliveryRecord['deliveryId']): Promise<DeliveryRecord> {
  const found = await table.find(id);
  if (!found) throw new Error(`no delivery ${id}`);
  return found;
}

function receivePortsOf(deliveries: DeliveryTable, clock: { now(): number }): ReceivePorts {
  let tokens = 0;
  return {
    clock,
    deliveries,
    directory: { agencyByCode: async () => undefined },
    queues: { wait: async () => [], forget: async () => {} },
    waitingRoom: { enter: async () => false },
    objects: { link: async () => '' },
    random: () => String(tokens++).padStart(21, 'a'),
    setAside: () => undefined,
    memory: { restoredAt: async () => undefined },
    trouble: () => undefined,
  };
}

const systemRecord = (systemId: string): SystemRecord => ({
  v: 1,
  systemId: systemId as SystemRecord['systemId'],
  name: systemId,
  revision: 1,
  status: 'active',
  createdAt: 0,
  keys: [],
  history: [],
});
