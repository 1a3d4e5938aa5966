/** Properties of a CloudFormation resource after its intrinsic functions were evaluated. */
export type ResourceProperties = Readonly<Record<string, unknown>>;

/** A resource that exists: the physical name (CloudFormation `Ref`) and the ARN. */
export interface CreatedResource {
  readonly name: string;
  readonly arn: string;
}

/** A queue that exists. */
export interface CreatedQueue extends CreatedResource {
  /** The URL as on AWS: `https://sqs.<region>.amazonaws.com/<account>/<name>`. */
  readonly url: string;
}

/** Names of everything that the embedded services hold. */
export interface CloudInventory {
  readonly tables: readonly string[];
  readonly queues: readonly string[];
  readonly buckets: readonly string[];
  /** Key ids. */
  readonly keys: readonly string[];
  /** Alias names (`alias/…`) to key ids. */
  readonly aliases: Readonly<Record<string, string>>;
}

/**
 * Creates resources as the account root, without a policy check. Every operation takes the properties of the
 * CloudFormation resource type in its comment and is idempotent: what exists with the same name is left, its mutable settings
 * updated. A property with an effect that is not implemented throws `UnsupportedProperty` and names it.
 */
export interface AdminOperations {
  /** `AWS::DynamoDB::Table` or `AWS::DynamoDB::GlobalTable` with one replica; `TableName` is required. */
  createTable(properties: ResourceProperties): Promise<CreatedResource>;
  /** `AWS::SQS::Queue`; `QueueName` is required. Dead-letter queues come before the queues that name them. */
  createQueue(properties: ResourceProperties): Promise<CreatedQueue>;
  /** `AWS::S3::Bucket`, with its lifecycle and versioning; `BucketName` is required. */
  createBucket(properties: ResourceProperties): Promise<CreatedResource>;
  /** `AWS::KMS::Key`; `keyId` is its physical id (a UUID that the caller derives, so that a restart finds it). */
  createKey(keyId: string, properties: ResourceProperties): Promise<CreatedResource>;
  /** `AWS::KMS::Alias`: `aliasName` starts with `alias/`, `keyId` is a key id or ARN. */
  createAlias(aliasName: string, keyId: string): Promise<CreatedResource>;
  /** `PolicyDocument` of an `AWS::S3::BucketPolicy`; `aws:SecureTransport` denials are ignored (loopback is plain HTTP). */
  setBucketPolicy(bucketName: string, policyDocument: ResourceProperties): Promise<void>;
  /** `LifecycleConfiguration` of a bucket; replaces what was set before. */
  setLifecycle(bucketName: string, lifecycleConfiguration: ResourceProperties): Promise<void>;
  list(): Promise<CloudInventory>;
}
