import { sha256Of } from '../contract/derivedIds.ts';
import type { UploadId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Clock, Objects } from '../contract/ports.ts';
import type { SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { Uploads } from '../contract/transferPorts.ts';
import { ownUpload } from './ownUpload.ts';

/** The bytes of a message that was uploaded before it is submitted. They go through the very same walk as a body does. */
export async function uploadedMessage(
  caller: SystemRecord,
  uploadId: UploadId,
  ports: {
    readonly clock: Clock;
    readonly uploads: Pick<Uploads, 'find'>;
    /** The bucket of uploads. */
    readonly uploadObjects: Pick<Objects, 'read'>;
  },
): Promise<Outcome<Buffer>> {
  const upload = await ownUpload(caller, uploadId, ports);
  if (!upload.ok) return upload;
  const { what, state, key, sha256 } = upload.value;
  if (what !== 'message') return refuse('upload-not-found', { hours: LIMITS.uploadHours });
  if (state !== 'sealed') return refuse('upload-not-sealed', { upload: uploadId, state });
  const bytes = await ports.uploadObjects.read(key);
  if (!bytes || sha256Of(bytes) !== sha256) throw new Error(`object ${key} is not what was sealed`);
  return accept(bytes);
}
