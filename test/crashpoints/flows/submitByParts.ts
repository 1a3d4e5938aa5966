import { LIMITS } from '../../../core/contract/limits.ts';
import { letterWithFiles } from '../../kit/detached.ts';
import type { Flow } from '../flow.ts';

let numbers = 0;

/** A file so large that it travels in parts beside its message, and is read from end to end before it counts. */
export const submitByParts: Flow = {
  name: 'submit with a file in parts',
  of: ['upload', 'seal'],
  slow: true,
  prepare: async (scene) => {
    numbers += 1;
    const content = new Uint8Array(LIMITS.singlePutBytes + 1);
    // Another file each time: the same one again would be there already.
    new DataView(content.buffer).setUint32(0, numbers);
    const file = new Blob([content]);
    return async () => {
      const { sha256 } = await scene.patiently('the file is uploaded', () =>
        scene.centre.upload(file, { what: 'attachment' }),
      );
      const beside = [{ sha256, name: 'ban-do.bin', type: 'application/octet-stream' }];
      const bytes = await scene.town.sign(letterWithFiles(beside));
      const answer = await scene.patiently('the letter is accepted', () => scene.centre.submit(bytes));
      await scene.dispatched({ bytes, answer });
      return { sent: [{ bytes, answer }] };
    };
  },
};
