import { createHash } from 'node:crypto';
import {
  type AgencyId,
  base32,
  type DeliveryId,
  type DispatchId,
  type Sha256,
  type SubmissionId,
  type SystemId,
  type Thumbprint,
  type UploadId,
} from './ids.ts';

/** Deterministic ids make retries harmless: the same submission always meets its own record. */

const ID_BYTES = 20;

/** Hash over length-prefixed parts, so that no two lists of parts are the same bytes. */
function idOf(prefix: string, parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return `${prefix}_${base32(hash.digest().subarray(0, ID_BYTES))}`;
}

/**
 * `sha256(sender, kind, DocumentId [, content hash])`. New documents leave the content hash out, so that a
 * second one with the same DocumentId meets the first; every other kind is told apart by its bytes.
 */
export function dispatchIdOf(message: {
  sender: AgencyId;
  kind: string;
  documentId: string;
  sha256?: Sha256;
}): DispatchId {
  const { sender, kind, documentId, sha256 } = message;
  return idOf('dsp', [sender, kind, documentId, ...(sha256 ? [sha256] : [])]) as DispatchId;
}

export const deliveryIdOf = (dispatch: DispatchId, recipient: AgencyId): DeliveryId =>
  idOf('dlv', [dispatch, recipient]) as DeliveryId;

/**
 * `sha256(system, what, content hash)`: whoever starts the same upload again, even after a crash, meets its own and
 * goes on; another system never meets it.
 */
export const uploadIdOf = (upload: { system: SystemId; what: string; sha256: Sha256 }): UploadId =>
  idOf('upl', [upload.system, upload.what, upload.sha256]) as UploadId;

/**
 * `sha256(system, content hash, detached signature)`: the same submission again meets the one that the axis is working on. With
 * another signature it is another submission, of which the one may be refused and the other not.
 */
export const submissionIdOf = (submission: {
  system: SystemId;
  sha256: Sha256;
  documentSignature?: string | undefined;
}): SubmissionId =>
  idOf('sub', [submission.system, submission.sha256, submission.documentSignature ?? '']) as SubmissionId;

/** Where a message lies, in the bucket of uploads, while its submission is being worked on. */
export const heldKeyOf = (submission: SubmissionId, sha256: Sha256): string => `submissions/${submission}/${sha256}`;

/** `sha256(thumbprint, days)`: a system that is told twice of the same sees the same id. */
export const expiryEventIdOf = (thumbprint: Thumbprint, days: number): string =>
  idOf('evt', [thumbprint, String(days)]);

/** `sha256(dispatch, chunk, system)`: a fan-out that runs twice tells of the same deliveries under the same id. */
export const waitingEventIdOf = (dispatch: DispatchId, chunk: string, system: SystemId): string =>
  idOf('evt', [dispatch, chunk, system]);

/** `sha256(delivery, what)`: each delivery expires, and is warned of, once. */
export const uncollectedEventIdOf = (delivery: DeliveryId, what: string): string => idOf('evt', [delivery, what]);

export const sha256Of = (bytes: Uint8Array): Sha256 => createHash('sha256').update(bytes).digest('hex') as Sha256;

export const thumbprintOf = (der: Uint8Array): Thumbprint =>
  createHash('sha256').update(der).digest('base64url') as Thumbprint;

/** Where the received bytes of a dispatch lie. */
export const contentKeyOf = (dispatch: DispatchId, sha256: Sha256): string => `dispatches/${dispatch}/${sha256}`;

/** Where an attachment of a dispatch lies: a detached one from its acceptance on, an inline one once it was cut out. */
export const attachmentKeyOf = (dispatch: DispatchId, sha256: Sha256): string =>
  `dispatches/${dispatch}/attachments/${sha256}`;

/** The item that lists the attachments of a dispatch. */
export const attachmentsIdOf = (dispatch: DispatchId): string => `attachments#${dispatch}`;

/** Where a published trust list lies; two publishers at once write two objects, and one of them is never named. */
export const trustKeyOf = (version: number, sha256: Sha256): string => `trust/${version}-${sha256.slice(0, 32)}.json`;

/** As what a dispatch's bytes are saved. */
export const edxmlFile = (dispatch: DispatchId): { readonly name: string; readonly contentType: string } => ({
  name: `${dispatch}.edxml`,
  contentType: 'application/edxml',
});
