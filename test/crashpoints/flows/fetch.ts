import type { Flow } from '../flow.ts';
import { leased } from './leased.ts';

/** A recipient fetches the bytes of what it holds: a link of the axis, then the object itself. */
export const fetchContent: Flow = {
  name: 'fetch',
  of: ['fetch'],
  prepare: async (scene) => {
    const { sent, delivery } = await leased(scene);
    return async () => {
      const { content: _, ...target } = delivery;
      const bytes = await scene.patiently('the content is fetched', () => scene.ministry.fetchContent(target));
      return {
        sent: [sent],
        states: { [delivery.deliveryId]: 'offered' },
        problems: () => Promise.resolve(bytes.equals(sent.bytes) ? [] : ['other bytes were fetched']),
      };
    };
  },
};
