import type { Flow } from '../flow.ts';

/** A letter in the body of one request. */
export const submit: Flow = {
  name: 'submit',
  of: ['submit'],
  fresh: true,
  prepare: (scene) =>
    Promise.resolve(async () => {
      const sent = await scene.delivered();
      return { sent: [sent] };
    }),
};
