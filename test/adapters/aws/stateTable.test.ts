import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DeliveryTable } from '../../../adapters/aws/deliveryTable.ts';
import { DispatchTable } from '../../../adapters/aws/dispatchTable.ts';
import { MailboxTable } from '../../../adapters/aws/mailboxTable.ts';
import { RelocationTable } from '../../../adapters/aws/relocationTable.ts';
import type { Written } from '../../../core/contract/ports.ts';
import type { DeliveryRecord, TimelineEntry } from '../../../core/contract/records.ts';
import {
  DELIVERY_STATES,
  DELIVERY_TRANSITIONS,
  type DeliveryState,
  DISPATCH_STATES,
  DISPATCH_TRANSITIONS,
  isFinal,
} from '../../../core/contract/states.ts';
import { inboxKeyOf, rankOf } from '../../../core/receive/inboxKey.ts';
import { aDelivery, aDispatch, MINISTRY } from './records.ts';
import { startTestCloud, type TestCloud } from './testCloud.ts';

/** The state table of the contract, each cell tried by the real conditional writes: what it does not list cannot be written. */
let cloud: TestCloud;
let deliveries: DeliveryTable;
let dispatches: DispatchTable;
const AT = 1_772_438_400_000;
const TOKEN = `1${'t'.repeat(21)}`;

beforeAll(async () => {
  cloud = await startTestCloud();
  deliveries = new DeliveryTable(cloud.dynamo, cloud.dispatches);
  dispatches = new DispatchTable(cloud.dynamo, cloud.dispatches);
});
afterAll(() => cloud?.stop());

type Action = keyof typeof DELIVERY_TRANSITIONS;
type Start = DeliveryState | 'none';
const ACTIONS = Object.keys(DELIVERY_TRANSITIONS) as Action[];
const STARTS: readonly Start[] = ['none', ...DELIVERY_STATES];

const entryOf = (action: Action, from: string): TimelineEntry => {
  const { event, to } = DELIVERY_TRANSITIONS[action];
  return { ev: event, at: AT + 5, by: 'axis', from, to };
};

/** Tries one action on a delivery as it was seen, whatever state it is in. */
async function act(action: Action, seen: DeliveryRecord): Promise<Written> {
  const { deliveryId } = seen;
  const held = { deliveryId, system: MINISTRY, token: TOKEN, entry: entryOf(action, seen.state) };
  switch (action) {
    case 'consign': {
      const done = await deliveries.consign(seen);
      return done ? { done, delivery: seen } : { done, delivery: await deliveries.find(deliveryId) };
    }
    case 'offer': {
      const inboxKey = inboxKeyOf(rankOf(seen.headline), seen.visibleAt, deliveryId);
      const now = seen.visibleAt;
      return deliveries.offer({ deliveryId, system: MINISTRY, token: TOKEN, now, until: now + 1000, inboxKey });
    }
    case 'release':
      return deliveries.settle({ ...held, to: 'queued', visibleAt: AT + 10, tally: 'released' });
    case 'acknowledge':
      return deliveries.settle({ ...held, to: 'acknowledged' });
    case 'collect':
      return new MailboxTable(cloud.dynamo, cloud.dispatches).collect(seen, held.entry);
    case 'reject':
      return deliveries.settle({ ...held, to: 'rejected', reason: 'gửi nhầm' });
    case 'expire':
      return deliveries.move(seen, { to: 'expired', entry: held.entry });
    case 'setAside':
      return deliveries.move(seen, { to: 'set-aside', entry: held.entry, tally: 'setAside' });
    case 'requeue':
      return deliveries.move(seen, { to: 'queued', entry: held.entry, tally: 'requeued', visibleAt: AT + 20 });
    case 'discard':
      return deliveries.move(seen, { to: 'discarded', entry: held.entry, reason: 'bỏ' });
    case 'relocate':
      return new RelocationTable(cloud.dynamo, cloud.dispatches).relocate(seen, MINISTRY, held.entry);
    case 'withdraw':
      return deliveries.mark(seen, { to: 'withdrawn', onState: true, entry: held.entry });
  }
}

/** What does not exist yet is put as what it becomes. */
async function putAs(action: Action, seen: DeliveryRecord): Promise<Written> {
  const { due: _, ...rest } = seen;
  const { to } = DELIVERY_TRANSITIONS[action];
  const put = to === 'queued' ? seen : { ...rest, state: to, timeline: [entryOf(action, 'none')] };
  const done = await deliveries.consign(put);
  return done ? { done, delivery: put } : { done, delivery: await deliveries.find(seen.deliveryId) };
}

/** By which actions a state is reached from `none`; a state without a way fails the first test. */
const WAYS: Readonly<Record<DeliveryState, readonly Action[]>> = {
  queued: [],
  offered: ['offer'],
  acknowledged: ['offer', 'acknowledge'],
  rejected: ['offer', 'reject'],
  expired: ['expire'],
  'set-aside': ['setAside'],
  discarded: ['setAside', 'discard'],
  withdrawn: ['withdraw'],
};

async function deliveryIn(state: DeliveryState): Promise<DeliveryRecord> {
  let delivery = aDelivery(AT);
  expect(await deliveries.consign(delivery)).toBe(true);
  for (const action of WAYS[state]) {
    const written = await act(action, delivery);
    if (!written.done) throw new Error(`${action} did not lead to ${state}`);
    delivery = written.delivery;
  }
  expect(delivery.state).toBe(state);
  return delivery;
}

const isListed = (action: Action, from: Start): boolean => {
  const starts: readonly Start[] = DELIVERY_TRANSITIONS[action].from;
  return starts.includes(from);
};

describe('deliveries', () => {
  test.each(DELIVERY_STATES)('%s is reached by listed transitions', async (state) => {
    expect((await deliveryIn(state)).state).toBe(state);
  });

  describe.each(STARTS)('from %s', (from) => {
    test.each(ACTIONS)('%s', async (action) => {
      const seen = from === 'none' ? aDelivery(AT) : await deliveryIn(from);
      const written = from === 'none' && isListed(action, from) ? await putAs(action, seen) : await act(action, seen);
      if (!isListed(action, from)) {
        const unchanged = from === 'none' ? undefined : seen;
        expect(written).toEqual({ done: false, delivery: unchanged });
        expect(await deliveries.find(seen.deliveryId)).toEqual(unchanged);
        return;
      }
      expect(written.done).toBe(true);
      const { to, event } = DELIVERY_TRANSITIONS[action];
      const after = await deliveries.find(seen.deliveryId);
      expect(after).toEqual(written.delivery);
      expect(after?.state).toBe(to);
      const counted = action === 'offer' || action === 'release';
      if (counted) expect(after?.tallies[action === 'offer' ? 'offered' : 'released'].count).toBeGreaterThan(0);
      else expect(after?.timeline.at(-1)).toMatchObject({ ev: event, to });
    });
  });

  test('a final state is out of the inbox, without lease and reminder', async () => {
    for (const state of DELIVERY_STATES.filter(isFinal)) {
      const delivery = await deliveryIn(state);
      expect(delivery.lease, state).toBeUndefined();
      expect(delivery.due, state).toBeUndefined();
      const { items } = await deliveries.list(MINISTRY, { limit: 100 });
      expect(
        items.map(({ deliveryId }) => deliveryId),
        state,
      ).not.toContain(delivery.deliveryId);
    }
  });

  test('what was seen before a change decides nothing after it', async () => {
    const seen = await deliveryIn('queued');
    await act('offer', seen);
    expect((await deliveries.move(seen, { to: 'expired', entry: entryOf('expire', 'queued') })).done).toBe(false);
    expect((await act('offer', seen)).done).toBe(false);
  });

  test('an extension moves the end of a lease and is counted; nobody else can extend it', async () => {
    const { deliveryId } = await deliveryIn('offered');
    const lease = { token: TOKEN, until: AT + 60_000, now: AT + 1 };
    expect((await deliveries.extend(deliveryId, MINISTRY, { ...lease, token: `1${'x'.repeat(21)}` })).done).toBe(false);
    const { done, delivery } = await deliveries.extend(deliveryId, MINISTRY, lease);
    expect(done).toBe(true);
    expect(delivery).toMatchObject({ visibleAt: AT + 60_000, lease: { until: AT + 60_000 } });
    expect(delivery?.tallies.extended).toEqual({ count: 1, first: AT + 1, last: AT + 1 });
  });

  test('a download is counted while the delivery is held, and once it is acknowledged; not otherwise', async () => {
    const counts = async (state: DeliveryState, now: number) => {
      const { deliveryId, dispatchId } = await deliveryIn(state);
      return (await deliveries.count(deliveryId, 'fetched', { system: MINISTRY, dispatchId, now })).done;
    };
    const counted = [];
    for (const state of DELIVERY_STATES) if (await counts(state, AT)) counted.push(state);
    expect(counted).toEqual(['offered', 'acknowledged']);
    expect(await counts('offered', AT + 1000)).toBe(false);
    expect(await counts('acknowledged', AT + 1000)).toBe(true);
  });

  test('a lease belongs to its token and its system', async () => {
    const { deliveryId } = await deliveryIn('offered');
    const base = { deliveryId, to: 'acknowledged', entry: entryOf('acknowledge', 'offered') } as const;
    const foreign = { ...base, system: 'centre' as typeof MINISTRY, token: TOKEN };
    expect((await deliveries.settle(foreign)).done).toBe(false);
    expect((await deliveries.settle({ ...base, system: MINISTRY, token: `1${'x'.repeat(21)}` })).done).toBe(false);
    expect((await deliveries.settle({ ...base, system: MINISTRY, token: TOKEN })).done).toBe(true);
  });
});

describe('dispatches', () => {
  const entry: TimelineEntry = { ev: 'x-dispatched', at: AT + 1, by: 'axis', from: 'accepted', to: 'dispatched' };
  const only = { index: 0, of: 1 };
  const due = { what: 'retain', at: AT + 99, attempts: 0 } as const;

  test('the table names every state, and each transition leads where it says', async () => {
    const reached = Object.values(DISPATCH_TRANSITIONS).map(({ to }) => to);
    expect(new Set(reached)).toEqual(new Set(DISPATCH_STATES));
    const dispatch = aDispatch(AT);
    expect(await dispatches.accept(dispatch)).toBe(true);
    const accepted = await dispatches.find(dispatch.dispatchId);
    expect(accepted).toMatchObject({ state: 'accepted', due: dispatch.due, details: dispatch.details });
    await dispatches.chunkDone(dispatch.dispatchId, only, entry, due);
    const expected = { ...accepted, due, state: 'dispatched', timeline: [...dispatch.timeline, entry] };
    expect(await dispatches.find(dispatch.dispatchId)).toEqual(expected);
    expect(await dispatches.accept(dispatch)).toBe(false);
    await dispatches.chunkDone(dispatch.dispatchId, only, entry, due);
    expect(await dispatches.find(dispatch.dispatchId)).toEqual(expected);
  });

  test('a chunk of a dispatch that does not exist makes none', async () => {
    const { dispatchId } = aDispatch(AT);
    await dispatches.chunkDone(dispatchId, only, entry, due);
    await dispatches.chunkDone(dispatchId, { index: 0, of: 2 }, entry, due);
    expect(await dispatches.remindLater(dispatchId, AT)).toBe(false);
    expect(await dispatches.find(dispatchId)).toBeUndefined();
  });

  test('chunks of two ways to cut a dispatch do not add up', async () => {
    const dispatch = aDispatch(AT);
    await dispatches.accept(dispatch);
    await dispatches.chunkDone(dispatch.dispatchId, { index: 0, of: 3 }, entry, due);
    await dispatches.chunkDone(dispatch.dispatchId, { index: 0, of: 2 }, entry, due);
    expect((await dispatches.find(dispatch.dispatchId))?.state).toBe('accepted');
    await dispatches.chunkDone(dispatch.dispatchId, { index: 1, of: 2 }, entry, due);
    expect((await dispatches.find(dispatch.dispatchId))?.state).toBe('dispatched');
  });

  test('chunks in any order, some of them twice: the last one missing marks the dispatch, once', async () => {
    const dispatch = aDispatch(AT, { recipientCount: 250 });
    await dispatches.accept(dispatch);
    for (const index of [2, 0, 2, 0]) await dispatches.chunkDone(dispatch.dispatchId, { index, of: 3 }, entry, due);
    expect((await dispatches.find(dispatch.dispatchId))?.state).toBe('accepted');
    for (const index of [1, 1]) await dispatches.chunkDone(dispatch.dispatchId, { index, of: 3 }, entry, due);
    const settled = await dispatches.find(dispatch.dispatchId);
    expect(settled?.timeline.map(({ to }) => to)).toEqual(['accepted', 'dispatched']);
  });
});
