import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/contract/limits.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

/** Failures that document exchanges have met elsewhere, as a client of this axis sees them. */
let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis();
});
afterAll(() => town.stop());

const centre = () => town.clients['trung-tam-mau'];
const ministry = () => town.clients['bo-minh-hoa'];
const refused = (code: string) => ({ name: 'AxisRefusal', code });
const sentCount = async () => (await centre().sent({ agency: 'X91.04', limit: 100 })).items.length;

/** A letter to the ministry that the ministry has taken. */
async function takeOne(to: readonly string[] = ['X92']) {
  const sent = await town.submitLetter({ from: 'X91.04', to: [...to] });
  await town.settle();
  const { deliveries } = await ministry().receive({ links: true, max: 10 });
  const taken = deliveries.find(({ dispatchId }) => dispatchId === sent.answer.dispatchId);
  if (taken === undefined) throw new Error('the letter did not come');
  return { ...sent, taken };
}

describe('failure cases of repeats', () => {
  test('1: the same id with the same bytes is stored once and gets the same receipt', async () => {
    const { bytes, answer } = await town.submitLetter();
    const before = await sentCount();
    const again = await centre().submit(bytes);
    expect(again).toMatchObject({ dispatchId: answer.dispatchId, receipt: answer.receipt, outcome: 'again' });
    expect(await sentCount()).toBe(before);
  });

  test('2: the same id with other bytes is refused with a code of its own, and nothing is overwritten', async () => {
    const draft = { from: 'X91.04', to: ['X92'], number: 4002, date: '2026/03/02' } as const;
    const first = await town.submitLetter({ ...draft, to: [...draft.to], subject: 'Bản thứ nhất' });
    const other = await town.letter({ ...draft, to: [...draft.to], subject: 'Bản thứ hai' });
    await expect(centre().submit(other)).rejects.toMatchObject(refused('document-conflict'));
    const kept = await centre().dispatch(first.answer.dispatchId);
    expect((await centre().fetchContent(kept)).equals(first.bytes)).toBe(true);
  });

  test('3: what was refused first is taken in full when it comes rightly', async () => {
    const bytes = await town.letter({ from: 'X91.04', to: ['X92'] });
    await expect(ministry().submit(bytes)).rejects.toMatchObject(refused('sender-not-served'));
    await expect(centre().submit(bytes)).resolves.toMatchObject({ outcome: 'accepted' });
  });

  test('4: two connections with the same message at once leave one dispatch', async () => {
    const bytes = await town.letter({ from: 'X91.04', to: ['X92'] });
    const [one, two] = await Promise.all([centre().submit(bytes), centre().submit(bytes)]);
    expect(two.dispatchId).toBe(one.dispatchId);
    expect(two.receipt).toBe(one.receipt);
    await town.settle();
    expect((await centre().dispatch(one.dispatchId)).deliveries).toHaveLength(1);
  });

  test('6: the same number from two senders does not collide', async () => {
    const number = 4006;
    const [one, two] = await Promise.all([
      town.submitLetter({ from: 'X91.04', to: ['X92'], number }),
      town.submitLetter({ from: 'X91.05', to: ['X92'], number }),
    ]);
    expect(one.answer.outcome).toBe('accepted');
    expect(two.answer.outcome).toBe('accepted');
    expect(two.answer.dispatchId).not.toBe(one.answer.dispatchId);
  });
});

describe('failure cases of sizes and content', () => {
  test.each([
    ['no byte', 0, 'edxml-malformed'],
    ['one byte', 1, 'edxml-malformed'],
    ['the limit', LIMITS.messageBytes, 'edxml-malformed'],
    // Goes by an upload, and is judged as every other message.
    ['one byte above the limit', LIMITS.messageBytes + 1, 'edxml-malformed'],
  ])('31: %s is refused for what it is', async (_, size, code) => {
    await expect(centre().submit(Buffer.alloc(size, 'x'))).rejects.toMatchObject(refused(code));
  });

  test('34: parts of a document are the parts of its bytes, and what lies beyond its end is refused', async () => {
    const { bytes, taken } = await takeOne();
    const last = bytes.length - 1;
    for (const [from, to] of [
      [0, 0],
      [10, 99],
      [last, last],
      [0, last],
    ] as const) {
      const part = await ministry().fetchContent(taken, { from, to });
      expect(part.equals(bytes.subarray(from, to + 1))).toBe(true);
    }
    await expect(ministry().fetchContent(taken, { from: 0, to: bytes.length })).rejects.toThrow(RangeError);
  });

  test('35: a link that has expired opens nothing, and the client gets itself another', async () => {
    const { bytes, taken } = await takeOne();
    town.advance((LIMITS.linkSeconds + 1) * 1000);
    const answer = await fetch(taken.content ?? '');
    expect(answer.status).toBe(403);
    const patient = town.clientOf('bo-minh-hoa', keyOf('bo-minh-hoa'), { attempts: 3 });
    expect((await patient.fetchContent(taken)).equals(bytes)).toBe(true);
  });
});

const keyOf = (system: string) => {
  const key = town.world.systems.find(({ systemId }) => systemId === system)?.key;
  if (key === undefined) throw new Error(`no system ${system}`);
  return key;
};

describe('failure cases of recipients and rights', () => {
  test('37: one unknown recipient of several refuses the whole message, and nobody gets it', async () => {
    const before = await sentCount();
    const bytes = await town.letter({ from: 'X91.04', to: ['X92', 'X99.99'] });
    await expect(centre().submit(bytes)).rejects.toMatchObject(refused('recipient-unknown'));
    expect(await sentCount()).toBe(before);
  });

  test('38: one recipient refuses, the other acknowledges: each has a state of its own', async () => {
    const { answer, taken } = await takeOne(['X92', 'X91.05']);
    await ministry().reject(taken.deliveryId, { leaseToken: taken.lease.token, reason: 'Gửi nhầm' });
    const { deliveries } = await centre().receive({ max: 10, agency: 'X91.05' });
    const other = deliveries.find(({ dispatchId }) => dispatchId === answer.dispatchId);
    await centre().acknowledge(other?.deliveryId ?? '', { leaseToken: other?.lease.token ?? '' });
    const seen = await centre().dispatch(answer.dispatchId);
    expect(Object.fromEntries(seen.deliveries.map(({ recipient, state }) => [recipient, state]))).toEqual({
      X92: 'rejected',
      'X91.05': 'acknowledged',
    });
  });

  test('39: a recipient that got what is not for it says so, and the sender reads the reason', async () => {
    const { answer, taken } = await takeOne();
    await ministry().reject(taken.deliveryId, { leaseToken: taken.lease.token, reason: 'Không phải nơi nhận' });
    const seen = await centre().dispatch(answer.dispatchId);
    expect(seen.deliveries[0]).toMatchObject({ state: 'rejected', reason: 'Không phải nơi nhận' });
  });

  test('40: another system learns nothing of a letter that is not for it, and cannot take it', async () => {
    const sent = await town.submitLetter({ from: 'X91.04', to: ['X91.05'] });
    await town.settle();
    const [recipient] = sent.answer.recipients;
    await expect(ministry().dispatch(sent.answer.dispatchId)).rejects.toMatchObject(refused('dispatch-not-found'));
    await expect(ministry().content(sent.answer.dispatchId)).rejects.toMatchObject(refused('dispatch-not-found'));
    await expect(ministry().lease(recipient?.deliveryId ?? '')).rejects.toMatchObject(refused('delivery-not-found'));
  });
});
