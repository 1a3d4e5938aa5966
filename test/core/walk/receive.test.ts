import { describe, expect, test } from 'vitest';
import type { DeliveryId, SystemId } from '../../../core/contract/ids.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { Move } from '../../../core/contract/ports.ts';
import type { DeliveryRecord } from '../../../core/contract/records.ts';
import { inboxKeyOf, rankOf } from '../../../core/receive/inboxKey.ts';
import { lease, type ReceivePorts, receive } from '../../../core/walk/receive.ts';
import { aDelivery, aSystem, MINISTRY } from '../../adapters/aws/records.ts';

const AT = 1_772_438_400_000;
const caller = aSystem(MINISTRY, { name: 'Bộ Minh họa' });

interface Scene {
  readonly deliveries: readonly DeliveryRecord[];
  /** What each wait on the queue brings, and how many seconds pass in it; without hints there is no queue. */
  readonly waits?: { readonly hints?: readonly string[]; readonly seconds: number }[];
  /** A rival wins every offer. */
  readonly rival?: boolean;
  readonly fullRoom?: boolean;
}

function inboxOf(scene: Scene) {
  const seen = { now: AT, waited: [] as number[], forgotten: 0, looks: 0, moves: [] as Move[] };
  const find = (id: DeliveryId) => scene.deliveries.find(({ deliveryId }) => deliveryId === id);
  const keyOf = ({ deliveryId, headline, visibleAt }: DeliveryRecord) =>
    inboxKeyOf(rankOf(headline), visibleAt, deliveryId);
  const ports: ReceivePorts = {
    clock: { now: () => seen.now },
    directory: { agencyByCode: async () => undefined },
    objects: { link: async () => 'https://link.example' },
    random: () => 'A'.repeat(32),
    setAside: () => undefined,
    memory: { restoredAt: async () => undefined },
    trouble: () => undefined,
    waitingRoom: { enter: async () => scene.fullRoom !== true },
    queues: {
      wait: async (_, seconds) => {
        seen.waited.push(seconds);
        const wait = scene.waits?.shift() ?? { hints: [], seconds };
        seen.now += wait.seconds * 1000;
        return wait.hints?.map((deliveryId) => ({ deliveryId: deliveryId as DeliveryId, handle: 'h' }));
      },
      forget: async (_, hints) => {
        seen.forgotten += hints.length;
      },
    },
    deliveries: {
      find: async (id) => find(id),
      list: async () => ({ items: [], unreadable: [] }),
      settle: async ({ deliveryId, to, entry }) => {
        const delivery = find(deliveryId);
        if (!delivery || delivery.lease?.token === undefined) return { done: false, delivery };
        Object.assign(delivery, { state: to, timeline: [...delivery.timeline, entry] });
        return { done: true, delivery };
      },
      waiting: async (_, { limit }) => {
        seen.looks += 1;
        const waiting = scene.deliveries.filter(({ state, visibleAt }) => state === 'queued' && visibleAt <= seen.now);
        return waiting.slice(0, limit).map((found) => ({ deliveryId: found.deliveryId, inboxKey: keyOf(found) }));
      },
      offer: async ({ deliveryId, until }) => {
        const delivery = find(deliveryId);
        const isOver = delivery?.expiresAt !== undefined && delivery.expiresAt <= seen.now;
        const lost = scene.rival || !delivery || isOver || delivery.fruitless >= LIMITS.fruitlessOffers;
        if (lost) return { done: false, delivery };
        return { done: true, delivery: { ...delivery, state: 'offered', visibleAt: until } };
      },
      move: async (delivery, change) => {
        seen.moves.push(change);
        return { done: true, delivery };
      },
      mark: async (delivery) => ({ done: false, delivery }),
    },
  };
  return { seen, ports };
}

async function receiveFrom(scene: Scene, waitSeconds = 0) {
  const { seen, ports } = inboxOf(scene);
  const outcome = await receive(caller, { waitSeconds }, ports);
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  const { deliveries, retryAfter } = outcome.value;
  return { ...seen, ids: deliveries.map(({ deliveryId }) => deliveryId), retryAfter };
}

const idOf = ({ deliveryId }: DeliveryRecord) => deliveryId;

describe('waiting for the bell', () => {
  test('is not begun where something waits already', async () => {
    const delivery = aDelivery(AT);
    expect(await receiveFrom({ deliveries: [delivery] }, 20)).toMatchObject({ ids: [idOf(delivery)], waited: [] });
  });

  test('goes on for the rest of the time after hints of what is settled or not one’s own, and forgets them', async () => {
    const settled = aDelivery(AT, { state: 'acknowledged' });
    const later = aDelivery(AT, { visibleAt: AT + 5_000 });
    const waits = [
      { hints: [idOf(settled), idOf(settled), ''], seconds: 3 },
      { hints: [idOf(later)], seconds: 4 },
    ];
    const received = await receiveFrom({ deliveries: [settled, later], waits }, 20);
    expect(received).toMatchObject({ ids: [idOf(later)], waited: [20, 17], forgotten: 4 });
  });

  test('ends with one more look at the index: what came without a hint is found', async () => {
    const late = aDelivery(AT, { visibleAt: AT + 15_000 });
    expect((await receiveFrom({ deliveries: [late] }, 20)).ids).toEqual([idOf(late)]);
  });

  test('is over when its time is, however many hints of nothing there are', async () => {
    const waits = Array.from({ length: 50 }, () => ({ hints: [''], seconds: 1 }));
    expect((await receiveFrom({ deliveries: [], waits }, 20)).waited).toHaveLength(20);
  });

  test('without a queue, or in a full room, tells when to ask again', async () => {
    const answer = { ids: [], retryAfter: 20 };
    expect(await receiveFrom({ deliveries: [], waits: [{ seconds: 0 }] }, 5)).toMatchObject(answer);
    expect(await receiveFrom({ deliveries: [], fullRoom: true }, 5)).toMatchObject({ ...answer, waited: [] });
  });
});

describe('what the caller has finished', () => {
  const finished = ({ deliveryId, lease }: DeliveryRecord) => ({ deliveryId, leaseToken: lease?.token ?? '' });

  test('is acknowledged by the request that asks for the next, each by itself', async () => {
    const [held, next] = [
      aDelivery(AT, { state: 'offered', lease: { token: 'A'.repeat(22), until: AT } }),
      aDelivery(AT),
    ];
    const strange = aDelivery(AT, { system: 'somebody-else' as SystemId });
    const { ports } = inboxOf({ deliveries: [held, next] });
    const outcome = await receive(caller, { max: 1, acknowledge: [held, strange].map(finished) }, ports);
    if (!outcome.ok) throw new Error(outcome.refusal.code);
    expect(outcome.value.deliveries.map(({ deliveryId }) => deliveryId)).toEqual([idOf(next)]);
    expect(outcome.value.acknowledged).toMatchObject([
      { deliveryId: idOf(held), outcome: { ok: true, value: { state: 'acknowledged' } } },
      { deliveryId: idOf(strange), outcome: { ok: false, refusal: { code: 'delivery-not-found' } } },
    ]);
    expect(held.state).toBe('acknowledged');
  });

  test('is not acknowledged by a request that is refused', async () => {
    const held = aDelivery(AT, { state: 'offered', lease: { token: 'A'.repeat(22), until: AT } });
    const { ports } = inboxOf({ deliveries: [held] });
    const outcome = await receive(caller, { agency: 'X93', acknowledge: [finished(held)] }, ports);
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'agency-not-found' } });
    expect(held.state).toBe('offered');
  });
});

test('against a rival who wins everything three looks are taken and no more', async () => {
  const deliveries = Array.from({ length: 4 * LIMITS.receiveMax }, () => aDelivery(AT));
  const received = await receiveFrom({ deliveries, rival: true });
  expect(received).toMatchObject({ ids: [], looks: 3, moves: [] });
});

test('what has expired, and waits for the watchman, does not stand before what waits behind it', async () => {
  const [expired, behind] = [aDelivery(AT, { expiresAt: AT }), aDelivery(AT)];
  const { ports } = inboxOf({ deliveries: [expired, behind] });
  const outcome = await receive(caller, { max: 1 }, ports);
  expect(outcome.ok && outcome.value.deliveries.map(({ deliveryId }) => deliveryId)).toEqual([idOf(behind)]);
});

test('what was offered twenty times in vain is set aside instead of going round', async () => {
  const tired = aDelivery(AT, { fruitless: LIMITS.fruitlessOffers });
  const { ids, moves } = await receiveFrom({ deliveries: [tired] });
  expect(ids).toEqual([]);
  expect(moves[0]).toMatchObject({ to: 'set-aside', reason: expect.stringContaining('20 times') });
});

describe('leasing what a hint names', () => {
  const outcomeOf = async (delivery: DeliveryRecord, rival = false) => {
    const { ports } = inboxOf({ deliveries: [delivery], rival });
    const outcome = await lease(caller, { deliveryId: idOf(delivery) }, ports);
    return outcome.ok ? `${outcome.value.state}, link: ${outcome.value.content}` : outcome.refusal.code;
  };

  test.each<[string, Partial<DeliveryRecord>, string]>([
    ['waiting', {}, 'offered, link: https://link.example'],
    ['of another system', { system: 'centre' as typeof MINISTRY }, 'delivery-not-found'],
    ['under another lease', { state: 'offered', visibleAt: AT + 1 }, 'delivery-held'],
    ['released for later', { visibleAt: AT + 1 }, 'delivery-held'],
    ['under a lease that is over', { state: 'offered', visibleAt: AT }, 'offered, link: https://link.example'],
    ['acknowledged', { state: 'acknowledged' }, 'delivery-settled'],
    ['set aside', { state: 'set-aside' }, 'delivery-settled'],
  ])('%s', async (_, given, expected) => {
    expect(await outcomeOf(aDelivery(AT, given))).toBe(expected);
  });

  test('lost to a rival at the last moment', async () => {
    expect(await outcomeOf(aDelivery(AT), true)).toBe('delivery-held');
  });
});
