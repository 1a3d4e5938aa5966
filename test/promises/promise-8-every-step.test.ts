import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AxisFault } from '../../client/axisFault.ts';
import { AxisRefusal } from '../../client/axisRefusal.ts';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { DELIVERY_TRANSITIONS, DISPATCH_TRANSITIONS } from '../../core/contract/states.ts';
import type { StoredItem } from '../kit/stores.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';

const DAY = 86_400_000;
const LEASE_MS = LIMITS.leaseSeconds.usual * 1000;

interface Entry {
  readonly ev: string;
  readonly from: string;
  readonly to: string;
}

describe('Promise 8: Every step leaves a timeline entry, committed together with the state change that it describes.', () => {
  let town: TestAxis;
  beforeAll(async () => {
    town = await startTestAxis();
  });
  afterEach(() => town.axis.interfere([]));
  afterAll(() => town.stop());

  const ministry = () => town.clients['bo-minh-hoa'];
  const timelineOf = async (dispatchId: string): Promise<AnswerOf<'dispatch'>> =>
    await town.clients['trung-tam-mau'].dispatch(dispatchId);

  /** A letter to X92 that waits in its inbox. */
  async function waiting() {
    const { answer } = await town.submitLetter();
    await until(async () => (await town.stores.item(answer.dispatchId))?.state === 'dispatched', 'fan-out');
    return { dispatchId: answer.dispatchId, deliveryId: answer.recipients[0]?.deliveryId ?? '' };
  }

  /** The names of the events of the only delivery, as its sender sees them, numbered from 1 without gaps. */
  async function eventsOf(dispatchId: string): Promise<string[]> {
    const { deliveries, timeline } = await timelineOf(dispatchId);
    const [delivery] = deliveries;
    if (!delivery) throw new Error('no delivery');
    for (const { entries } of [timeline, delivery.timeline]) {
      expect(entries.map(({ n }) => n)).toEqual(entries.map((_, index) => index + 1));
    }
    return delivery.timeline.entries.map(({ ev }) => ev);
  }

  const { consign, acknowledge, reject, setAside, requeue, discard, expire } = DELIVERY_TRANSITIONS;

  test('submission and fan-out', async () => {
    const { dispatchId } = await waiting();
    const { timeline, state } = await timelineOf(dispatchId);
    expect(state).toBe('dispatched');
    expect(timeline.entries.map(({ ev, from, to }) => ({ ev, from, to }))).toEqual([
      { ev: DISPATCH_TRANSITIONS.accept.event, from: 'none', to: 'accepted' },
      { ev: DISPATCH_TRANSITIONS.dispatch.event, from: 'accepted', to: 'dispatched' },
    ]);
    expect(await eventsOf(dispatchId)).toEqual([consign.event]);
  });

  test('acknowledgement, with what repeats collapsed into counts', async () => {
    const { dispatchId, deliveryId } = await waiting();
    const first = await ministry().lease(deliveryId);
    await ministry().extend(deliveryId, { leaseToken: first.lease.token });
    await ministry().release(deliveryId, { leaseToken: first.lease.token });
    const { lease, ...delivery } = await ministry().lease(deliveryId);
    await ministry().fetchContent(delivery);
    await ministry().content(dispatchId, { delivery: deliveryId });
    await ministry().acknowledge(deliveryId, { leaseToken: lease.token });
    expect(await eventsOf(dispatchId)).toEqual([consign.event, acknowledge.event]);
    const { deliveries } = await timelineOf(dispatchId);
    const repeated = deliveries[0]?.timeline.repeated.map(({ ev, count }) => [ev, count]);
    expect(Object.fromEntries(repeated ?? [])).toMatchObject({ 'x-offered': 2, 'x-extended': 1, 'x-released': 1 });
    expect(deliveries[0]?.timeline.entries.at(-1)).toMatchObject({ by: 'system:bo-minh-hoa', to: 'acknowledged' });
  });

  test('rejection, with its reason', async () => {
    const { dispatchId, deliveryId } = await waiting();
    const { lease } = await ministry().lease(deliveryId);
    await ministry().reject(deliveryId, { leaseToken: lease.token, reason: 'gửi nhầm nơi nhận' });
    expect(await eventsOf(dispatchId)).toEqual([consign.event, reject.event]);
    const { deliveries } = await timelineOf(dispatchId);
    expect(deliveries[0]?.timeline.entries.at(-1)?.detail).toBe('gửi nhầm nơi nhận');
  });

  test('setting aside, requeueing and discarding, with who and why', async () => {
    const { dispatchId, deliveryId } = await waiting();
    await loseLeases(deliveryId);
    const path = { deliveryId };
    await town.operator.call('requeue', { path, body: { reason: 'thử lại' } });
    await loseLeases(deliveryId);
    await town.operator.call('discard', { path, body: { reason: 'cơ quan đã giải thể' } });
    const events = [consign, setAside, requeue, setAside, discard].map(({ event }) => event);
    expect(await eventsOf(dispatchId)).toEqual(events);
    const { deliveries } = await timelineOf(dispatchId);
    const entries = deliveries[0]?.timeline.entries ?? [];
    expect(entries.at(-1)).toMatchObject({ from: 'set-aside', to: 'discarded', detail: 'cơ quan đã giải thể' });
    expect(entries.at(-1)?.by).toMatch(/^operator:/);
  });

  async function loseLeases(deliveryId: string): Promise<void> {
    for (let offers = 0; offers < LIMITS.fruitlessOffers; offers += 1) {
      await ministry().lease(deliveryId);
      town.advance(LEASE_MS + 1);
    }
    await ministry().lease(deliveryId).catch(expectRefusal);
    expect((await town.stores.item(deliveryId))?.state).toBe('set-aside');
  }

  test('expiry', async () => {
    const { dispatchId, deliveryId } = await waiting();
    town.advance((LIMITS.deliveryDays + 1) * DAY);
    await until(async () => {
      await town.watch();
      return (await town.stores.item(deliveryId))?.state === 'expired';
    }, 'the delivery expires');
    expect(await eventsOf(dispatchId)).toEqual([consign.event, expire.event]);
  });

  const writers = [
    { writer: 'submit', operation: 'PutItem' },
    { writer: 'deliver', operation: 'PutItem' },
    { writer: 'deliver', operation: 'UpdateItem' },
    { writer: 'receive', operation: 'UpdateItem' },
    { writer: 'acknowledge', operation: 'UpdateItem' },
  ] as const;
  const fates = ['fail-before', 'fail-after', 'kill-before', 'kill-after'] as const;
  test.each(writers.flatMap((call) => fates.map((fate) => ({ ...call, fate }))))(
    'no state without its entry and no entry without its state when $writer meets $fate at its $operation',
    async ({ writer, operation, fate }) => {
      // Every attempt of the SDK: the whole step fails.
      town.axis.interfere([{ principal: `docaxis-evaluation-${writer}`, operation, fate }]);
      const seen = town.axis.calls().at(-1)?.n ?? 0;
      const letter = await town.letter();
      await town.submit(letter).catch(expectFault);
      if (writer === 'deliver') {
        await until(() => town.axis.calls(seen).some((call) => isFailed(call, operation)), 'the worker has failed');
      }
      await walkOn();
      await expectEntriesFit();
      town.axis.interfere([]);
      await town.submit(letter);
      town.advance(3 * 60_000 + LEASE_MS);
      await town.watch();
      await town.settle();
      await walkOn();
      await expectEntriesFit();
    },
  );

  const isFailed = (call: { operation: string; status: number }, operation: string): boolean =>
    call.operation === operation && (call.status === 0 || call.status >= 500);

  /** Takes and acknowledges what there is, through whatever fails. */
  async function walkOn(): Promise<void> {
    const answer = await ministry().receive().catch(expectFault);
    for (const { deliveryId, lease } of answer?.deliveries ?? []) {
      await ministry().acknowledge(deliveryId, { leaseToken: lease.token }).catch(expectFault);
    }
  }

  async function expectEntriesFit(): Promise<void> {
    const items = await town.stores.items();
    const misfits = items.filter(({ id }) => /^d(?:sp|lv)_/.test(id)).flatMap(misfitOf);
    expect(misfits).toEqual([]);
  }
});

const expectFault = (error: unknown): undefined => {
  if (!(error instanceof AxisFault)) throw error;
};

const expectRefusal = (error: unknown): undefined => {
  if (!(error instanceof AxisRefusal)) throw error;
};

/** What is wrong between an item's state and its timeline: each entry starts where the one before ended, the last one ends here. */
function misfitOf(item: StoredItem): string[] {
  const { id, state } = item;
  const timeline = item.timeline as readonly Entry[];
  const tallies = item.tallies as Readonly<Record<string, { readonly count: number }>> | undefined;
  const gaps = timeline.filter((entry, index) => !follows(entry, timeline[index - 1]));
  const last = timeline.at(-1)?.to;
  const isLeased = last === 'queued' && state === 'offered' && (tallies?.offered?.count ?? 0) > 0;
  const events = timeline.map(({ ev, from, to }) => `${ev} ${from}→${to}`).join(', ');
  return gaps.length > 0 || (last !== state && !isLeased) ? [`${id} is ${state}: ${events}`] : [];
}

/** Offers are counted, not listed: an entry may start from `offered` where the one before ended in `queued`. */
const follows = (entry: Entry, before: Entry | undefined): boolean =>
  before === undefined
    ? entry.from === 'none'
    : entry.from === before.to || (entry.from === 'offered' && before.to === 'queued');
