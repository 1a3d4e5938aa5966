import type { AnswerOf } from '../contract/answers.ts';
import { LIMITS } from '../contract/limits.ts';
import type { UploadRecord } from '../contract/records.ts';
import type { UploadedPart } from '../contract/transferPorts.ts';

/** An upload as its system sees it; `parts` are told while it is open. */
export function viewUpload(upload: UploadRecord, parts?: readonly UploadedPart[]): AnswerOf<'upload'> {
  const { uploadId, what, state, bytes, sha256, multipart, expiresAt, reason } = upload;
  return {
    uploadId,
    what,
    state,
    bytes,
    sha256,
    method: multipart === undefined ? 'put' : 'multipart',
    expiresAt: new Date(expiresAt).toISOString(),
    ...(reason === undefined ? {} : { reason }),
    ...(multipart === undefined ? {} : { partBytes: LIMITS.partBytes }),
    ...(parts === undefined ? {} : { parts: [...parts] }),
  };
}
