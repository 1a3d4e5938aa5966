import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import type { ResourcePolicy } from '../iam/evaluate.ts';
import { parseResourcePolicy } from '../iam/parsePolicy.ts';
import { type LifecycleRule, lifecycleSchema } from './lifecycleRule.ts';
import type { S3Database } from './s3Database.ts';
import { s3Error } from './s3Error.ts';

const rowSchema = z.object({
  name: z.string(),
  versioning: z.enum(['Enabled', 'Suspended']).nullable(),
  lock: z.string().nullable(),
  lifecycle: z.string().nullable(),
  policy: z.string().nullable(),
  created_at: z.number(),
});
const defaultRetentionSchema = z.object({
  mode: z.enum(['GOVERNANCE', 'COMPLIANCE']).optional(),
  days: z.number().optional(),
});

/** Retention that a bucket gives to every new version; without a mode it merely allows locks. */
export type BucketLock = z.infer<typeof defaultRetentionSchema>;

/** A bucket and its settings. */
export interface Bucket {
  readonly name: string;
  readonly versioning: 'Enabled' | 'Suspended' | undefined;
  /** Present if Object Lock is on. */
  readonly lock: BucketLock | undefined;
  readonly lifecycle: readonly LifecycleRule[];
  readonly policy: ResourcePolicy | undefined;
  /** Epoch milliseconds of axis time. */
  readonly createdAt: number;
}

/** Settings to change; what is absent stays. */
export interface BucketChange {
  versioning?: 'Enabled' | 'Suspended';
  lock?: BucketLock;
  lifecycle?: readonly LifecycleRule[];
  policyDocument?: unknown;
}

/** The buckets that exist. */
export interface BucketCatalogue {
  /** Throws `NoSuchBucket`. */
  get(name: string): Bucket;
  find(name: string): Bucket | undefined;
  list(): Bucket[];
  /** Returns false if the bucket was there already. */
  create(name: string): boolean;
  change(name: string, change: BucketChange): void;
  /** Throws `BucketNotEmpty`. */
  remove(name: string): void;
}

/** Reads buckets from the database and remembers them until they change. */
export function createBucketCatalogue(database: S3Database, clock: Clock): BucketCatalogue {
  const known = new Map<string, Bucket>();

  function find(name: string): Bucket | undefined {
    const present = known.get(name);
    if (present) return present;
    const row = database.first('SELECT * FROM buckets WHERE name = ?', name);
    if (!row) return undefined;
    const bucket = bucketOf(row);
    known.set(name, bucket);
    return bucket;
  }

  function get(name: string): Bucket {
    const bucket = find(name);
    if (!bucket) throw s3Error('NoSuchBucket');
    return bucket;
  }

  return {
    get,
    find,
    list: () => database.all('SELECT * FROM buckets ORDER BY name').map(bucketOf),
    create(name) {
      if (find(name)) return false;
      database.run('INSERT INTO buckets (name, created_at) VALUES (?, ?)', name, clock.now());
      return true;
    },
    change(name, change) {
      get(name);
      if (change.policyDocument !== undefined) parseResourcePolicy(change.policyDocument, `policy of bucket ${name}`);
      database.run(
        `UPDATE buckets SET versioning = coalesce(?, versioning), lock = coalesce(?, lock),
         lifecycle = coalesce(?, lifecycle), policy = coalesce(?, policy) WHERE name = ?`,
        change.versioning ?? null,
        jsonOrNull(change.lock),
        jsonOrNull(change.lifecycle),
        jsonOrNull(change.policyDocument),
        name,
      );
      known.delete(name);
    },
    remove(name) {
      get(name);
      if (database.first('SELECT 1 FROM objects WHERE bucket = ? LIMIT 1', name)) throw s3Error('BucketNotEmpty');
      database.run('DELETE FROM buckets WHERE name = ?', name);
      known.delete(name);
    },
  };
}

function bucketOf(row: unknown): Bucket {
  const { name, versioning, lock, lifecycle, policy, created_at } = rowSchema.parse(row);
  return {
    name,
    versioning: versioning ?? undefined,
    lock: lock === null ? undefined : defaultRetentionSchema.parse(JSON.parse(lock)),
    lifecycle: lifecycle === null ? [] : lifecycleSchema.parse(JSON.parse(lifecycle)),
    policy:
      policy === null
        ? undefined
        : {
            statements: parseResourcePolicy(JSON.parse(policy), `policy of bucket ${name}`),
            identityPoliciesCount: true,
          },
    createdAt: created_at,
  };
}

function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
