import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AxisClient } from '../../client/axisClient.ts';
import { agencyIdOf, enrolSystem } from '../kit/enrolment.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const REASON = 'chuyển hệ thống';
const CACHE_MS = 15_000;
const MINUTE = 60_000;

let town: TestAxis;
let before: AxisClient;
let after: AxisClient;
let agencyId: string;

beforeAll(async () => {
  town = await startTestAxis();
  before = town.clients['bo-minh-hoa'];
  after = await enrolSystem(town, 'he-thong-sau');
  agencyId = await agencyIdOf(town, 'X92');
});
afterAll(() => town?.stop());

const move = (system: string) =>
  town.operator.call('moveAgency', { path: { agencyId }, body: { system, reason: REASON } });

async function sendTo(codes: readonly string[]): Promise<readonly string[]> {
  const { answer } = await town.submitLetter({ to: codes });
  await town.settle();
  return answer.recipients.map(({ deliveryId }) => deliveryId);
}

const inboxOf = async (client: AxisClient): Promise<readonly string[]> =>
  (await client.waiting({ limit: 100 })).items.map(({ deliveryId }) => deliveryId);

async function oneMinute(): Promise<void> {
  town.advance(MINUTE);
  await town.watch();
}

describe('an agency moves to another system', () => {
  test('what waits follows, what is held follows when it is given back, what is held is still acknowledged', async () => {
    const [waiting = ''] = await sendTo(['X92']);
    const [held = ''] = await sendTo(['X92']);
    const [kept = ''] = await sendTo(['X92']);
    const [other = ''] = await sendTo(['X92.03']);
    const leaseOfHeld = (await before.lease(held)).lease.token;
    const leaseOfKept = (await before.lease(kept)).lease.token;
    expect((await move('he-thong-sau')).system).toBe('he-thong-sau');

    await oneMinute();
    expect(await inboxOf(after)).toEqual([waiting]);
    expect([...(await inboxOf(before))].toSorted()).toEqual([held, kept, other].toSorted());

    await before.release(held, { leaseToken: leaseOfHeld });
    // Given back, but on its way: the old system does not get it again.
    await expect(before.lease(held)).rejects.toMatchObject({ code: 'delivery-held' });
    expect((await before.acknowledge(kept, { leaseToken: leaseOfKept })).state).toBe('acknowledged');
    await oneMinute();
    expect([...(await inboxOf(after))].toSorted()).toEqual([held, waiting].toSorted());
    expect(await inboxOf(before)).toEqual([other]);

    const { deliveries } = await after.receive({ max: 10 });
    expect(deliveries.map(({ deliveryId }) => deliveryId).toSorted()).toEqual([held, waiting].toSorted());
    for (const { deliveryId, lease } of deliveries) await after.acknowledge(deliveryId, { leaseToken: lease.token });
    const { dispatchId } = deliveries[0] ?? { dispatchId: '' };
    const seen = await town.clients['trung-tam-mau'].dispatch(dispatchId);
    expect(seen.deliveries[0]?.timeline.entries.map(({ ev }) => ev)).toEqual([
      'ContentConsignment',
      'x-moved',
      'ContentHandover',
    ]);
  });

  test('a letter that a fan-out with the old route in mind still put into the old inbox follows as well', async () => {
    town.advance(CACHE_MS);
    await sendTo(['X92.03']);
    // The worker has just read the route of the agency: for some seconds it believes it.
    await move('bo-minh-hoa');
    await sendTo(['X92']);
    const [stray = ''] = await sendTo(['X92']);
    for (let minute = 0; minute < 5; minute++) await oneMinute();
    expect(await inboxOf(before)).toContain(stray);
    expect(await inboxOf(after)).toEqual([]);
  });

  test('the move ends by itself and leaves nothing behind', async () => {
    for (let minute = 0; minute < 5; minute++) await oneMinute();
    expect(await town.stores.items('mov_')).toEqual([]);
  });

  test('a lease that is over does not keep a delivery back, and going there and back leaves it where it was', async () => {
    const [held = ''] = await sendTo(['X92']);
    await before.lease(held);
    await move('he-thong-sau');
    await oneMinute();
    await move('bo-minh-hoa');
    await oneMinute();
    for (let minute = 0; minute < 6; minute++) await oneMinute();
    expect(await inboxOf(before)).toContain(held);
    expect((await before.lease(held)).deliveryId).toBe(held);
  });

  test('to a system that nobody registered is refused, and to where it is changes nothing', async () => {
    await expect(move('nobody-has-it')).rejects.toMatchObject({ code: 'system-not-found' });
    expect((await move('bo-minh-hoa')).system).toBe('bo-minh-hoa');
  });
});

test('39 a letter that the wrong agency got is rejected with a reason, which its sender sees', async () => {
  const [misaddressed = ''] = await sendTo(['X92.03']);
  const { lease, dispatchId } = await before.lease(misaddressed);
  await before.reject(misaddressed, { leaseToken: lease.token, reason: 'gửi nhầm cơ quan' });
  const { deliveries } = await town.clients['trung-tam-mau'].dispatch(dispatchId);
  expect(deliveries).toMatchObject([{ state: 'rejected', reason: 'gửi nhầm cơ quan' }]);
  await expect(before.lease(misaddressed)).rejects.toMatchObject({ code: 'delivery-settled' });
});
