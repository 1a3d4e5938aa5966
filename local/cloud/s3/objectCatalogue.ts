import { randomBytes } from 'node:crypto';
import type { Clock } from '../../contract/clock.ts';
import type { Bucket } from './bucketCatalogue.ts';
import type { Checksums } from './checksum.ts';
import { type ObjectLock, type ObjectRecord, objectRecord } from './objectRecord.ts';
import type { S3Database } from './s3Database.ts';
import { s3Error } from './s3Error.ts';

/** What is to become the newest version of a key. */
export interface NewObject {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  readonly blob: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sums: Checksums;
  readonly sumType: 'FULL_OBJECT' | 'COMPOSITE';
  readonly tags: string | undefined;
  readonly lock: ObjectLock;
}

/** Preconditions of a write. */
export interface WriteConditions {
  /** `*`: only if no object is there. */
  readonly ifNoneMatch: string | undefined;
  /** Only if the object there has this ETag. */
  readonly ifMatch: string | undefined;
}

/** What a deletion did. */
export interface Deletion {
  /** The version that was deleted, or the delete marker that was made. */
  readonly version: string | undefined;
  readonly isMarker: boolean;
}

/** The versions of all objects. Every change outlives a kill once it returns. */
export interface ObjectCatalogue {
  find(bucket: string, key: string, version?: string): ObjectRecord | undefined;
  /** Throws `PreconditionFailed` or `NoSuchKey` if the conditions do not hold now. */
  checkConditions(bucket: string, key: string, conditions: WriteConditions): void;
  /** Makes a new version after checking the conditions in the same transaction; returns its version id (`null`: none). */
  put(bucket: Bucket, object: NewObject, conditions: WriteConditions): string;
  delete(bucket: Bucket, key: string, options?: { version?: string | undefined; bypassGovernance?: boolean }): Deletion;
  setTags(bucket: string, object: ObjectRecord, tags: string): void;
  isBlobKnown(blob: string): boolean;
}

/** `removeBlob` is called for the bytes of every version that is gone, after that is recorded. */
export function createObjectCatalogue(
  database: S3Database,
  clock: Clock,
  removeBlob: (blob: string) => void,
): ObjectCatalogue {
  let seq = Number(database.first('SELECT coalesce(max(seq), 0) AS seq FROM objects')?.seq);

  function find(bucket: string, key: string, version?: string): ObjectRecord | undefined {
    const row =
      version === undefined
        ? database.first('SELECT * FROM objects WHERE bucket = ? AND key = ? AND is_latest = 1', bucket, key)
        : database.first('SELECT * FROM objects WHERE bucket = ? AND key = ? AND version = ?', bucket, key, version);
    return row && objectRecord(row);
  }

  function checkConditions(bucket: string, key: string, { ifNoneMatch, ifMatch }: WriteConditions): void {
    if (ifNoneMatch === undefined && ifMatch === undefined) return;
    if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
      throw s3Error('NotImplemented', 'If-None-Match of a write takes * only.');
    }
    const found = find(bucket, key);
    const live = found?.isMarker ? undefined : found;
    if (ifNoneMatch !== undefined && live) throw s3Error('PreconditionFailed');
    if (ifMatch !== undefined && !live) throw s3Error('NoSuchKey');
    if (ifMatch !== undefined && ifMatch.replaceAll('"', '') !== live?.etag) throw s3Error('PreconditionFailed');
  }

  /** Takes the place of an unversioned predecessor, if there is one; returns its bytes to be removed. */
  function dropNullVersion(bucket: Bucket, key: string): string | undefined {
    const present = find(bucket.name, key, 'null');
    if (!present) return undefined;
    database.run("DELETE FROM objects WHERE bucket = ? AND key = ? AND version = 'null'", bucket.name, key);
    return present.blob;
  }

  function insert(bucket: Bucket, version: string, object: NewObject | { key: string }): void {
    const { name } = bucket;
    const { key } = object;
    database.run('UPDATE objects SET is_latest = 0 WHERE bucket = ? AND key = ? AND is_latest = 1', name, key);
    database.run(
      `INSERT INTO objects (bucket, key, version, seq, is_latest, is_marker, modified_at) VALUES (?, ?, ?, ?, 1, ?, ?)`,
      ...[name, key, version, ++seq, 'blob' in object ? 0 : 1, Math.round(clock.now())],
    );
    if (!('blob' in object)) return;
    const { etag, size, blob, headers, sums, sumType, tags, lock } = object;
    database.run(
      `UPDATE objects SET etag = ?, size = ?, blob = ?, headers = ?, sums = ?, sum_type = ?, tags = ?, lock = ?
       WHERE bucket = ? AND key = ? AND version = ?`,
      ...[etag, size, blob, JSON.stringify(headers), JSON.stringify(sums), sumType, tags ?? null, JSON.stringify(lock)],
      ...[name, key, version],
    );
  }

  function promoteNewest(bucket: string, key: string): void {
    database.run(
      `UPDATE objects SET is_latest = 1 WHERE bucket = ? AND key = ?
       AND seq = (SELECT max(seq) FROM objects WHERE bucket = ? AND key = ?)`,
      ...[bucket, key, bucket, key],
    );
  }

  function deleteVersion(bucket: Bucket, found: ObjectRecord, bypassGovernance: boolean): Deletion {
    refuseLocked(found.lock, clock.now(), bypassGovernance);
    database.change(() => {
      const { key, version } = found;
      database.run('DELETE FROM objects WHERE bucket = ? AND key = ? AND version = ?', bucket.name, key, version);
      if (found.isLatest) promoteNewest(bucket.name, key);
    });
    if (found.blob !== '') removeBlob(found.blob);
    return { version: found.version, isMarker: found.isMarker };
  }

  return {
    find,
    checkConditions,
    put(bucket, object, conditions) {
      const isVersioned = bucket.versioning === 'Enabled';
      const version = isVersioned ? randomBytes(24).toString('base64url') : 'null';
      const replaced = database.change(() => {
        checkConditions(bucket.name, object.key, conditions);
        const blob = isVersioned ? undefined : dropNullVersion(bucket, object.key);
        insert(bucket, version, object);
        return blob;
      });
      if (replaced) removeBlob(replaced);
      return version;
    },
    delete(bucket, key, { version, bypassGovernance = false } = {}) {
      if (version !== undefined || bucket.versioning === undefined) {
        const found = find(bucket.name, key, version ?? 'null');
        if (!found) return { version, isMarker: false };
        const done = deleteVersion(bucket, found, bypassGovernance);
        return version === undefined ? { version: undefined, isMarker: false } : done;
      }
      const marker = bucket.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null';
      const replaced = database.change(() => {
        const blob = marker === 'null' ? dropNullVersion(bucket, key) : undefined;
        insert(bucket, marker, { key });
        return blob;
      });
      if (replaced) removeBlob(replaced);
      return { version: marker, isMarker: true };
    },
    setTags(bucket, object, tags) {
      database.run(
        'UPDATE objects SET tags = ? WHERE bucket = ? AND key = ? AND version = ?',
        ...[tags === '' ? null : tags, bucket, object.key, object.version],
      );
    },
    isBlobKnown: (blob) =>
      database.first('SELECT 1 FROM objects WHERE blob = ? UNION SELECT 1 FROM parts WHERE blob = ?', blob, blob) !==
      undefined,
  };
}

function refuseLocked(lock: ObjectLock, now: number, bypassGovernance: boolean): void {
  const isRetained = lock.until !== undefined && Date.parse(lock.until) > now;
  const isBypassed = lock.mode === 'GOVERNANCE' && bypassGovernance;
  if (lock.hold === true || (isRetained && !isBypassed)) {
    throw s3Error('AccessDenied', 'Access Denied because object protected by object lock.');
  }
}
