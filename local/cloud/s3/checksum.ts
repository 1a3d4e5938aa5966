import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { s3Error } from './s3Error.ts';

/** The additional checksums that this server can compute. */
export type ChecksumName = 'crc32' | 'sha1' | 'sha256';

/** Base64 checksums by name. */
export type Checksums = Partial<Record<ChecksumName, string>>;

const NAMES: readonly ChecksumName[] = ['crc32', 'sha1', 'sha256'];
const PREFIX = 'x-amz-checksum-';

interface Hasher {
  update(bytes: Uint8Array): unknown;
  digest(): Buffer;
}

/** A running checksum. */
export function createHasher(name: ChecksumName | 'md5'): Hasher {
  if (name !== 'crc32') return createHash(name);
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value >>> 0);
      return bytes;
    },
  };
}

/** The checksum name in a header value such as `SHA256`; throws `NotImplemented` for one that is not known. */
export function checksumName(value: string): ChecksumName {
  const name = NAMES.find((known) => known === value.toLowerCase());
  if (!name) throw s3Error('NotImplemented', `The checksum algorithm ${value} is not implemented.`);
  return name;
}

/** The checksums that headers or trailers declare. Throws `NotImplemented` for algorithms that are not known. */
export function declaredChecksums(headers: Readonly<Record<string, string>>): Checksums {
  const declared: Checksums = {};
  for (const [header, value] of Object.entries(headers)) {
    if (!header.startsWith(PREFIX)) continue;
    const suffix = header.slice(PREFIX.length);
    if (suffix === 'mode' || suffix === 'algorithm' || suffix === 'type') continue;
    declared[checksumName(suffix)] = value;
  }
  return declared;
}

/** The response headers for stored checksums. */
export function checksumHeaders(sums: Checksums, type: string): Record<string, string> {
  const entries = Object.entries(sums);
  if (entries.length === 0) return {};
  return { ...Object.fromEntries(entries.map(([name, value]) => [PREFIX + name, value])), 'x-amz-checksum-type': type };
}

/** The XML elements for stored checksums, as CompleteMultipartUpload and CopyObject answer them. */
export function checksumElements(sums: Checksums): string {
  return Object.entries(sums)
    .map(([name, value]) => `<Checksum${name.toUpperCase()}>${value}</Checksum${name.toUpperCase()}>`)
    .join('');
}
