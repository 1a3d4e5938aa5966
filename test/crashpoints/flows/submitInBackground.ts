import type { Flow } from '../flow.ts';

/** A submission that its sender does not wait for. */
export const submitInBackground: Flow = {
  name: 'submit in the background',
  of: ['submit', 'conclude'],
  fresh: true,
  prepare: async (scene) => {
    const bytes = await scene.town.letter();
    return async () => {
      const taken = await scene.patiently('the submission is taken', () =>
        scene.centre.submit(bytes, { background: true }),
      );
      const { submissionId } = taken;
      // Where the answer was lost, the background may be done before the repeat: it is told the end at once.
      const answer =
        submissionId === undefined
          ? taken
          : await scene.patiently('the submission is decided', async () => {
              await scene.quiet();
              return (await scene.centre.submission(submissionId)).answer;
            });
      await scene.dispatched({ bytes, answer });
      return { sent: [{ bytes, answer }] };
    };
  },
};
