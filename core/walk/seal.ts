import type { UploadId } from '../contract/ids.ts';
import type { UploadRecord } from '../contract/records.ts';
import type { UploadObjects, Uploads } from '../contract/transferPorts.ts';

export interface SealPorts {
  readonly uploads: Pick<Uploads, 'find' | 'move' | 'leave'>;
  readonly objects: Pick<UploadObjects, 'join' | 'digest' | 'remove'>;
}

/** `none`: there was nothing to do, because somebody did it before or the upload is gone. */
export type Sealed = 'sealed' | 'failed' | 'none';

/**
 * Joins the parts of an upload, reads the object from end to end and compares it with what was declared: S3's own checksum of
 * parts is a checksum of checksums and proves nothing about the whole. Doing it twice is harmless.
 */
export async function seal(uploadId: UploadId, ports: SealPorts): Promise<Sealed> {
  const upload = await ports.uploads.find(uploadId);
  if (upload?.state !== 'sealing' || upload.multipart === undefined) return 'none';
  await ports.objects.join(upload.key, upload.multipart, upload.etags ?? []);
  const actual = await ports.objects.digest(upload.key);
  const reason = objection(upload, actual);
  const to = reason === undefined ? 'sealed' : 'failed';
  const moved = await ports.uploads.move(upload, { to, ...(reason === undefined ? {} : { reason }) });
  if (!moved) return 'none';
  if (to === 'failed') await ports.objects.remove(upload.key);
  await ports.uploads.leave(upload.system, upload.uploadId);
  return to;
}

function objection(
  { bytes, sha256 }: UploadRecord,
  actual: { readonly bytes: number; readonly sha256: string } | undefined,
): string | undefined {
  if (!actual) return 'its parts are gone';
  if (actual.bytes !== bytes) return `it has ${actual.bytes} bytes, not ${bytes} as declared`;
  return actual.sha256 === sha256 ? undefined : `it has SHA-256 ${actual.sha256}, not the one declared`;
}
