import type { Flow } from '../flow.ts';

/** The message for the fan-out was lost: the watchman, who fails himself, asks for it again. */
export const lostFanOut: Flow = {
  name: 'watchman redoes a fan-out',
  of: ['watch'],
  prepare: async (scene) => {
    scene.town.axis.interfere([{ principal: 'docaxis-evaluation-submit', service: 'sqs', fate: 'fail-before' }]);
    const sent = await scene.submit();
    scene.town.axis.interfere([]);
    return async () => {
      await scene.dispatched(sent);
      return { sent: [sent] };
    };
  },
};
