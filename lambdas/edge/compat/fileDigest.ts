import { createHash } from 'node:crypto';

const LINE_END = Buffer.from('\r\n');

/** SHA-256 as the SDK writes it: each byte in hexadecimal without its leading zero. It cannot be turned back into a digest. */
const withoutZeros = (digest: Buffer): string => Array.from(digest, (byte) => byte.toString(16)).join('');

/**
 * The file in the body of `sendEdoc`, found by the digest that was signed with the call. The SDK puts CR LF behind the file and
 * hashes the file without it; a repaired client may send the file as it is. The digest may be in the SDK's hexadecimal or in the
 * proper one. Undefined when it is of neither.
 */
export function fileIn(body: Buffer, declared: string): Buffer | undefined {
  const stripped = body.subarray(-2).equals(LINE_END) ? [body.subarray(0, -2)] : [];
  return [...stripped, body].find((file) => {
    const digest = createHash('sha256').update(file).digest();
    return [withoutZeros(digest), digest.toString('hex')].includes(declared.toLowerCase());
  });
}
