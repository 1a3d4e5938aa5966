import type { Flow } from '../flow.ts';
import {
  correctionOf,
  heldLetter,
  markProblems,
  sendUntilDelivered,
  statusOn,
  takenLetter,
  waitingLetter,
} from './acting.ts';

/** A recall of what nobody has taken: withdrawn, whatever fails. */
export const recallWaiting: Flow = {
  name: 'recall before pick-up',
  of: ['submit', 'deliver'],
  prepare: async (scene) => {
    const letter = await waitingLetter(scene);
    const bytes = await correctionOf(scene, letter, { kind: 'recall', of: letter.about, reason: 'Gửi nhầm' });
    return async () => {
      const recall = await sendUntilDelivered(scene, bytes, 'centre');
      return {
        sent: [letter.sent, recall],
        states: { [letter.deliveryId]: 'withdrawn' },
        problems: () => markProblems(scene, letter.deliveryId, { slot: 'recall', state: 'effective' }),
      };
    };
  },
};

/** Status 13 during a lease: withdrawn when the lease is given back. */
export const recallHeld: Flow = {
  name: 'recall during a lease',
  of: ['submit', 'deliver', 'acknowledge'],
  prepare: async (scene) => {
    const { leaseToken, ...letter } = await heldLetter(scene);
    const bytes = await statusOn(scene, letter.about, '13');
    return async () => {
      const recall = await sendUntilDelivered(scene, bytes, 'centre');
      await scene.patiently('the lease is over', async () => {
        await scene.ministry.release(letter.deliveryId, { leaseToken }).catch(async (error: unknown) => {
          // The lease lapsed while time passed: then the watchman did it.
          if ((await scene.town.stores.item(letter.deliveryId))?.state !== 'withdrawn') throw error;
        });
        return true;
      });
      return {
        sent: [letter.sent, recall],
        states: { [letter.deliveryId]: 'withdrawn' },
        problems: () => markProblems(scene, letter.deliveryId, { slot: 'recall', state: 'effective' }),
      };
    };
  },
};

/** A recall of what was taken, and the recipient's agreement. */
export const recallTaken: Flow = {
  name: 'recall after pick-up',
  of: ['submit', 'deliver'],
  prepare: async (scene) => {
    const letter = await takenLetter(scene);
    const [recall, agreement] = [await statusOn(scene, letter.about, '13'), await statusOn(scene, letter.about, '15')];
    return async () => {
      const asked = await sendUntilDelivered(scene, recall, 'centre');
      const agreed = await sendUntilDelivered(scene, agreement, 'ministry');
      return {
        sent: [letter.sent, asked, agreed],
        states: { [letter.deliveryId]: 'acknowledged' },
        problems: () => markProblems(scene, letter.deliveryId, { slot: 'recall', state: 'agreed' }),
      };
    };
  },
};
