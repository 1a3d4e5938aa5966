import { z } from 'zod';
import { parseProperties } from '../admin/parseProperties.ts';

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })).min(1);
const indexSchema = z.strictObject({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.strictObject({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
  // Throughput is not limited here.
  ProvisionedThroughput: z.unknown().optional(),
  OnDemandThroughput: z.unknown().optional(),
  WriteProvisionedThroughputSettings: z.unknown().optional(),
  WriteOnDemandThroughputSettings: z.unknown().optional(),
  ContributorInsightsSpecification: z.unknown().optional(),
});
const tableSchema = z.strictObject({
  TableName: z.string(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: z.array(indexSchema).optional(),
  LocalSecondaryIndexes: z.array(indexSchema).optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string().optional(), Enabled: z.boolean() }).optional(),
  BillingMode: z.enum(['PAY_PER_REQUEST', 'PROVISIONED']).optional(),
  Replicas: z
    .array(z.looseObject({ Region: z.string() }))
    .max(1)
    .optional(),
  // Without effect on a laptop: encryption, backups, protection, class, tags, throughput.
  SSESpecification: z.unknown().optional(),
  PointInTimeRecoverySpecification: z.unknown().optional(),
  DeletionProtectionEnabled: z.unknown().optional(),
  TableClass: z.unknown().optional(),
  Tags: z.unknown().optional(),
  ContributorInsightsSpecification: z.unknown().optional(),
  ProvisionedThroughput: z.unknown().optional(),
  OnDemandThroughput: z.unknown().optional(),
  WriteProvisionedThroughputSettings: z.unknown().optional(),
  WriteOnDemandThroughputSettings: z.unknown().optional(),
  WarmThroughput: z.unknown().optional(),
});

/** The properties of a table that have an effect here. */
export type TableProperties = z.infer<typeof tableSchema>;

/** Reads the properties of `AWS::DynamoDB::Table` or `GlobalTable`; throws `UnsupportedProperty` (streams, imports …). */
export function parseTableProperties(properties: unknown): TableProperties {
  return parseProperties('AWS::DynamoDB::Table', tableSchema, properties);
}

/** The index as CreateTable takes it. */
export function indexInput(index: z.infer<typeof indexSchema>): Record<string, unknown> {
  return { IndexName: index.IndexName, KeySchema: index.KeySchema, Projection: index.Projection };
}
