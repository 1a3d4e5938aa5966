import { attachmentKeyOf, uploadIdOf } from '../contract/derivedIds.ts';
import type { DispatchId } from '../contract/ids.ts';
import type { Clock, Objects } from '../contract/ports.ts';
import type { DetachedAttachment, SystemRecord, UploadRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { Uploads } from '../contract/transferPorts.ts';
import { detachedName } from '../edxml/detachedName.ts';
import type { DetachedReference } from '../submit/detachedReferences.ts';

/** A detached file of a message that is about to be kept, and the upload that holds its bytes. */
export interface DetachedFile extends DetachedAttachment {
  readonly upload: UploadRecord;
}

/** Every digest that a manifest names must be a sealed upload of the system that submits: all or nothing. */
export async function findDetached(
  caller: SystemRecord,
  references: readonly DetachedReference[],
  ports: { readonly clock: Clock; readonly uploads: Pick<Uploads, 'findMany'> },
): Promise<Outcome<readonly DetachedFile[]>> {
  if (references.length === 0) return accept([]);
  const idOf = ({ sha256 }: DetachedReference) => uploadIdOf({ system: caller.systemId, what: 'attachment', sha256 });
  const uploads = new Map(
    (await ports.uploads.findMany(references.map(idOf))).map((upload) => [upload.uploadId, upload]),
  );
  const now = ports.clock.now();
  const files: DetachedFile[] = [];
  const missing: string[] = [];
  for (const reference of references) {
    const upload = uploads.get(idOf(reference));
    if (upload?.state === 'sealing')
      return refuse('upload-not-sealed', { upload: upload.uploadId, state: upload.state });
    if (upload?.state === 'sealed' && upload.expiresAt > now) files.push({ ...reference, bytes: upload.bytes, upload });
    else missing.push(detachedName(reference.sha256));
  }
  return missing.length > 0
    ? refuse('attachment-missing', { attachments: missing.join(', ') }, { missing })
    : accept(files);
}

const AT_ONCE = 4;

/** Puts detached files beside the message, write-once; S3 copies them by itself. A repeat finds what is there and goes on. */
export async function keepDetached(
  dispatchId: DispatchId,
  files: readonly DetachedFile[],
  ports: { readonly objects: Pick<Objects, 'copyOnce'>; readonly uploadsBucket: string },
): Promise<void> {
  for (let from = 0; from < files.length; from += AT_ONCE) {
    await Promise.all(
      files.slice(from, from + AT_ONCE).map(async ({ sha256, upload }) => {
        const key = attachmentKeyOf(dispatchId, sha256);
        const { bytes, key: from } = upload;
        const source = { bucket: ports.uploadsBucket, key: from, bytes, sha256 };
        if ((await ports.objects.copyOnce(key, source)) === 'different')
          throw new Error(`object ${key} holds other bytes than its name says`);
      }),
    );
  }
}
