import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Scene } from '../crashpoints/scene.ts';
import { LeaseBook } from './leaseBook.ts';
import { play } from './play.ts';
import { type Step, scheduleOf } from './schedule.ts';

// On a busy machine most of this is waiting.
const timeout = 120_000;

describe('a seed', () => {
  test('gives the same steps again, and another one gives others', () => {
    expect(scheduleOf(7)).toEqual(scheduleOf(7));
    expect(scheduleOf(7)).not.toEqual(scheduleOf(8));
  });

  test('is one of many: a hundred of them use every step', () => {
    const steps = Array.from({ length: 100 }, (_, seed) => scheduleOf(seed)).flat();
    const kinds: Record<Step['does'], true> = {
      submit: true,
      'submit again': true,
      receive: true,
      settle: true,
      move: true,
      pass: true,
      watch: true,
      fail: true,
      'time out': true,
      'empty the queue': true,
      'delete the bell': true,
      lag: true,
      skew: true,
      recycle: true,
    };
    expect(new Set(steps.map(({ does }) => does))).toEqual(new Set(Object.keys(kinds)));
  });
});

describe('the book of leases', () => {
  const now = Date.parse('2026-03-02T08:00:00Z');
  const leased = (token: string) =>
    ({ deliveryId: 'dlv_1', lease: { token, until: '2026-03-02T08:05:00.000Z' } }) as Parameters<LeaseBook['given']>[1];

  test('notices that two hold one delivery, and that one was given away after it was settled', () => {
    const book = new LeaseBook();
    book.given('bo-minh-hoa', leased('a'), now);
    book.given('bo-minh-hoa', leased('b'), now);
    expect(book.breaches).toEqual(['dlv_1 was given away while somebody held it until 2026-03-02T08:05:00.000Z']);
    const [holding] = book.held;
    if (!holding) throw new Error('nothing is held');
    book.settled(holding, 'acknowledged');
    book.given('bo-minh-hoa', leased('c'), now);
    expect(book.breaches.at(-1)).toBe('dlv_1 was given away after it was acknowledged');
  });

  test('lets a delivery be given again when its lease was over or given back', () => {
    const book = new LeaseBook();
    book.given('bo-minh-hoa', leased('a'), now);
    book.given('bo-minh-hoa', leased('b'), now + 300_000);
    const [holding] = book.held;
    if (!holding) throw new Error('nothing is held');
    book.dropped(holding);
    book.given('bo-minh-hoa', leased('c'), now);
    expect(book.breaches).toEqual([]);
  });
});

/** Many seeds are `npm run schedules`; here is shown that it works, and that it would notice. */
describe('a schedule on an axis', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open();
  }, timeout);
  afterAll(() => scene?.stop());

  test('loses nothing though its queue is emptied, its messages are lost and its indexes lag', {
    timeout,
  }, async () => {
    const submit = { does: 'submit', from: 'X91.04', to: ['X91.05', 'X92'], urgent: false } as const;
    const steps: readonly Step[] = [
      { does: 'fail', rules: [{ principal: 'docaxis-evaluation-submit', service: 'sqs', fate: 'lose' }] },
      submit,
      { does: 'lag', seconds: 30 },
      { does: 'fail', rules: [{ principal: 'docaxis-evaluation-deliver', service: 'sqs', fate: 'twice' }] },
      submit,
      { does: 'receive', system: 'bo-minh-hoa', pollers: 2 },
      { does: 'settle', which: 0, how: 'acknowledge' },
      { does: 'empty the queue' },
    ];
    expect(await play(scene, steps)).toEqual({ problems: [], dispatches: 2 });
  });

  test('that loses a delivery is told', { timeout }, async () => {
    async function* steps(): AsyncGenerator<Step> {
      yield { does: 'submit', from: 'X91.04', to: ['X92'], urgent: false };
      await scene.quiet();
      const waiting = (await scene.town.stores.items('dlv_')).filter(({ state }) => state === 'queued');
      for (const { id } of waiting) await scene.town.stores.remove(id);
    }
    const { problems } = await play(scene, steps());
    expect(problems.join()).toMatch(/X92 has no delivery dlv_/);
  });
});
