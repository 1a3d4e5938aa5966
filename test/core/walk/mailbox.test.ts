import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toDeliveryItem } from '../../../adapters/aws/deliveryItem.ts';
import { DeliveryTable } from '../../../adapters/aws/deliveryTable.ts';
import { DispatchTable } from '../../../adapters/aws/dispatchTable.ts';
import { MailboxTable } from '../../../adapters/aws/mailboxTable.ts';
import { RelocationTable } from '../../../adapters/aws/relocationTable.ts';
import type { AgencyId, DeliveryId, SystemId } from '../../../core/contract/ids.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { DeliveryRecord, SystemRecord } from '../../../core/contract/records.ts';
import type { Outcome } from '../../../core/contract/refusals.ts';
import { SYSTEM_LEASE } from '../../../core/receive/inboxKey.ts';
import { acknowledge, reject } from '../../../core/walk/acknowledge.ts';
import {
  collect,
  countWaiting,
  giveBack,
  holdByName,
  listWaiting,
  type MailboxPorts,
  takeContent,
} from '../../../core/walk/mailbox.ts';
import { lease } from '../../../core/walk/receive.ts';
import { aDelivery, anAgency } from '../../adapters/aws/records.ts';
import { startTestCloud, type TestCloud } from '../../adapters/aws/testCloud.ts';

/** Systems without lease tokens against the real conditional writes: a list takes nothing, and every call may be repeated. */
const AT = 1_772_438_400_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LEASE = LIMITS.nameLeaseSeconds * 1000;
const OTHER = '01970000-0000-7000-8000-000000000099' as AgencyId;
/** Deliveries in the test of a full inbox; 100,000 for the run that is recorded in docs/results. */
const MANY = Number(process.env.DOCAXIS_WAITING ?? 2_100);

let cloud: TestCloud;
let deliveries: DeliveryTable;
let ports: MailboxPorts;
let now = AT;
let setAside: DeliveryId[] = [];
let callers = 0;
let caller: SystemRecord;

beforeAll(async () => {
  cloud = await startTestCloud();
  deliveries = new DeliveryTable(cloud.dynamo, cloud.dispatches);
  ports = {
    clock: { now: () => now },
    directory: {
      agencyByCode: async (code) =>
        code === 'X77'
          ? anAgency('X77', { agencyId: OTHER, route: { kind: 'system', system: caller.systemId } })
          : undefined,
    },
    deliveries,
    mailbox: new MailboxTable(cloud.dynamo, cloud.dispatches),
    dispatches: new DispatchTable(cloud.dynamo, cloud.dispatches),
    setAside: ({ deliveryId }) => setAside.push(deliveryId),
  };
});
afterAll(() => cloud?.stop());

beforeEach(() => {
  now = AT;
  setAside = [];
  callers += 1;
  const systemId = `old-system-${callers}` as SystemId;
  caller = { v: 1, systemId, name: 'Hệ thống cũ', revision: 1, status: 'active', createdAt: 0, keys: [], history: [] };
});

type Given = Parameters<typeof aDelivery>[1] & { readonly status?: boolean };

async function consigned({ status = false, ...given }: Given = {}): Promise<DeliveryRecord> {
  const delivery = aDelivery(now, { system: caller.systemId, ...given });
  const consign = status ? { ...delivery, headline: { ...delivery.headline, kind: 'status' as const } } : delivery;
  expect(await deliveries.consign(consign)).toBe(true);
  return consign;
}

const found = async ({ deliveryId }: DeliveryRecord): Promise<DeliveryRecord> => {
  const delivery = await deliveries.find(deliveryId);
  if (!delivery) throw new Error('gone');
  return delivery;
};

function got<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  return outcome.value;
}
const codeOf = (outcome: Outcome<unknown>): string => (outcome.ok ? 'done' : outcome.refusal.code);

const listed = async (wanted: Partial<Parameters<typeof listWaiting>[1]> = {}) =>
  got(await listWaiting(caller, { kind: 'document', ...wanted }, ports));
const idsOf = ({ items }: { readonly items: readonly { readonly deliveryId: DeliveryId }[] }) =>
  items.map(({ deliveryId }) => deliveryId);

/** A worker of the same system that came through the newer routes. */
async function leasedByToken({ deliveryId }: DeliveryRecord): Promise<string> {
  const unused = () => {
    throw new Error('not asked for');
  };
  const outcome = await lease(
    caller,
    { deliveryId },
    {
      ...ports,
      deliveries,
      objects: { link: async () => 'https://link.example' },
      queues: { wait: unused, forget: unused },
      waitingRoom: { enter: unused },
      random: () => 'r'.repeat(32),
      memory: { restoredAt: async () => undefined },
      trouble: () => undefined,
    },
  );
  return got(outcome).lease.token;
}

describe('the list', () => {
  test('shows what waits with what a list needs, and takes no lease', async () => {
    const delivery = await consigned({ priority: 2 });
    const expected = {
      deliveryId: delivery.deliveryId,
      kind: 'document',
      urgent: true,
      senderCode: 'X91.04',
      recipientCode: 'X92',
      signed: 'xmldsig',
      state: 'queued',
      acceptedAt: AT,
      visibleAt: AT,
    };
    expect(await listed()).toEqual({ items: [expected], more: false });
    expect(await listed()).toEqual({ items: [expected], more: false });
    expect((await found(delivery)).tallies.offered.count).toBe(0);
  });

  test('tells documents and statuses apart, and counts them apart', async () => {
    const letter = await consigned();
    const status = await consigned({ status: true });
    expect(idsOf(await listed())).toEqual([letter.deliveryId]);
    expect(idsOf(await listed({ kind: 'status' }))).toEqual([status.deliveryId]);
    expect(await countWaiting(caller, 'document', ports)).toEqual({ count: 1, exact: true });
    expect(await countWaiting(caller, 'status', ports)).toEqual({ count: 1, exact: true });
  });

  test('urgent first, then what could be offered first; held ones stay in it, behind', async () => {
    const first = await consigned();
    now += 1;
    const second = await consigned();
    const urgent = await consigned({ priority: 1 });
    expect(idsOf(await listed())).toEqual([urgent, first, second].map(({ deliveryId }) => deliveryId));
    got(await takeContent(caller, first.deliveryId, ports));
    const page = await listed();
    expect(idsOf(page)).toEqual([urgent, second, first].map(({ deliveryId }) => deliveryId));
    expect(page.items.map(({ state }) => state)).toEqual(['queued', 'queued', 'offered']);
    now += LEASE;
    expect((await listed()).items.map(({ state }) => state)).toEqual(['queued', 'queued', 'queued']);
  });

  test('narrows to one agency and to a period; an agency of others is unknown', async () => {
    const early = await consigned();
    now += MINUTE;
    const late = await consigned({ recipient: OTHER, recipientCode: 'X77' });
    expect(idsOf(await listed({ agency: 'x77' }))).toEqual([late.deliveryId]);
    expect(idsOf(await listed({ to: AT }))).toEqual([early.deliveryId]);
    expect(idsOf(await listed({ from: AT + 1 }))).toEqual([late.deliveryId]);
    expect(codeOf(await listWaiting(caller, { kind: 'document', agency: 'X92' }, ports))).toBe('agency-not-found');
  });

  test(`${MANY} wait: a poll is one call and a bounded answer, a status behind them is found, and all come out in the end`, {
    timeout: 1_200_000,
  }, async () => {
    const status = await consigned({ status: true });
    await consignMany(MANY);
    cloud.takeCalls();
    const page = await listed();
    const calls = cloud.takeCalls();
    const bytes = Buffer.byteLength(JSON.stringify(page));
    const readUnits = calls.reduce((total, { units }) => total + (units?.read ?? 0), 0);
    console.log(
      `${MANY} waiting: ${page.items.length} listed, ${bytes} bytes, ${calls.length} call, ${readUnits} read units`,
    );
    expect(calls.length).toBeLessThanOrEqual(2);
    expect(page).toMatchObject({
      items: { length: Math.min(MANY, LIMITS.mailboxList) },
      more: MANY > LIMITS.mailboxList,
    });
    expect(bytes).toBeLessThan(1_000_000);
    expect(idsOf(await listed({ kind: 'status' }))).toEqual([status.deliveryId]);
    expect(cloud.takeCalls()).toHaveLength(1);
    // What is done makes room for the rest.
    const [done] = page.items;
    if (!done) throw new Error('nothing listed');
    got(await collect(caller, done.deliveryId, ports));
    const next = idsOf(await listed());
    expect(next).not.toContain(done.deliveryId);
    expect(next.slice(0, -1)).toEqual(idsOf(page).slice(1));
    cloud.takeCalls();
    const counted = await countWaiting(caller, 'document', ports);
    const counting = cloud.takeCalls();
    const countUnits = counting.reduce((total, { units }) => total + (units?.read ?? 0), 0);
    console.log(
      `counted ${counted.count}, exact: ${counted.exact}, ${counting.length} calls, ${countUnits} read units`,
    );
    expect(counting.length).toBeLessThanOrEqual(LIMITS.countReads);
    if (counted.exact) expect(counted.count).toBe(MANY - 1);
  });

  test('urgent ones that nobody takes fill no more than half of the list while others wait', async () => {
    await consignMany(LIMITS.mailboxList, { priority: 1 });
    expect((await listed()).items).toHaveLength(LIMITS.mailboxList);
    const letters = [await consigned(), await consigned()];
    const page = await listed();
    expect(page).toMatchObject({ items: { length: LIMITS.mailboxList }, more: true });
    expect(idsOf(page).slice(-2).toSorted()).toEqual(letters.map(({ deliveryId }) => deliveryId).toSorted());
    expect(new Set(idsOf(page)).size).toBe(LIMITS.mailboxList);
  });
});

async function consignMany(count: number, given: Given = {}): Promise<void> {
  const items = Array.from({ length: count }, (_, index) =>
    toDeliveryItem(aDelivery(AT + index, { system: caller.systemId, ...given })),
  );
  for (let start = 0; start < items.length; start += 25) {
    const requests = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
    await cloud.dynamo.send(new BatchWriteItemCommand({ RequestItems: { [cloud.dispatches]: requests } }));
  }
}

describe('taking by name', () => {
  test('leases to the system itself, says where the bytes lie, and counts; again it extends', async () => {
    const delivery = await consigned();
    const { deliveryId, dispatchId, headline } = delivery;
    const taken = got(await takeContent(caller, deliveryId, ports));
    expect(taken).toEqual({
      deliveryId,
      dispatchId,
      recipientCode: 'X92',
      headline,
      contentKey: `dispatches/${dispatchId}/${headline.sha256}`,
    });
    now += MINUTE;
    expect(got(await takeContent(caller, deliveryId, ports))).toEqual(taken);
    const after = await found(delivery);
    expect(after).toMatchObject({
      state: 'offered',
      lease: { token: SYSTEM_LEASE, until: now + LEASE },
      visibleAt: now + LEASE,
      fruitless: 1,
    });
    expect(after.tallies).toMatchObject({ offered: { count: 1 }, extended: { count: 1 }, fetched: { count: 2 } });
  });

  test('"processing" is the same without the content; a lease that ran out is taken anew', async () => {
    const delivery = await consigned();
    for (const wait of [0, MINUTE, LEASE + 1]) {
      now += wait;
      expect(got(await holdByName(caller, delivery.deliveryId, ports)).state).toBe('offered');
    }
    const { tallies, fruitless } = await found(delivery);
    expect(tallies).toMatchObject({ offered: { count: 1 }, extended: { count: 2 }, fetched: { count: 0 } });
    expect(fruitless).toBe(1);
  });

  test('under a lease by token the bytes are handed out, and that lease stays as it is', async () => {
    const delivery = await consigned();
    const token = await leasedByToken(delivery);
    const before = await found(delivery);
    got(await takeContent(caller, delivery.deliveryId, ports));
    expect(got(await holdByName(caller, delivery.deliveryId, ports)).state).toBe('offered');
    expect(codeOf(await giveBack(caller, delivery.deliveryId, ports))).toBe('delivery-held');
    const after = await found(delivery);
    expect(after).toEqual({ ...before, tallies: { ...before.tallies, fetched: { count: 1, first: AT, last: AT } } });
    const acknowledged = await acknowledge(
      caller,
      { deliveryId: delivery.deliveryId, leaseToken: token },
      { ...ports, deliveries },
    );
    expect(got(acknowledged).state).toBe('acknowledged');
  });

  test('a system lease keeps the newer routes away until it is over', async () => {
    const delivery = await consigned();
    got(await takeContent(caller, delivery.deliveryId, ports));
    await expect(leasedByToken(delivery)).rejects.toThrow('delivery-held');
    now += LEASE;
    await leasedByToken(delivery);
  });

  test('what was taken twenty times and never acknowledged is set aside, where an operator sees it', async () => {
    const delivery = await consigned();
    for (let times = 0; times < LIMITS.fruitlessOffers; times++) {
      got(await takeContent(caller, delivery.deliveryId, ports));
      now += HOUR;
    }
    expect(codeOf(await takeContent(caller, delivery.deliveryId, ports))).toBe('delivery-settled');
    expect((await found(delivery)).state).toBe('set-aside');
    expect(setAside).toEqual([delivery.deliveryId]);
    expect((await listed()).items).toEqual([]);
  });

  test('a system that takes every quarter of an hour and never says "done" has a day, not for ever', async () => {
    const delivery = await consigned();
    const ends: number[] = [];
    for (let polls = 0; ends.length === 0; polls++) {
      const outcome = await takeContent(caller, delivery.deliveryId, ports);
      if (!outcome.ok) ends.push((now - AT) / HOUR);
      now += 14 * MINUTE;
      expect(polls).toBeLessThan(24 * 5);
    }
    expect(ends[0]).toBeGreaterThan(LIMITS.fruitlessOffers - 1);
    expect((await found(delivery)).state).toBe('set-aside');
  });

  test('deliveries of others are unknown, whatever is asked', async () => {
    const { deliveryId } = await consigned({ system: 'stranger' as SystemId });
    for (const act of [takeContent, holdByName, collect, giveBack]) {
      expect(codeOf(await act(caller, deliveryId, ports))).toBe('delivery-not-found');
      expect(codeOf(await act(caller, `dlv_${'a'.repeat(32)}` as DeliveryId, ports))).toBe('delivery-not-found');
    }
  });

  test('what follows its agency to another system is handed out only while it is held', async () => {
    const delivery = await consigned();
    got(await takeContent(caller, delivery.deliveryId, ports));
    const relocation = new RelocationTable(cloud.dynamo, cloud.dispatches);
    await relocation.markMoving(await found(delivery), 'stranger' as SystemId);
    got(await takeContent(caller, delivery.deliveryId, ports));
    expect((await found(delivery)).visibleAt).toBe(AT + LEASE);
    now += LEASE;
    for (const act of [takeContent, holdByName, collect])
      expect(codeOf(await act(caller, delivery.deliveryId, ports))).toBe('delivery-not-found');
  });
});

describe('done', () => {
  test('acknowledges what is held, and what was never taken; twice is success, and the content stays', async () => {
    for (const take of [true, false]) {
      const delivery = await consigned();
      if (take) got(await takeContent(caller, delivery.deliveryId, ports));
      for (let times = 0; times < 2; times++)
        expect(got(await collect(caller, delivery.deliveryId, ports)).state).toBe('acknowledged');
      got(await takeContent(caller, delivery.deliveryId, ports));
      got(await holdByName(caller, delivery.deliveryId, ports));
      const after = await found(delivery);
      expect(after.timeline.at(-1)).toEqual({
        ev: 'ContentHandover',
        at: AT,
        by: `system:${caller.systemId}`,
        from: take ? 'offered' : 'queued',
        to: 'acknowledged',
      });
      expect(after.timeline.filter(({ to }) => to === 'acknowledged')).toHaveLength(1);
      expect(after.lease).toBeUndefined();
      expect(after.due).toBeUndefined();
      expect((await listed()).items).toEqual([]);
    }
  });

  test('ten at once acknowledge once', async () => {
    const delivery = await consigned();
    const all = await Promise.all(Array.from({ length: 10 }, () => collect(caller, delivery.deliveryId, ports)));
    expect(all.map(codeOf)).toEqual(Array.from({ length: 10 }, () => 'done'));
    expect((await found(delivery)).timeline.map(({ to }) => to)).toEqual(['queued', 'acknowledged']);
  });

  test('settles over a lease by token; its holder finds the same end, or is told that it came too late', async () => {
    const delivery = await consigned();
    const leaseToken = await leasedByToken(delivery);
    const { deliveryId } = delivery;
    got(await collect(caller, deliveryId, ports));
    const again = await acknowledge(caller, { deliveryId, leaseToken }, { ...ports, deliveries });
    expect(got(again).state).toBe('acknowledged');
    const late = await reject(caller, { deliveryId, leaseToken, reason: 'gửi nhầm' }, { ...ports, deliveries });
    expect(codeOf(late)).toBe('delivery-settled');
  });

  test('cannot undo another end', async () => {
    const delivery = await consigned();
    const leaseToken = await leasedByToken(delivery);
    const { deliveryId } = delivery;
    got(await reject(caller, { deliveryId, leaseToken, reason: 'gửi nhầm' }, { ...ports, deliveries }));
    for (const act of [takeContent, holdByName, collect, giveBack])
      expect(codeOf(await act(caller, deliveryId, ports))).toBe('delivery-settled');
  });
});

describe('fail', () => {
  test('gives back with a back-off that doubles up to an hour; repeats succeed and change nothing', async () => {
    const delivery = await consigned();
    const { deliveryId } = delivery;
    const waits: number[] = [];
    for (let times = 0; times < 8; times++) {
      got(await takeContent(caller, deliveryId, ports));
      expect(got(await giveBack(caller, deliveryId, ports)).state).toBe('queued');
      const after = await found(delivery);
      expect(got(await giveBack(caller, deliveryId, ports)).state).toBe('queued');
      expect(await found(delivery)).toEqual(after);
      expect(after.lease).toBeUndefined();
      waits.push((after.visibleAt - now) / 1000);
    }
    expect(waits).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600]);
    expect(idsOf(await listed())).toEqual([deliveryId]);
    await expect(leasedByToken(delivery)).rejects.toThrow('delivery-held');
  });

  test('of what was never taken, or after a lease that is over, succeeds; after "done" it is refused', async () => {
    const { deliveryId } = await consigned();
    expect(got(await giveBack(caller, deliveryId, ports)).state).toBe('queued');
    got(await holdByName(caller, deliveryId, ports));
    now += LEASE + 1;
    expect(got(await giveBack(caller, deliveryId, ports)).state).toBe('queued');
    got(await collect(caller, deliveryId, ports));
    expect(codeOf(await giveBack(caller, deliveryId, ports))).toBe('delivery-settled');
  });
});
