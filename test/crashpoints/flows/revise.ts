import type { Flow } from '../flow.ts';
import { correctionOf, markProblems, sendUntilDelivered, takenLetter, waitingLetter } from './acting.ts';

/** An update of what waits takes its place; one recipient is added. */
export const update: Flow = {
  name: 'update',
  of: ['submit', 'deliver'],
  prepare: async (scene) => {
    const letter = await waitingLetter(scene);
    const bytes = await correctionOf(scene, letter, { kind: 'update', of: letter.about, added: ['X92.03'] });
    return async () => {
      const updated = await sendUntilDelivered(scene, bytes, 'centre');
      return {
        sent: [letter.sent, updated],
        states: { [letter.deliveryId]: 'withdrawn' },
        problems: () => markProblems(scene, letter.deliveryId, { slot: 'revision', state: 'effective' }),
      };
    };
  },
};

/** A replacement of what was taken: the recipient is asked. */
export const replace: Flow = {
  name: 'replace',
  of: ['submit', 'deliver'],
  prepare: async (scene) => {
    const letter = await takenLetter(scene);
    const bytes = await correctionOf(scene, letter, { kind: 'replace', of: letter.about, at: ['X92'] });
    return async () => {
      const replaced = await sendUntilDelivered(scene, bytes, 'centre');
      return {
        sent: [letter.sent, replaced],
        states: { [letter.deliveryId]: 'acknowledged' },
        problems: () => markProblems(scene, letter.deliveryId, { slot: 'revision', state: 'requested' }),
      };
    };
  },
};
