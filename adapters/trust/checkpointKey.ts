import { createHash, type KeyObject } from 'node:crypto';
import type { NoteSignature } from '../../core/prove/checkpoint.ts';
import { isSignedBy } from './certificateSignature.ts';

/** How a note names an ECDSA key: the first four octets of the SHA-256 of its SubjectPublicKeyInfo (DER). */
export const noteKeyId = (key: KeyObject): Buffer =>
  createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest()
    .subarray(0, 4);

/**
 * Whether a note carries the signature of this key (ECDSA over P-256 and SHA-256, DER) under the log's name. Signatures of other keys are
 * passed over; one of this key that does not hold makes the note worthless (C2SP signed-note).
 */
export function isNoteSignedBy(
  { text, signatures }: { readonly text: string; readonly signatures: readonly NoteSignature[] },
  name: string,
  key: KeyObject,
): boolean {
  const keyId = noteKeyId(key);
  const own = signatures.filter((one) => one.name === name && one.keyId.equals(keyId));
  const bytes = Buffer.from(text);
  return (
    own.length > 0 &&
    own.every(({ signature }) => isSignedBy({ scheme: { key: 'ec', hash: 'sha256' }, bytes, signature }, key))
  );
}
