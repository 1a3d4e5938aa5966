import { describe, expect, test } from 'vitest';
import { contentKeyOf } from '../../../core/contract/derivedIds.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { Forgotten } from '../../../core/contract/memory.ts';
import type { FanOutMessage, Move } from '../../../core/contract/ports.ts';
import type { DeliveryRecord, DispatchRecord } from '../../../core/contract/records.ts';
import { sweep } from '../../../core/walk/sweep.ts';
import { type WatchPorts, watch } from '../../../core/walk/watch.ts';
import { aDelivery, aDispatch } from '../../adapters/aws/records.ts';

const AT = 1_772_438_400_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What the watchman asks for and does, kept in lists; its reminders come back as the table would keep them. */
function surroundings(given: { dispatch?: DispatchRecord; delivery?: DeliveryRecord }) {
  const { delivery } = given;
  let { dispatch } = given;
  const notNow = async (): Promise<never> => {
    throw new Error('not here');
  };
  const seen = {
    now: AT,
    order: [] as string[],
    moves: [] as Move[],
    enqueued: [] as FanOutMessage[],
    putOff: [] as number[],
  };
  const due = (): { id: string }[] => {
    const found = [];
    if (dispatch?.due && dispatch.due.at <= seen.now) found.push({ id: dispatch.dispatchId });
    if (delivery?.due && delivery.due.at <= seen.now) found.push({ id: delivery.deliveryId });
    return found;
  };
  const ports: WatchPorts = {
    clock: { now: () => seen.now },
    work: { overdue: async (shard) => (shard === 3 ? due() : []) },
    dispatches: {
      find: async () => dispatch,
      remindLater: async (_, at) => {
        if (!dispatch?.due) return false;
        seen.order.push('remind');
        seen.putOff.push(at - seen.now);
        dispatch = { ...dispatch, due: { ...dispatch.due, at, attempts: dispatch.due.attempts + 1 } };
        return true;
      },
    },
    deliveries: {
      find: async () => delivery,
      move: async (moved, change) => {
        seen.moves.push(change);
        return { done: true, delivery: moved };
      },
      remindLater: async (_, at) => {
        seen.putOff.push(at - seen.now);
        return true;
      },
      mark: notNow,
      findMany: notNow,
    },
    directory: { agency: async () => undefined },
    webhooks: { find: notNow },
    webhookQueue: { enqueue: notNow },
    setAside: () => undefined,
    rules: { document: { contentDays: 1, recordDays: 1 }, status: { contentDays: 1, recordDays: 1 } },
    retention: { hold: notNow, close: notNow, deleted: notNow, forget: notNow },
    content: { remove: notNow },
    submissions: { find: notNow, remindLater: notNow },
    submissionQueue: { enqueue: notNow },
    trouble: (what) => seen.order.push(what),
    moving: {
      clock: { now: () => seen.now },
      directory: { agency: notNow },
      moves: { find: notNow, goOn: notNow, forget: notNow },
      deliveries: { waitingFor: notNow, relocate: notNow, markMoving: notNow },
      bell: { ring: notNow },
      trouble: (what) => seen.order.push(what),
    },
    fanOut: {
      enqueue: async (messages) => {
        seen.order.push('enqueue');
        seen.enqueued.push(...messages);
      },
    },
  };
  return { seen, ports };
}

describe('a fan-out that did not happen', () => {
  test('is asked for again after two minutes, then ever more seldom up to about an hour, and never forgotten', async () => {
    const { seen, ports } = surroundings({ dispatch: aDispatch(AT) });
    expect(await watch(ports)).toMatchObject({ overdue: 0, requeued: 0, expired: 0 });
    seen.now += LIMITS.overdueSeconds * 1000;
    for (let round = 0; round < 9; round++) {
      expect(await watch(ports)).toMatchObject({ requeued: 1 });
      expect(await watch(ports)).toMatchObject({ requeued: 0 });
      seen.now += seen.putOff.at(-1) ?? 0;
    }
    expect(seen.putOff.map((ms) => ms / 60_000)).toEqual([2, 4, 8, 16, 32, 64, 64, 64, 64]);
  });

  test('is put off before it is asked for: a crash between the two costs one round, never a storm', async () => {
    const { seen, ports } = surroundings({ dispatch: aDispatch(AT, { recipientCount: 250 }) });
    seen.now += HOUR;
    await watch(ports);
    expect(seen.order).toEqual(['remind', 'enqueue']);
    expect(seen.enqueued.map(({ chunk, chunks }) => `${chunk} of ${chunks}`)).toEqual(['0 of 3', '1 of 3', '2 of 3']);
  });

  test('that was done meanwhile is left alone, whatever the index still shows', async () => {
    const { due: _, ...done } = aDispatch(AT);
    const { seen, ports } = surroundings({ dispatch: done });
    const stale = [{ id: done.dispatchId }, { id: 'no id at all' }];
    const work = { overdue: async (shard: number) => (shard === 0 ? stale : []) };
    expect(await watch({ ...ports, work })).toMatchObject({ overdue: 2, requeued: 0, expired: 0 });
    expect(seen.enqueued).toEqual([]);
  });
});

describe('a delivery past its end', () => {
  test.each<[string, Partial<DeliveryRecord>, number]>([
    ['expires where it waits', { state: 'queued' }, 1],
    ['expires where it waits for a later time', { state: 'queued', visibleAt: AT + HOUR }, 1],
    ['is left alone under a lease, until that ends', { state: 'offered', visibleAt: AT + 1 }, 0],
    ['expires when the lease is over', { state: 'offered', visibleAt: AT }, 1],
    ['is left where an operator looks at it', { state: 'set-aside' }, 0],
    ['is left as it ended', { state: 'acknowledged' }, 0],
  ])('%s', async (_, given, expired) => {
    const due = { what: 'expire', at: AT - 1, attempts: 0 } as const;
    const { seen, ports } = surroundings({ delivery: aDelivery(AT, { due, ...given }) });
    expect(await watch(ports)).toMatchObject({ expired });
    const reason = 'not collected in time';
    expect(seen.moves.map((move) => [move.to, move.reason])).toEqual(expired ? [['expired', reason]] : []);
  });
});

describe('the sweeper', () => {
  const kept = aDispatch(AT);
  const keyOfKept = contentKeyOf(kept.dispatchId, kept.headline.sha256);

  const orphan = `dispatches/dsp_${'b'.repeat(32)}/${'0'.repeat(64)}`;

  async function sweepOf(
    keys: readonly { key: string; at: number }[],
    { next, locked = false, forgotten }: { next?: string; locked?: boolean; forgotten?: Forgotten } = {},
  ) {
    const removed: string[] = [];
    const result = await sweep(
      { after: undefined, forgotten },
      {
        clock: { now: () => AT },
        orphanage: {
          list: async () => ({
            objects: keys.map((seen) => ({ ...seen, version: 'v1', bytes: 10 })),
            ...(next ? { next } : {}),
          }),
          remove: async ({ key }) => !locked && removed.push(key) > 0,
        },
        dispatches: { find: async (id) => (id === kept.dispatchId ? kept : undefined) },
      },
    );
    return { removed, result };
  }

  test('removes what has no record, and other bytes than those of the record, once they are a day old', async () => {
    const others = keyOfKept.replace(/a{64}$/, 'b'.repeat(64));
    const old = [orphan, others];
    const keys = [{ key: keyOfKept, at: AT - 30 * DAY }, ...old.map((key) => ({ key, at: AT - DAY }))];
    expect((await sweepOf(keys)).removed).toEqual(old);
  });

  test('touches nothing that is younger: its record may still be on the way', async () => {
    expect((await sweepOf([{ key: orphan, at: AT - DAY + 1 }])).removed).toEqual([]);
  });

  test('touches nothing of the time that the tables have forgotten, a day before and after included', async () => {
    const forgotten = { from: AT - 10 * DAY, to: AT - 5 * DAY };
    const others = keyOfKept.replace(/a{64}$/, 'b'.repeat(64));
    const of = (key: string) =>
      [12, 11, 10, 6, 5, 4, 3].map((days) => ({ key: `${key}?${days}`, at: AT - days * DAY }));
    const { removed, result } = await sweepOf([...of(orphan), ...of(others)], { forgotten });
    expect(removed.map((key) => Number(key.split('?')[1]))).toEqual([12, 3, 12, 3]);
    expect(result).toMatchObject({ removed: 4, spared: 10 });
  });

  test('goes past what is locked, and comes again', async () => {
    const { result } = await sweepOf([{ key: orphan, at: AT - DAY }], { next: 'there', locked: true });
    expect(result).toEqual({ removed: 0, spared: 0, next: 'there' });
  });

  test('says where to go on, and at the end nothing', async () => {
    expect((await sweepOf([], { next: 'there' })).result).toEqual({ removed: 0, spared: 0, next: 'there' });
    expect((await sweepOf([])).result).toEqual({ removed: 0, spared: 0 });
  });
});
