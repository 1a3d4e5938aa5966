import { z } from 'zod';
import { parseProperties } from '../admin/parseProperties.ts';
import type { BucketChange } from './bucketCatalogue.ts';
import type { LifecycleRule } from './lifecycleRule.ts';

const days = z.coerce.number().int().min(1);
const ruleSchema = z.strictObject({
  Id: z.string().optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: z.string().default(''),
  ExpirationInDays: days.optional(),
  ExpiredObjectDeleteMarker: z.boolean().optional(),
  NoncurrentVersionExpiration: z.strictObject({ NoncurrentDays: days }).optional(),
  NoncurrentVersionExpirationInDays: days.optional(),
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: days }).optional(),
  // Storage classes cost the same on a laptop.
  Transitions: z.unknown().optional(),
  NoncurrentVersionTransitions: z.unknown().optional(),
});
const lifecycleConfigurationSchema = z.strictObject({
  Rules: z.array(ruleSchema),
  TransitionDefaultMinimumObjectSize: z.unknown().optional(),
});
const bucketSchema = z.strictObject({
  BucketName: z.string(),
  VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
  LifecycleConfiguration: z.unknown().optional(),
  ObjectLockEnabled: z.boolean().optional(),
  ObjectLockConfiguration: z
    .strictObject({
      ObjectLockEnabled: z.literal('Enabled').optional(),
      Rule: z
        .strictObject({
          DefaultRetention: z.strictObject({
            Mode: z.enum(['GOVERNANCE', 'COMPLIANCE']),
            Days: days.optional(),
            Years: days.optional(),
          }),
        })
        .optional(),
    })
    .optional(),
  // Without effect on a laptop: nobody but this process reads the files.
  PublicAccessBlockConfiguration: z.unknown().optional(),
  BucketEncryption: z.unknown().optional(),
  OwnershipControls: z.unknown().optional(),
  AccessControl: z.unknown().optional(),
  LoggingConfiguration: z.unknown().optional(),
  CorsConfiguration: z.unknown().optional(),
  Tags: z.unknown().optional(),
});
const DAYS_OF_YEAR = 365;

/** Reads the properties of `AWS::S3::Bucket`; throws `UnsupportedProperty` (notifications, replication …). */
export function parseBucketProperties(properties: unknown): { name: string; change: BucketChange } {
  const bucket = parseProperties('AWS::S3::Bucket', bucketSchema, properties);
  const change: BucketChange = {};
  if (bucket.VersioningConfiguration) change.versioning = bucket.VersioningConfiguration.Status;
  if (bucket.LifecycleConfiguration !== undefined) {
    change.lifecycle = parseLifecycleConfiguration(bucket.LifecycleConfiguration);
  }
  if (bucket.ObjectLockEnabled === true || bucket.ObjectLockConfiguration) {
    const retention = bucket.ObjectLockConfiguration?.Rule?.DefaultRetention;
    const retainDays = retention?.Days ?? (retention?.Years ?? 0) * DAYS_OF_YEAR;
    change.versioning = 'Enabled';
    change.lock = retention ? { mode: retention.Mode, days: retainDays } : {};
  }
  return { name: bucket.BucketName, change };
}

/** Reads a `LifecycleConfiguration` property; disabled rules are left out. */
export function parseLifecycleConfiguration(configuration: unknown): LifecycleRule[] {
  const { Rules } = parseProperties(
    'AWS::S3::Bucket LifecycleConfiguration',
    lifecycleConfigurationSchema,
    configuration,
  );
  return Rules.filter(({ Status }) => Status === 'Enabled').map((rule) => {
    const noncurrent = rule.NoncurrentVersionExpiration?.NoncurrentDays ?? rule.NoncurrentVersionExpirationInDays;
    const abort = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
    return {
      prefix: rule.Prefix,
      ...(rule.ExpirationInDays === undefined ? {} : { expireAfterDays: rule.ExpirationInDays }),
      ...(noncurrent === undefined ? {} : { expireNoncurrentAfterDays: noncurrent }),
      ...(abort === undefined ? {} : { abortUploadsAfterDays: abort }),
      ...(rule.ExpiredObjectDeleteMarker ? { removeLoneMarkers: true } : {}),
    };
  });
}
