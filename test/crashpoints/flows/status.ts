import { earlierOf, type SampleDocument } from '../../../world/documents.ts';
import type { Flow } from '../flow.ts';
import { markProblems } from './acting.ts';

let numbers = 0;

/** The recipient of a letter reports what became of it, by a status message. */
export const status: Flow = {
  name: 'status',
  of: ['submit', 'deliver'],
  prepare: async (scene) => {
    numbers += 1;
    const letter = {
      from: 'X91.04',
      to: ['X92'],
      number: numbers,
      date: '2026/03/02',
      subject: 'Công văn',
      documentId: `status-${numbers}`,
    } as const satisfies SampleDocument;
    const about = await scene.delivered(letter);
    const bytes = await scene.town.status({
      from: 'X92',
      about: earlierOf(letter),
      code: '01',
      timestamp: '2026/03/03 09:00:00',
    });
    return async () => {
      const answer = await scene.patiently('the status is accepted', () => scene.ministry.submit(bytes));
      await scene.dispatched({ bytes, answer });
      const deliveryId = about.answer.recipients[0]?.deliveryId ?? '';
      const problems = () => markProblems(scene, deliveryId, { slot: 'businessStatus', state: '01' });
      return { sent: [about, { bytes, answer }], problems };
    };
  },
};
