import { z } from 'zod';

const days = z.number().int().min(1);
const ruleSchema = z.strictObject({
  prefix: z.string(),
  expireAfterDays: days.optional(),
  expireNoncurrentAfterDays: days.optional(),
  abortUploadsAfterDays: days.optional(),
  removeLoneMarkers: z.boolean().optional(),
});

/** What a bucket does with old objects under a key prefix, in days. */
export type LifecycleRule = z.infer<typeof ruleSchema>;

/** The stored form of a bucket's rules. */
export const lifecycleSchema = z.array(ruleSchema);
