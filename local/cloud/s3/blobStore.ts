import { randomBytes } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type ChecksumName, type Checksums, createHasher } from './checksum.ts';
import { s3Error } from './s3Error.ts';

const HASHES: readonly ChecksumName[] = ['crc32', 'sha1', 'sha256'];

/** Bytes that lie on disk, with everything that was computed while they came in. */
export interface StoredBlob {
  /** Random name of the file. */
  readonly blob: string;
  readonly size: number;
  /** MD5 in hexadecimal. */
  readonly etag: string;
  readonly sums: Required<Checksums>;
}

/** Object bodies as files: written beside their place, flushed, then renamed, so that a name always stands for whole bytes. */
export interface BlobStore {
  /** Streams bytes to disk; throws `EntityTooLarge` beyond `limit` bytes. */
  write(source: AsyncIterable<Buffer>, limit: number): Promise<StoredBlob>;
  read(blob: string, range?: { start: number; end: number }): Readable;
  remove(blob: string): void;
  /** Removes files that no record knows: a kill between file and record leaves them. */
  removeUnknown(isKnown: (blob: string) => boolean): void;
}

/** Opens the files under `dir`; what an earlier run left half-written is removed. */
export function openBlobStore(dir: string): BlobStore {
  const incoming = join(dir, 'incoming');
  rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming, { recursive: true, mode: 0o700 });
  const folderOf = (blob: string) => join(dir, 'blobs', blob.slice(0, 2));
  const pathOf = (blob: string) => join(folderOf(blob), blob);

  return {
    async write(source, limit) {
      const blob = randomBytes(16).toString('hex');
      const temporary = join(incoming, blob);
      try {
        const written = await writeFile(temporary, source, limit);
        mkdirSync(folderOf(blob), { recursive: true, mode: 0o700 });
        await rename(temporary, pathOf(blob));
        await flush(folderOf(blob));
        return { blob, ...written };
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      }
    },
    read: (blob, range) => createReadStream(pathOf(blob), range ?? {}),
    remove: (blob) => rmSync(pathOf(blob), { force: true }),
    removeUnknown(isKnown) {
      const folders = join(dir, 'blobs');
      mkdirSync(folders, { recursive: true, mode: 0o700 });
      for (const folder of readdirSync(folders)) {
        for (const blob of readdirSync(join(folders, folder))) {
          if (!isKnown(blob)) rmSync(join(folders, folder, blob), { force: true });
        }
      }
    },
  };
}

/** Flushes a folder's list of names off the main thread, which serves everybody. */
async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeFile(
  path: string,
  source: AsyncIterable<Buffer>,
  limit: number,
): Promise<Omit<StoredBlob, 'blob'>> {
  const md5 = createHasher('md5');
  const hashers = HASHES.map((name) => [name, createHasher(name)] as const);
  const file = await open(path, 'wx', 0o600);
  let size = 0;
  try {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > limit) throw s3Error('EntityTooLarge');
      md5.update(chunk);
      for (const [, hasher] of hashers) hasher.update(chunk);
      // Unlike write, appendFile goes on after a short write.
      await file.appendFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  const digests = new Map(hashers.map(([name, hasher]) => [name, hasher.digest().toString('base64')]));
  const sum = (name: ChecksumName) => digests.get(name) ?? '';
  return {
    size,
    etag: md5.digest().toString('hex'),
    sums: { crc32: sum('crc32'), sha1: sum('sha1'), sha256: sum('sha256') },
  };
}
