import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';

/**
 * AWS clients, one per service and function instance. Endpoints, region and credentials come from the
 * environment that Lambda sets; three attempts with back-off stay well inside the gateway's 30 s.
 */
const common = { maxAttempts: 3 } as const;

export const dynamoClient = (): DynamoDBClient => new DynamoDBClient(common);

export const logsClient = (): CloudWatchLogsClient => new CloudWatchLogsClient(common);

export const kmsClient = (): KMSClient => new KMSClient(common);

/** Queue URLs are names, not endpoints: the region's endpoint (or the one in the environment) is used for all. */
export const sqsClient = (): SQSClient => new SQSClient({ ...common, useQueueUrlAsEndpoint: false });

export const stsClient = (): STSClient => new STSClient(common);

/** Path-style addressing exactly when another endpoint than AWS's own is configured: buckets are no host names there. */
export const s3Client = (): S3Client =>
  new S3Client({
    ...common,
    forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
