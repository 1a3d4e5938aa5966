import type { UploadId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Clock } from '../contract/ports.ts';
import type { SystemRecord, UploadRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { Uploads } from '../contract/transferPorts.ts';

/** An upload of the calling system. Another system's is told the same as one that is not there, or not there any more. */
export async function ownUpload(
  caller: SystemRecord,
  uploadId: UploadId,
  ports: { readonly clock: Clock; readonly uploads: Pick<Uploads, 'find'> },
): Promise<Outcome<UploadRecord>> {
  const upload = await ports.uploads.find(uploadId);
  const isTheirs = upload?.system === caller.systemId && upload.expiresAt > ports.clock.now();
  return isTheirs ? accept(upload) : refuse('upload-not-found', { hours: LIMITS.uploadHours });
}
