import { Duration } from 'aws-cdk-lib';
import { type BucketProps, ObjectLockRetention, StorageClass } from 'aws-cdk-lib/aws-s3';
import type { StageConfig } from './stageConfig.ts';

/** Smaller documents cost more in the archive than outside: every object there is charged as 128 KB. */
const ARCHIVED_BYTES = 128 * 1024;

/** What becomes of each kind of object in the bucket of received bytes; those themselves no rule deletes, but retention alone. */
export function contentStorage({
  storage,
}: StageConfig): Pick<BucketProps, 'lifecycleRules' | 'objectLockEnabled' | 'objectLockDefaultRetention'> {
  const { replacedDays, archiveAfterDays, revocationDays, lock } = storage;
  const archive = archiveAfterDays && {
    prefix: 'dispatches/',
    objectSizeGreaterThan: ARCHIVED_BYTES,
    transitions: [
      { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(archiveAfterDays) },
    ],
  };
  const news = revocationDays && { prefix: 'revocation/', expiration: Duration.days(revocationDays) };
  const locked = lock && (lock.mode === 'COMPLIANCE' ? ObjectLockRetention.compliance : ObjectLockRetention.governance);
  return {
    lifecycleRules: [
      {
        noncurrentVersionExpiration: Duration.days(replacedDays),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
      ...(archive ? [archive] : []),
      ...(news ? [news] : []),
    ],
    ...(lock && locked
      ? { objectLockEnabled: true, objectLockDefaultRetention: locked(Duration.days(lock.days)) }
      : {}),
  };
}
