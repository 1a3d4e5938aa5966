import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { earlierOf, type SampleDocument } from '../../world/documents.ts';
import { refusalCodeOf } from '../kit/outcomes.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const DAY = 86_400_000;

describe('Promise 2: One record per (sender, DocumentId) for new documents; for every other kind the same bytes get the same receipt.', () => {
  let town: TestAxis;
  beforeAll(async () => {
    town = await startTestAxis({ attempts: 6 });
  });
  afterAll(() => town.stop());

  const count = async () => ({
    dispatches: (await town.stores.items('dsp_')).length,
    deliveries: (await town.stores.items('dlv_')).length,
    objects: (await town.stores.objects()).length,
  });

  test('8: a hundred parallel identical submissions leave one dispatch, one delivery per recipient and one receipt', async () => {
    const before = await count();
    const bytes = await town.letter({ to: ['X91.05', 'X92', 'X92.03'] });
    const answers = await Promise.all(Array.from({ length: 100 }, () => town.submit(bytes)));
    await town.settle();
    expect(new Set(answers.map(({ dispatchId }) => dispatchId)).size).toBe(1);
    expect(new Set(answers.map(({ receipt }) => receipt)).size).toBe(1);
    expect(answers.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    expect(await count()).toEqual({
      dispatches: before.dispatches + 1,
      deliveries: before.deliveries + 3,
      objects: before.objects + 1,
    });
  });

  test('the same DocumentId with other bytes is a conflict that overwrites nothing and leaves no bytes', async () => {
    const { answer } = await town.submitLetter({ documentId: 'trung-1', subject: 'Bản thứ nhất' });
    await town.settle();
    const [items, objects] = [await town.stores.items(), await town.stores.objects()];
    const other = await town.letter({ documentId: 'trung-1', subject: 'Bản thứ hai' });
    expect(await refusalCodeOf(town.submit(other))).toBe('document-conflict');
    // What the schedules and the budgets count goes on meanwhile.
    const kept = (list: typeof items) => list.filter(({ id }) => !/^(?:refusal|limits|memory)#/.test(id));
    expect(kept(await town.stores.items())).toEqual(kept(items));
    expect(await town.stores.objects()).toEqual(objects);
    expect((await town.clients['trung-tam-mau'].dispatch(answer.dispatchId)).headline.subject).toBe('Bản thứ nhất');
  });

  test('when two versions of a document race, one wins, the other is a conflict, and the sweeper removes its bytes', async () => {
    const before = await count();
    const versions = await Promise.all(
      ['đỏ', 'xanh'].map((subject) => town.letter({ documentId: 'dua-1', number: 7001, subject })),
    );
    const outcomes = await Promise.allSettled(versions.flatMap((bytes) => [1, 2, 3].map(() => town.submit(bytes))));
    await town.settle();
    const receipts = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.receipt] : []));
    expect(receipts).toHaveLength(3);
    expect(new Set(receipts).size).toBe(1);
    town.advance(DAY + 3_600_000);
    await town.axis.invoke('docaxis-evaluation-watch', { task: 'sweep' });
    expect(await count()).toEqual({
      dispatches: before.dispatches + 1,
      deliveries: before.deliveries + 1,
      objects: before.objects + 1,
    });
  });

  test('a status sent twice gets one receipt; with other bytes it is another dispatch', async () => {
    const letter: SampleDocument = {
      ...{ from: 'X91.04', to: ['X92'], number: 7100, date: '2026/03/02' },
      subject: 'Công văn được báo cáo',
    };
    await town.submitLetter(letter);
    const report = (timestamp: string) =>
      town.status({ from: 'X92', about: earlierOf(letter), code: '01', timestamp: `2026/03/03 ${timestamp}` });
    const first = await report('08:00:00');
    const once = await town.submit(first, 'bo-minh-hoa');
    const twice = await town.submit(first, 'bo-minh-hoa');
    const later = await town.submit(await report('09:00:00'), 'bo-minh-hoa');
    expect(twice.receipt).toBe(once.receipt);
    expect(twice.outcome).toBe('again');
    expect(later.outcome).toBe('accepted');
    expect(later.dispatchId).not.toBe(once.dispatchId);
  });

  test('the same DocumentId of two senders names two documents', async () => {
    const shared = { documentId: 'chung-1', to: ['X92'] };
    const one = await town.submitLetter({ ...shared, from: 'X91.04' });
    const other = await town.submitLetter({ ...shared, from: 'X91.05' });
    expect(other.answer.outcome).toBe('accepted');
    expect(other.answer.dispatchId).not.toBe(one.answer.dispatchId);
  });
});
