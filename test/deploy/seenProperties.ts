import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { deepText, json, lambdaFunction, type Place, query, rest } from './awsCall.ts';
import type { DeployedResource } from './deployedResources.ts';

/** Properties of a resource, under CloudFormation's names, as the service itself tells them. */
export type Seen = Readonly<Record<string, unknown>>;
type Reader = (resource: DeployedResource, wanted: Seen) => Promise<Seen>;

const byName = <Named extends object>(list: readonly Named[] | undefined, name: keyof Named) =>
  (list ?? []).toSorted((a, b) => String(a[name]).localeCompare(String(b[name])));

/** Asks each service for what CloudFormation says that it created: one reader a type. */
export function seenProperties(place: Place): Readonly<Record<string, Reader>> {
  const options = { endpoint: place.endpoint, region: place.region, credentials: place.credentials };
  const dynamo = new DynamoDBClient(options);
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const sqs = new SQSClient({ ...options, useQueueUrlAsEndpoint: false });
  const kms = new KMSClient(options);
  const iam = (action: string, parameters: Record<string, string>) =>
    query(place, { service: 'iam', version: '2010-05-08', action }, parameters);
  return {
    'AWS::DynamoDB::Table': async ({ physicalId: TableName }) => {
      const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
      const { ContinuousBackupsDescription: backups } = await dynamo.send(
        new DescribeContinuousBackupsCommand({ TableName }),
      );
      const { TimeToLiveDescription: expiry } = await dynamo.send(new DescribeTimeToLiveCommand({ TableName }));
      const indexes = byName(Table?.GlobalSecondaryIndexes, 'IndexName');
      return {
        KeySchema: Table?.KeySchema,
        AttributeDefinitions: byName(Table?.AttributeDefinitions, 'AttributeName'),
        GlobalSecondaryIndexes: indexes.map(({ IndexName, KeySchema, Projection }) => ({
          IndexName,
          KeySchema,
          Projection,
        })),
        BillingMode: Table?.BillingModeSummary?.BillingMode,
        PointInTimeRecoverySpecification: {
          PointInTimeRecoveryEnabled: backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED',
        },
        TimeToLiveSpecification: {
          AttributeName: expiry?.AttributeName,
          Enabled: expiry?.TimeToLiveStatus === 'ENABLED',
        },
      };
    },
    'AWS::S3::Bucket': async ({ physicalId: Bucket }) => {
      const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
      const block = await ifThere(s3.send(new GetPublicAccessBlockCommand({ Bucket })));
      const encryption = await ifThere(s3.send(new GetBucketEncryptionCommand({ Bucket })));
      const lifecycle = await ifThere(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })));
      const algorithms = encryption?.ServerSideEncryptionConfiguration?.Rules?.map((rule) => ({
        ServerSideEncryptionByDefault: { SSEAlgorithm: rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm },
      }));
      return {
        VersioningConfiguration: Status && { Status },
        PublicAccessBlockConfiguration: block?.PublicAccessBlockConfiguration,
        BucketEncryption: algorithms && { ServerSideEncryptionConfiguration: algorithms },
        LifecycleConfiguration: lifecycle && { Rules: lifecycle.Rules?.map(asInTemplate) },
      };
    },
    'AWS::SQS::Queue': async ({ physicalId: QueueUrl }) => {
      const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
      return {
        MessageRetentionPeriod: Number(Attributes.MessageRetentionPeriod),
        VisibilityTimeout: Number(Attributes.VisibilityTimeout),
        SqsManagedSseEnabled: Attributes.SqsManagedSseEnabled === 'true',
        ...(Attributes.RedrivePolicy ? { RedrivePolicy: JSON.parse(Attributes.RedrivePolicy) } : {}),
      };
    },
    'AWS::KMS::Key': async ({ physicalId: KeyId }) => {
      const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId }));
      return { KeySpec: key?.KeySpec, KeyUsage: key?.KeyUsage, Description: key?.Description };
    },
    'AWS::Lambda::Function': async ({ physicalId }) => {
      const { Configuration: is } = await lambdaFunction(place, physicalId);
      const { Handler, Runtime, MemorySize, Timeout, Role, Environment, Architectures, FunctionName, Description } = is;
      const TracingConfig = is.TracingConfig && { Mode: is.TracingConfig.Mode };
      const variables = { Environment: { Variables: Environment.Variables } };
      return {
        FunctionName,
        Description,
        Handler,
        Runtime,
        MemorySize,
        Timeout,
        Role,
        Architectures,
        TracingConfig,
        ...variables,
      };
    },
    'AWS::Lambda::EventSourceMapping': async ({ physicalId }) => {
      const is = await rest<Seen>(place, 'lambda', `/2015-03-31/event-source-mappings/${physicalId}`);
      const FunctionName = String(is.FunctionArn).split(':').at(-1);
      const { BatchSize, EventSourceArn, FunctionResponseTypes, ScalingConfig } = is;
      return { BatchSize, EventSourceArn, FunctionResponseTypes, ScalingConfig, FunctionName };
    },
    'AWS::Events::Rule': async ({ physicalId: Name }) => {
      const { ScheduleExpression, State } = await json<Seen>(place, 'events', 'AWSEvents.DescribeRule', { Name });
      const { Targets } = await json<Seen>(place, 'events', 'AWSEvents.ListTargetsByRule', { Rule: Name });
      return { ScheduleExpression, State, Targets };
    },
    'AWS::Logs::LogGroup': async ({ physicalId }) => {
      const { logGroups } = await json<{
        readonly logGroups: readonly { readonly logGroupName: string; readonly retentionInDays?: number }[];
      }>(place, 'logs', 'Logs_20140328.DescribeLogGroups', { logGroupNamePrefix: physicalId });
      const group = logGroups.find(({ logGroupName }) => logGroupName === physicalId);
      return { LogGroupName: group?.logGroupName, RetentionInDays: group?.retentionInDays };
    },
    'AWS::IAM::Role': async ({ physicalId: RoleName }) => {
      const role = await iam('GetRole', { RoleName });
      const document = decodeURIComponent(deepText(role, 'AssumeRolePolicyDocument') ?? 'null');
      return { AssumeRolePolicyDocument: JSON.parse(document), Description: deepText(role, 'Description') };
    },
    'AWS::IAM::Policy': async (_, { Roles, PolicyName }) => {
      const [RoleName = ''] = Array.isArray(Roles) ? Roles : [];
      const policy = await iam('GetRolePolicy', { RoleName, PolicyName: String(PolicyName) });
      return { PolicyDocument: JSON.parse(decodeURIComponent(deepText(policy, 'PolicyDocument') ?? 'null')) };
    },
  };
}

/** A lifecycle rule under the names of CloudFormation, without the id that S3 gave it. */
function asInTemplate(rule: LifecycleRule): Seen {
  return {
    AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
    ExpirationInDays: rule.Expiration?.Days,
    NoncurrentVersionExpiration: rule.NoncurrentVersionExpiration && {
      NoncurrentDays: rule.NoncurrentVersionExpiration.NoncurrentDays,
    },
    Status: rule.Status,
  };
}

/** What a bucket has no configuration of, S3 answers with 404. */
async function ifThere<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
    throw error;
  }
}
