import type { Clock } from '../../contract/clock.ts';
import type { Bucket } from './bucketCatalogue.ts';
import type { LifecycleRule } from './lifecycleRule.ts';
import { dropUpload } from './multipart.ts';
import type { S3Parts } from './s3Parts.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const LAST = '\u{10FFFF}';

/** Makes a function that applies the lifecycle rules of all buckets, at most once an hour of axis time. */
export function createLifecycleSweep(parts: S3Parts, clock: Clock): () => void {
  let lastSweep = Number.NEGATIVE_INFINITY;
  return () => {
    const now = clock.now();
    if (now - lastSweep < HOUR_MS && now >= lastSweep) return;
    lastSweep = now;
    for (const bucket of parts.buckets.list()) {
      for (const rule of bucket.lifecycle) applyRule(parts, { bucket, rule, now });
    }
  };
}

interface Applied {
  readonly bucket: Bucket;
  readonly rule: LifecycleRule;
  readonly now: number;
}

function applyRule(parts: S3Parts, { bucket, rule, now }: Applied): void {
  const range = [bucket.name, rule.prefix, rule.prefix + LAST] as const;
  const { database } = parts;
  if (rule.expireAfterDays !== undefined) {
    const old = database.all(
      `SELECT key FROM objects WHERE bucket = ? AND key >= ? AND key < ? AND is_latest = 1 AND is_marker = 0
       AND modified_at < ?`,
      ...range,
      madeBefore(now, rule.expireAfterDays),
    );
    for (const { key } of old) removeUnlessLocked(parts, bucket, String(key));
  }
  if (rule.expireNoncurrentAfterDays !== undefined) {
    const replaced = database.all(
      `SELECT key, version FROM objects AS old WHERE bucket = ? AND key >= ? AND key < ? AND is_latest = 0
       AND (SELECT min(modified_at) FROM objects AS newer
            WHERE newer.bucket = old.bucket AND newer.key = old.key AND newer.seq > old.seq) < ?`,
      ...range,
      madeBefore(now, rule.expireNoncurrentAfterDays),
    );
    for (const { key, version } of replaced) removeUnlessLocked(parts, bucket, String(key), String(version));
  }
  if (rule.removeLoneMarkers) {
    const lone = database.all(
      `SELECT key, version FROM objects AS marker WHERE bucket = ? AND key >= ? AND key < ? AND is_marker = 1
       AND NOT EXISTS (SELECT 1 FROM objects AS other
                       WHERE other.bucket = marker.bucket AND other.key = marker.key AND other.seq <> marker.seq)`,
      ...range,
    );
    for (const { key, version } of lone) removeUnlessLocked(parts, bucket, String(key), String(version));
  }
  if (rule.abortUploadsAfterDays !== undefined) {
    const abandoned = database.all(
      'SELECT id FROM uploads WHERE bucket = ? AND key >= ? AND key < ? AND created_at < ?',
      ...range,
      madeBefore(now, rule.abortUploadsAfterDays),
    );
    for (const { id } of abandoned) dropUpload(parts, String(id));
  }
}

/** S3 counts whole days and rounds up to the next midnight UTC; what was made before this moment is due. */
function madeBefore(now: number, days: number): number {
  return Math.floor(now / DAY_MS) * DAY_MS - days * DAY_MS;
}

function removeUnlessLocked({ objects }: S3Parts, bucket: Bucket, key: string, version?: string): void {
  try {
    objects.delete(bucket, key, { version });
  } catch (error) {
    // Object Lock outlives every lifecycle rule.
    if (!(error instanceof Error && 'code' in error && error.code === 'AccessDenied')) throw error;
  }
}
