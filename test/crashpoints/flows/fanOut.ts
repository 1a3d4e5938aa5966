import type { Flow } from '../flow.ts';

const fanOutTo = (to: readonly string[]): Flow => ({
  name: `fan-out to ${to.length}`,
  of: ['deliver'],
  prepare: (scene) => Promise.resolve(async () => ({ sent: [await scene.delivered({ to })] })),
});

export const fanOutToOne = fanOutTo(['X92']);
/** Two systems, one of them for two agencies. */
export const fanOutToThree = fanOutTo(['X91.05', 'X92', 'X92.03']);
