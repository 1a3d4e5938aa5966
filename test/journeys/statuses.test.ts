import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { earlierOf, type SampleDocument } from '../../world/documents.ts';
import { refusalCodeOf, refusalOf } from '../kit/outcomes.ts';
import { take } from '../kit/reception.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

/** Business statuses: what a recipient's clerk reports, and what both sides see of it. */
let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis();
});
afterAll(() => town?.stop());

let number = 100;
const letterFrom = (given: Partial<SampleDocument> = {}): SampleDocument => ({
  from: 'X91.04',
  to: ['X92'],
  number: ++number,
  date: '2026/03/02',
  subject: `Công văn ${number}`,
  ...given,
});

/** A letter that its recipient has acknowledged. */
async function delivered(given: Partial<SampleDocument> = {}) {
  const letter = letterFrom(given);
  const { answer } = await town.submitLetter(letter);
  await town.settle();
  await take(town, 'bo-minh-hoa', answer.dispatchId);
  return { letter, about: earlierOf(letter), dispatchId: answer.dispatchId };
}

type Code = Parameters<TestAxis['status']>[0]['code'];
let minute = 0;
const timestamp = () => `2026/03/02 10:${String(minute++ % 60).padStart(2, '0')}:00`;

async function report(about: ReturnType<typeof earlierOf>, code: Code, description?: string) {
  const words = description === undefined ? {} : { description };
  const bytes = await town.status({ from: 'X92', about, code, timestamp: timestamp(), ...words });
  const answer = await town.submit(bytes, 'bo-minh-hoa');
  await town.settle();
  return answer;
}

const views = async (dispatchId: string) => {
  const [sent] = (await town.clients['trung-tam-mau'].dispatch(dispatchId)).deliveries;
  const [received] = (await town.clients['bo-minh-hoa'].dispatch(dispatchId)).deliveries;
  if (!sent || !received) throw new Error('no delivery');
  expect(received).toEqual(sent);
  return sent;
};

describe('a status of the recipient', () => {
  test('goes forward, with jumps; both sides see it in the timeline, and the sender gets it as an item', async () => {
    const { about, dispatchId } = await delivered();
    await report(about, '01');
    await report(about, '03', 'Đã vào sổ, số đến 120');
    await report(about, '06');
    const { businessStatus, timeline } = await views(dispatchId);
    expect(businessStatus?.code).toBe('06');
    expect(businessStatus?.reported.map(({ code }) => code)).toEqual(['01', '03', '06']);
    const steps = timeline.entries.filter(({ ev }) => ev === 'x-status');
    expect(steps.map(({ from, to, by }) => [from, to, by])).toEqual([
      ['none', '01', 'system:bo-minh-hoa'],
      ['01', '03', 'system:bo-minh-hoa'],
      ['03', '06', 'system:bo-minh-hoa'],
    ]);
    expect(steps[1]?.detail).toBe('Đã vào sổ, số đến 120');
    const { deliveries } = await town.clients['trung-tam-mau'].receive({ max: 10 });
    const items = deliveries.filter(({ headline }) => headline.documentId === about.documentId);
    expect(items.map(({ headline }) => headline.statusCode)).toEqual(['01', '03', '06']);
    expect(items.map(({ about: told }) => told)).toEqual(
      Array.from({ length: 3 }, () => [{ dispatchId, outcome: 'applied' }]),
    );
    expect(steps.map(({ dispatch }) => dispatch)).toEqual(items.map(({ dispatchId: id }) => id));
  });

  test('backward and repeated reports are recorded and change nothing', async () => {
    const { about, dispatchId } = await delivered();
    for (const code of ['05', '03', '05', '03'] as const) await report(about, code);
    const { businessStatus, timeline } = await views(dispatchId);
    expect(businessStatus).toMatchObject({ code: '05', repeats: 2 });
    expect(timeline.entries.filter(({ ev }) => ev === 'x-status').map(({ to }) => to)).toEqual(['05', '03']);
  });

  test('the same bytes again are the same status', async () => {
    const { about, dispatchId } = await delivered();
    const bytes = await town.status({ from: 'X92', about, code: '03', timestamp: timestamp() });
    const first = await town.submit(bytes, 'bo-minh-hoa');
    const again = await town.submit(bytes, 'bo-minh-hoa');
    expect(again).toEqual({ ...first, outcome: 'again' });
    await town.settle();
    expect((await views(dispatchId)).businessStatus?.repeats).toBeUndefined();
  });

  test('finds its document by number and date where the DocumentId is another', async () => {
    const { about, dispatchId } = await delivered();
    await report({ ...about, documentId: 'a-vendor-made-its-own' }, '03');
    expect((await views(dispatchId)).businessStatus?.code).toBe('03');
  });
});

describe('a status is refused', () => {
  const reported = (about: ReturnType<typeof earlierOf>, from: 'X92' | 'X92.03' = 'X92') =>
    town.status({ from, about, code: '03', timestamp: timestamp() }).then((bytes) => town.submit(bytes, 'bo-minh-hoa'));

  test('where number and date fit several documents', async () => {
    const { about, letter } = await delivered();
    await delivered({ number: letter.number, documentId: `another-${letter.number}` });
    expect(await refusalCodeOf(reported({ ...about, documentId: 'neither-of-them' }))).toBe('document-ambiguous');
  });

  test('for a document that nobody sent', async () => {
    const { about } = await delivered();
    expect(await refusalCodeOf(reported({ ...about, documentId: 'nobody-sent-it', number: 99_999 }))).toBe(
      'document-unknown',
    );
  });

  test('from an agency that was no recipient, in the same words', async () => {
    const { about } = await delivered();
    expect(await refusalCodeOf(reported(about, 'X92.03'))).toBe('document-unknown');
  });

  test('in words that say what to mend, in both languages', async () => {
    const { about } = await delivered();
    const refusal = await refusalOf(reported(about, 'X92.03'));
    expect(refusal).toMatchObject({ whoMustAct: 'sender', retryable: false });
    expect(refusal.detail).toContain(about.documentId);
    expect(refusal.vi.detail).toContain(about.documentId);
  });
});
