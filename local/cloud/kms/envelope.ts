import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const VERSION = 1;
const KEY_ID_BYTES = 16;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES + IV_BYTES + TAG_BYTES;

/** Additional authenticated data of a ciphertext: names to values, in any order. */
export type EncryptionContext = Readonly<Record<string, string>>;

/** AES-256-GCM; the blob carries version, key id (a UUID), nonce and tag before the ciphertext. */
export function sealBlob(key: Buffer, plaintext: Buffer, bound: { keyId: string; context: EncryptionContext }): Buffer {
  const iv = randomBytes(IV_BYTES);
  const keyId = Buffer.from(bound.keyId.replaceAll('-', ''), 'hex');
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(additionalData(bound.context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION]), keyId, iv, cipher.getAuthTag(), ciphertext]);
}

/** The key id inside a blob; undefined if it is no blob of ours. */
export function keyIdOfBlob(blob: Buffer): string | undefined {
  if (blob.length < HEADER_BYTES || blob[0] !== VERSION) return undefined;
  const hex = blob.subarray(1, 1 + KEY_ID_BYTES).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The plaintext; undefined if the blob was altered or belongs to another context or key. */
export function openBlob(key: Buffer, blob: Buffer, context: EncryptionContext): Buffer | undefined {
  const iv = blob.subarray(1 + KEY_ID_BYTES, 1 + KEY_ID_BYTES + IV_BYTES);
  const tag = blob.subarray(1 + KEY_ID_BYTES + IV_BYTES, HEADER_BYTES);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData(context));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(blob.subarray(HEADER_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function additionalData(context: EncryptionContext): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
}
