import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { earlierOf, type SampleDocument } from '../../world/documents.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

/** Documents that answer others: linked both ways, for whoever is a party to both. */
let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis();
});
afterAll(() => town?.stop());

const centre = () => town.clients['trung-tam-mau'];
const ministry = () => town.clients['bo-minh-hoa'];

let number = 2000;
const draft = (given: Partial<SampleDocument>): SampleDocument => ({
  from: 'X91.04',
  to: ['X92'],
  number: ++number,
  date: '2026/03/02',
  subject: `Công văn ${number}`,
  ...given,
});

async function sent(given: Partial<SampleDocument> = {}) {
  const letter = draft(given);
  const { answer } = await town.submitLetter(letter);
  await town.settle();
  return { about: earlierOf(letter), dispatchId: answer.dispatchId, report: answer.report };
}

describe('a reply', () => {
  test('shows what it answers, and what it answers shows the reply, to both sides', async () => {
    const question = await sent();
    const reply = await sent({ from: 'X92', to: ['X91.04'], answers: [question.about] });
    for (const client of [centre(), ministry()]) {
      const { thread } = await client.dispatch(reply.dispatchId);
      expect(thread?.earlier).toMatchObject([{ dispatchId: question.dispatchId, as: 'reply', sender: 'X91.04' }]);
      const back = await client.dispatch(question.dispatchId);
      expect(back.thread?.later).toMatchObject([{ dispatchId: reply.dispatchId, as: 'reply', sender: 'X92' }]);
      expect(back.thread?.more).toBe(false);
    }
  });

  test('is linked by number and date where the DocumentId is another', async () => {
    const question = await sent();
    const answers = [{ ...question.about, documentId: 'as-a-vendor-wrote-it' }];
    const reply = await sent({ from: 'X92', to: ['X91.04'], answers });
    expect((await centre().dispatch(reply.dispatchId)).thread?.earlier).toMatchObject([
      { dispatchId: question.dispatchId },
    ]);
  });

  test('to something that nobody sent here is accepted, and linked with nothing', async () => {
    const { about } = await sent();
    const answers = [{ ...about, documentId: 'from-the-time-before', number: 77_777 }];
    const reply = await sent({ from: 'X92', to: ['X91.04'], answers });
    expect((await centre().dispatch(reply.dispatchId)).thread).toEqual({ earlier: [], later: [], more: false });
  });

  test('shows nobody a message to which he is no party', async () => {
    const question = await sent({ from: 'X91.05', to: ['X91.04'] });
    const copied = await sent({ from: 'X91.04', to: ['X91.05', 'X92'], answers: [question.about] });
    expect((await centre().dispatch(copied.dispatchId)).thread?.earlier).toHaveLength(1);
    expect((await ministry().dispatch(copied.dispatchId)).thread).toEqual({ earlier: [], later: [], more: false });
  });
});

test('a number used twice is pointed out and never refused; a correction carries its number on purpose', async () => {
  const first = await sent();
  const warnings = ({ checks }: typeof first.report) =>
    checks.filter(({ verdict, reason }) => verdict === 'warn' && reason?.startsWith('possible duplicate'));
  expect(warnings(first.report)).toEqual([]);
  const again = await sent({ number: first.about.number, documentId: `written-anew-${first.about.number}` });
  expect(warnings(again.report)).toHaveLength(1);
  const update = await sent({
    number: first.about.number,
    documentId: first.about.documentId,
    business: { kind: 'update', of: first.about },
  });
  expect(warnings(update.report)).toEqual([]);
});
