import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/contract/limits.ts';
import { earlierOf, type SampleDocument } from '../../world/documents.ts';
import { refusalCodeOf } from '../kit/outcomes.ts';
import { deliveriesOf, leaseAll, take } from '../kit/reception.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Tuesday, 3 March 2026, nine in the morning in Vietnam. */
const TUESDAY = Date.parse('2026-03-03T09:00:00+07:00');

let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis({ at: TUESDAY });
});
afterAll(() => town?.stop());

const centre = () => town.clients['trung-tam-mau'];
const ministry = () => town.clients['bo-minh-hoa'];

let number = 3000;
const draft = (given: Partial<SampleDocument> = {}): SampleDocument => ({
  from: 'X91.04',
  to: ['X92'],
  number: ++number,
  date: '2026/03/03',
  subject: `Công văn ${number}`,
  ...given,
});

async function sent(given: Partial<SampleDocument> = {}, expires?: Date) {
  const letter = draft(given);
  const { dispatchId } = await centre().submit(await town.letter(letter), expires ? { expires } : {});
  await town.settle();
  return { about: earlierOf(letter), dispatchId };
}

async function both(dispatchId: string) {
  const [seen] = await deliveriesOf(town, 'trung-tam-mau', dispatchId);
  expect(await deliveriesOf(town, 'bo-minh-hoa', dispatchId)).toEqual([seen]);
  if (!seen) throw new Error('no delivery');
  return seen;
}

const clocks = async (dispatchId: string) =>
  Object.fromEntries(
    ((await both(dispatchId)).timeliness ?? []).map(({ clock, state, deadline }) => [clock, [state, deadline]]),
  );

describe('the legal clocks of a delivery', () => {
  test('run for both sides by Vietnamese working days, and stop by what is reported', async () => {
    const { about, dispatchId } = await sent({ due: '2026/03/06' });
    expect(await clocks(dispatchId)).toEqual({
      sending: ['on-time', '2026-03-04T05:00:00.000Z'],
      confirmation: ['running', '2026-03-03T16:59:59.999Z'],
      registration: ['running', '2026-03-04T16:59:59.999Z'],
      processing: ['running', '2026-03-06T16:59:59.999Z'],
    });
    await take(town, 'bo-minh-hoa', dispatchId);
    for (const code of ['03', '06'] as const) {
      const bytes = await town.status({ from: 'X92', about, code, timestamp: '2026/03/03 10:00:00' });
      await town.submit(bytes, 'bo-minh-hoa');
      await town.settle();
    }
    const states = Object.values(await clocks(dispatchId)).map(([state]) => state);
    expect(states).toEqual(['on-time', 'on-time', 'on-time', 'on-time']);
    expect((await centre().dispatch(dispatchId)).dueDate).toBe('2026/03/06');
  });

  test('say late what was signed last week', async () => {
    const { dispatchId } = await sent({ date: '2026/02/24' });
    expect((await clocks(dispatchId)).sending?.[0]).toBe('late');
  });
});

describe('expiry', () => {
  test('43: a time in the past, or out of reach, is refused before anything is kept', async () => {
    const submit = async (ms: number) =>
      centre().submit(await town.letter(draft()), { expires: new Date(town.axis.clock.now() + ms) });
    for (const ms of [-HOUR, 0, HOUR - 60_000, 366 * DAY])
      expect(await refusalCodeOf(submit(ms))).toBe('delivery-expires-invalid');
  });

  test('43: it passes in the queue: the delivery comes into being as expired', async () => {
    town.axis.interfere([{ service: 'sqs', principal: 'docaxis-evaluation-submit', fate: 'fail-before' }]);
    const expires = new Date(town.axis.clock.now() + 2 * HOUR);
    const { dispatchId } = await centre().submit(await town.letter(draft()), { expires });
    town.axis.interfere([]);
    town.advance(3 * HOUR);
    await town.watch();
    await town.settle();
    expect(await both(dispatchId)).toMatchObject({ state: 'expired', expiresAt: expires.toISOString() });
  });

  test('43: it passes in the inbox: offered to nobody from that moment on', async () => {
    const { dispatchId } = await sent({}, new Date(town.axis.clock.now() + 2 * HOUR));
    const { deliveryId } = await both(dispatchId);
    town.advance(2 * HOUR);
    expect(await refusalCodeOf(ministry().lease(deliveryId))).toBe('delivery-settled');
    await town.watch();
    expect(await both(dispatchId)).toMatchObject({ state: 'expired' });
  });

  test('43: it passes during the download: who holds the document may finish', async () => {
    const { dispatchId } = await sent({}, new Date(town.axis.clock.now() + HOUR + 60_000));
    town.advance(HOUR);
    const [lease] = await leaseAll(town, 'bo-minh-hoa', dispatchId);
    if (!lease) throw new Error('nothing to lease');
    town.advance(2 * 60_000);
    await town.watch();
    const { href } = await ministry().content(dispatchId, { delivery: lease.deliveryId });
    expect((await fetch(href)).status).toBe(200);
    await ministry().acknowledge(lease.deliveryId, { leaseToken: lease.lease.token });
    expect(await both(dispatchId)).toMatchObject({ state: 'acknowledged' });
  });

  test('without a word of the sender it comes after 30 days, and a warning three days before', async () => {
    const { dispatchId } = await sent();
    town.advance((LIMITS.deliveryDays - LIMITS.uncollectedWarningDays) * DAY + HOUR);
    await town.watch();
    expect((await both(dispatchId)).timeline.entries.map(({ ev }) => ev)).toEqual([
      'ContentConsignment',
      'x-uncollected',
    ]);
    town.advance(LIMITS.uncollectedWarningDays * DAY);
    await town.watch();
    const { state, timeline, timeliness } = await both(dispatchId);
    expect(state).toBe('expired');
    expect(timeline.entries.at(-1)).toMatchObject({ ev: 'ContentHandoverFailure', detail: 'not collected in time' });
    expect(timeliness?.find(({ clock }) => clock === 'confirmation')?.state).toBe('overdue');
  });
});
