import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { earlierOf, type SampleBusiness, type SampleDocument } from '../../world/documents.ts';
import { refusalCodeOf } from '../kit/outcomes.ts';
import { deliveriesOf, leaseAll, take } from '../kit/reception.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';

/** Recall, update and replacement: what becomes of an earlier document, and what both sides are told. */
let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis();
});
afterEach(() => town.axis.interfere([]));
afterAll(() => town?.stop());

const CENTRE = 'trung-tam-mau';
const MINISTRY = 'bo-minh-hoa';
const centre = () => town.clients[CENTRE];
const ministry = () => town.clients[MINISTRY];

/** The hint that a dispatch waits for its fan-out is lost, until the watchman asks for it. */
const LOSE_FAN_OUT = [{ service: 'sqs', principal: 'docaxis-evaluation-submit', fate: 'fail-before' }] as const;

let number = 500;
const document = (given: Partial<SampleDocument> = {}): SampleDocument => ({
  from: 'X91.04',
  to: ['X92'],
  number: ++number,
  date: '2026/03/02',
  subject: `Công văn ${number}`,
  ...given,
});

async function sent(given: Partial<SampleDocument> = {}) {
  const letter = document(given);
  const { answer } = await town.submitLetter(letter);
  await town.settle();
  return { about: earlierOf(letter), dispatchId: answer.dispatchId };
}

type About = ReturnType<typeof earlierOf>;
let second = 0;
const timestamp = () =>
  `2026/03/02 11:${String(Math.floor(++second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}`;

/** Status 13 to one recipient. */
async function takeBack(about: About, to: 'X92' | 'X92.03' = 'X92', description = 'Ký nhầm phiên bản') {
  const bytes = await town.status({ from: 'X91.04', to, about, code: '13', timestamp: timestamp(), description });
  return town.submit(bytes);
}

async function answer(about: About, code: '15' | '16') {
  const bytes = await town.status({ from: 'X92', about, code, timestamp: timestamp(), description: 'Theo đề nghị' });
  await town.submit(bytes, MINISTRY);
  await town.settle();
}

const correct = (business: SampleBusiness, given: Partial<SampleDocument> = {}) => sent({ business, ...given });

/** The only delivery of a dispatch, the same for both sides. */
async function both(dispatchId: string) {
  const [seen] = await deliveriesOf(town, CENTRE, dispatchId);
  const [received] = await deliveriesOf(town, MINISTRY, dispatchId);
  if (!seen) throw new Error('no delivery');
  expect(received).toEqual(seen);
  return seen;
}

const outcomeOf = async (dispatchId: string) => (await both(dispatchId)).about;

describe.each<[string, (about: About) => Promise<{ dispatchId: string }>]>([
  ['status 13', takeBack],
  ['a recall message', (of) => correct({ kind: 'recall', of, reason: 'Ký nhầm phiên bản' })],
])('a recall by %s', (_, recall) => {
  test('before pick-up withdraws at once; the document is never offered, its content closed to the recipient', async () => {
    const { about, dispatchId } = await sent();
    const { dispatchId: by } = await recall(about);
    await town.settle();
    const delivery = await both(dispatchId);
    expect(delivery).toMatchObject({
      state: 'withdrawn',
      recall: { state: 'effective', by, reason: 'Ký nhầm phiên bản' },
    });
    expect(await outcomeOf(by)).toEqual([{ dispatchId, outcome: 'withdrawn' }]);
    expect(await refusalCodeOf(ministry().lease(delivery.deliveryId))).toBe('delivery-settled');
    expect(await refusalCodeOf(ministry().content(dispatchId))).toBe('content-not-held');
    expect((await centre().content(dispatchId)).href).toContain('http');
  });

  test('after pick-up asks; agreement closes the content and keeps the record', async () => {
    const { about, dispatchId } = await sent();
    await take(town, MINISTRY, dispatchId);
    const { dispatchId: by } = await recall(about);
    await town.settle();
    expect(await both(dispatchId)).toMatchObject({ state: 'acknowledged', recall: { state: 'requested', by } });
    expect(await outcomeOf(by)).toEqual([{ dispatchId, outcome: 'requested' }]);
    expect((await ministry().content(dispatchId)).href).toContain('http');
    await answer(about, '15');
    const delivery = await both(dispatchId);
    expect(delivery).toMatchObject({ state: 'acknowledged', recall: { state: 'agreed' } });
    expect(delivery.timeline.entries.map(({ ev }) => ev).slice(-2)).toEqual(['x-recall-requested', 'x-recall-agreed']);
    expect(await refusalCodeOf(ministry().content(dispatchId))).toBe('content-recalled');
    expect((await centre().dispatch(dispatchId)).headline.subject).toBeDefined();
  });

  test('after pick-up asks; a refusal lets everything stand, and asking again asks again', async () => {
    const { about, dispatchId } = await sent();
    await take(town, MINISTRY, dispatchId);
    await recall(about);
    await town.settle();
    await answer(about, '16');
    expect(await both(dispatchId)).toMatchObject({ recall: { state: 'refused' } });
    expect((await ministry().content(dispatchId)).href).toContain('http');
    const { dispatchId: again } = await recall(about);
    await town.settle();
    expect(await both(dispatchId)).toMatchObject({ recall: { state: 'requested', by: again } });
  });

  test('44: recall during a lease takes effect when the lease is given back, and not when it is acknowledged', async () => {
    const [given, kept] = [await sent(), await sent()];
    const [one] = await leaseAll(town, MINISTRY, given.dispatchId);
    const [other] = await leaseAll(town, MINISTRY, kept.dispatchId);
    if (!one || !other) throw new Error('nothing to lease');
    await recall(given.about);
    await recall(kept.about);
    await town.settle();
    expect(await both(given.dispatchId)).toMatchObject({ state: 'offered', recall: { state: 'requested' } });
    // The end of the lease is waited for: it stays where it is.
    await expect(ministry().extend(one.deliveryId, { leaseToken: one.lease.token })).rejects.toMatchObject({
      code: 'lease-not-extended',
      detail: expect.stringContaining(one.lease.until),
    });
    const released = await ministry().release(one.deliveryId, { leaseToken: one.lease.token });
    expect(released.state).toBe('withdrawn');
    // Its answer may get lost.
    expect(await ministry().release(one.deliveryId, { leaseToken: one.lease.token })).toEqual(released);
    await ministry().acknowledge(other.deliveryId, { leaseToken: other.lease.token });
    expect(await both(given.dispatchId)).toMatchObject({ state: 'withdrawn', recall: { state: 'effective' } });
    expect(await both(kept.dispatchId)).toMatchObject({ state: 'acknowledged', recall: { state: 'requested' } });
  });
});

describe('recalls in trouble', () => {
  test('44: a recall twice, and one by somebody who is not the sender', async () => {
    const { about, dispatchId } = await sent();
    await takeBack(about);
    await town.settle();
    const first = await both(dispatchId);
    const { dispatchId: again } = await takeBack(about);
    await town.settle();
    expect(await both(dispatchId)).toEqual(first);
    expect(await outcomeOf(again)).toEqual([{ dispatchId, outcome: 'withdrawn' }]);
    const stranger = { from: 'X92', to: 'X91.04', about, code: '13', timestamp: timestamp() } as const;
    expect(await refusalCodeOf(town.status(stranger).then((bytes) => town.submit(bytes, MINISTRY)))).toBe(
      'document-unknown',
    );
  });

  test('a lease that lapses is made good by the watchman: the document goes to nobody else', async () => {
    const { about, dispatchId } = await sent();
    await leaseAll(town, MINISTRY, dispatchId);
    await takeBack(about);
    await town.settle();
    town.advance(301_000);
    await town.watch();
    expect(await both(dispatchId)).toMatchObject({ state: 'withdrawn', recall: { state: 'effective' } });
  });

  test('a recall that is faster than the fan-out wins: the delivery comes into being as withdrawn', async () => {
    town.axis.interfere(LOSE_FAN_OUT);
    const letter = document();
    const { answer: accepted } = await town.submitLetter(letter);
    const { dispatchId } = accepted;
    town.axis.interfere([]);
    const recalled = await takeBack(earlierOf(letter));
    await until(
      async () => (await town.stores.item(recalled.dispatchId))?.state === 'dispatched',
      'the recall is delivered',
    );
    expect((await town.stores.item(dispatchId))?.state).toBe('accepted');
    town.advance(121_000);
    await town.watch();
    await town.settle();
    const delivery = await both(dispatchId);
    expect(delivery).toMatchObject({ state: 'withdrawn', recall: { state: 'effective', by: recalled.dispatchId } });
    expect(delivery.timeline.entries.map(({ from, to }) => [from, to])).toEqual([['none', 'withdrawn']]);
  });
});

test('an answer may name the recall instead of the document', async () => {
  const { about, dispatchId } = await sent();
  await take(town, MINISTRY, dispatchId);
  const recall = document({ business: { kind: 'recall', of: about, reason: 'Ký nhầm' } });
  await town.submitLetter(recall);
  await town.settle();
  await answer(earlierOf(recall), '15');
  expect(await both(dispatchId)).toMatchObject({ recall: { state: 'agreed' } });
});

describe('updates and replacements', () => {
  test('an update adds and removes recipients: added ones get it, removed ones that had nothing get nothing', async () => {
    const { about, dispatchId } = await sent({ to: ['X92', 'X92.03'] });
    const update = await correct(
      { kind: 'update', of: about, removed: ['X92.03'], added: ['X91.05'] },
      { number: about.number, to: ['X92'], documentId: about.documentId },
    );
    const states = async (id: string) =>
      Object.fromEntries((await deliveriesOf(town, CENTRE, id)).map(({ recipient, state }) => [recipient, state]));
    expect(await states(dispatchId)).toEqual({ X92: 'withdrawn', 'X92.03': 'withdrawn' });
    expect(await states(update.dispatchId)).toEqual({ X92: 'queued', 'X92.03': 'withdrawn', 'X91.05': 'queued' });
    const [removed] = (await deliveriesOf(town, CENTRE, dispatchId)).filter(({ recipient }) => recipient === 'X92.03');
    expect(removed?.recall).toMatchObject({ state: 'effective', by: update.dispatchId });
  });

  test('a recall reaches also those whom an update added', async () => {
    const { about, dispatchId } = await sent();
    const update = await correct(
      { kind: 'update', of: about, added: ['X92.03'] },
      { number: about.number, documentId: about.documentId },
    );
    const recall = await correct({ kind: 'recall', of: about, reason: 'Gửi nhầm' }, { to: ['X92', 'X92.03'] });
    const seen = await deliveriesOf(town, CENTRE, recall.dispatchId);
    expect(seen.map(({ recipient, about: told }) => [recipient, told])).toEqual([
      ['X92', [{ dispatchId, outcome: 'settled' }]],
      ['X92.03', [{ dispatchId: update.dispatchId, outcome: 'withdrawn' }]],
    ]);
    for (const { state } of await deliveriesOf(town, CENTRE, update.dispatchId)) expect(state).toBe('withdrawn');
  });

  test('an update of what was taken asks; a recall then reaches the document and its update alike', async () => {
    const { about, dispatchId } = await sent();
    await take(town, MINISTRY, dispatchId);
    const update = await correct({ kind: 'update', of: about }, { documentId: about.documentId, number: about.number });
    expect(await both(dispatchId)).toMatchObject({
      revision: { how: 'update', state: 'requested', by: update.dispatchId },
    });
    await answer(about, '15');
    expect(await both(dispatchId)).toMatchObject({ revision: { state: 'agreed' } });
    await take(town, MINISTRY, update.dispatchId);
    await takeBack(about);
    await town.settle();
    await answer(about, '15');
    for (const id of [dispatchId, update.dispatchId]) {
      expect(await both(id)).toMatchObject({ recall: { state: 'agreed' } });
      expect(await refusalCodeOf(ministry().content(id))).toBe('content-recalled');
    }
  });

  test('of two updates out of order the later one stands, and the earlier one is offered to nobody', async () => {
    const { about, dispatchId } = await sent();
    town.axis.interfere(LOSE_FAN_OUT);
    const draft = (subject: string) =>
      town.submitLetter(
        document({
          number: about.number,
          documentId: about.documentId,
          subject,
          business: { kind: 'update', of: about },
        }),
      );
    const { answer: earlier } = await draft('bản sửa 1');
    town.axis.interfere([]);
    const { answer: later } = await draft('bản sửa 2');
    await until(
      async () => (await town.stores.item(later.dispatchId))?.state === 'dispatched',
      'the later one is first',
    );
    town.advance(121_000);
    await town.watch();
    await town.settle();
    expect(await both(dispatchId)).toMatchObject({ revision: { by: later.dispatchId } });
    expect(await both(later.dispatchId)).toMatchObject({ state: 'queued' });
    expect(await both(earlier.dispatchId)).toMatchObject({
      state: 'withdrawn',
      about: [{ dispatchId, outcome: 'overtaken' }],
    });
  });

  test('a replacement links old and new for the recipients it names; the old one waits for nobody there', async () => {
    const { about, dispatchId } = await sent({ to: ['X92', 'X92.03'] });
    const replacement = await correct({ kind: 'replace', of: about, at: ['X92'] });
    const [atX92, atX9203] = await deliveriesOf(town, MINISTRY, dispatchId);
    expect(atX92).toMatchObject({ state: 'withdrawn', revision: { how: 'replace', by: replacement.dispatchId } });
    expect(atX9203).toMatchObject({ state: 'queued' });
    expect(atX9203?.revision).toBeUndefined();
    const { thread } = await ministry().dispatch(replacement.dispatchId);
    expect(thread?.earlier).toMatchObject([{ dispatchId, as: 'replace' }]);
    const back = await centre().dispatch(dispatchId);
    expect(back.thread?.later).toMatchObject([{ dispatchId: replacement.dispatchId, as: 'replace' }]);
  });
});
