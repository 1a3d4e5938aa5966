import { z } from 'zod';
import { parseProperties } from '../admin/parseProperties.ts';

const number = z.union([z.number(), z.string().regex(/^\d+$/)]).transform(String);
const boolean = z.union([z.boolean(), z.enum(['true', 'false'])]).transform(String);
const policy = z.union([z.string(), z.record(z.string(), z.unknown())]).transform((value) => {
  return typeof value === 'string' ? value : JSON.stringify(value);
});

const queueSchema = z.strictObject({
  QueueName: z.string(),
  VisibilityTimeout: number.optional(),
  DelaySeconds: number.optional(),
  MaximumMessageSize: number.optional(),
  MessageRetentionPeriod: number.optional(),
  ReceiveMessageWaitTimeSeconds: number.optional(),
  RedrivePolicy: policy.optional(),
  RedriveAllowPolicy: policy.optional(),
  FifoQueue: boolean.optional(),
  ContentBasedDeduplication: boolean.optional(),
  DeduplicationScope: z.string().optional(),
  FifoThroughputLimit: z.string().optional(),
  SqsManagedSseEnabled: boolean.optional(),
  KmsMasterKeyId: z.string().optional(),
  KmsDataKeyReusePeriodSeconds: number.optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

/** A queue as CreateQueue takes it. */
export interface QueueSettings {
  queueName: string;
  attributes: Record<string, string>;
  tags: Record<string, string>;
}

/** Reads the properties of `AWS::SQS::Queue`; throws `UnsupportedProperty`. */
export function parseQueueProperties(properties: unknown): QueueSettings {
  const { QueueName, Tags, ...rest } = parseProperties('AWS::SQS::Queue', queueSchema, properties);
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) attributes[name] = value;
  const tags = Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  return { queueName: QueueName, attributes, tags };
}
