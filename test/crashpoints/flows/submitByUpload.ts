import { UploadCalls } from '../../kit/uploadCalls.ts';
import type { Flow } from '../flow.ts';

/** A message that was uploaded by one PUT and is then submitted by the id of its upload. */
export const submitByUpload: Flow = {
  name: 'submit by upload',
  of: ['upload', 'submit'],
  fresh: true,
  prepare: async (scene) => {
    const bytes = await scene.town.letter();
    const calls = new UploadCalls(scene.town, 'trung-tam-mau');
    return async () => {
      const message = new Blob([new Uint8Array(bytes)]);
      const { uploadId } = await scene.patiently('the message is uploaded', () =>
        scene.centre.upload(message, { what: 'message' }),
      );
      const answer = await scene.patiently('the upload is submitted', () => calls.submit(uploadId));
      await scene.dispatched({ bytes, answer });
      return { sent: [{ bytes, answer }] };
    };
  },
};
