import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { INDEXES } from '../core/contract/environment.ts';
import { contentStorage } from './contentStorage.ts';
import { DataKey } from './dataKey.ts';
import type { StageConfig } from './stageConfig.ts';

const string = (name: string) => ({ name, type: AttributeType.STRING });
const number = (name: string) => ({ name, type: AttributeType.NUMBER });

/** What must outlive every deployment: tables, received bytes, the keys for receipts and secrets. */
export class DataStack extends Stack {
  readonly dispatches: Table;
  readonly registry: Table;
  readonly log: Table;
  readonly content: Bucket;
  readonly uploads: Bucket;
  readonly receiptKey: Key;
  readonly secretsKey: Key;

  constructor(scope: Construct, id: string, props: StackProps & { readonly stage: StageConfig }) {
    super(scope, id, props);
    const { stage } = props;
    const removalPolicy = stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const dataKey = stage.dataKey === 'customer' ? new DataKey(this, 'DataKey', stage).key : undefined;
    this.dispatches = this.#table('Dispatches', { stage, removalPolicy, dataKey });
    this.#dispatchIndexes(stage);
    this.registry = this.#table('Registry', { stage, removalPolicy, dataKey });
    this.#registryIndexes();
    this.log = this.#table('Log', { stage, removalPolicy, dataKey, putBack: false });
    // Also while a restored table stands in for one: what another stack imports cannot go before that stack has let go of it.
    for (const { tableArn, tableName } of [this.dispatches, this.registry])
      for (const value of [tableArn, tableName]) this.exportValue(value);
    const bucket = {
      ...(dataKey
        ? { encryption: BucketEncryption.KMS, encryptionKey: dataKey, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy,
      ...(stage.accessLogs ? { serverAccessLogsBucket: this.#accessLogs(stage, removalPolicy) } : {}),
    };
    this.content = new Bucket(this, 'Content', {
      ...bucket,
      ...(stage.accessLogs ? { serverAccessLogsPrefix: 'content/' } : {}),
      versioned: true,
      ...contentStorage(stage),
    });
    // Bytes on their way in: gone after a day, whatever became of them.
    this.uploads = new Bucket(this, 'Uploads', {
      ...bucket,
      ...(stage.accessLogs ? { serverAccessLogsPrefix: 'uploads/' } : {}),
      lifecycleRules: [{ expiration: Duration.days(1), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    this.receiptKey = new Key(this, 'ReceiptKey', {
      description: `Certifies the receipt keys of ${stage.axisId}`,
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy,
    });
    // Not rotated: each rotation costs as much as the key, and the secrets under it are replaced themselves.
    this.secretsKey = new Key(this, 'SecretsKey', {
      description: `Encrypts the secrets that systems share with ${stage.axisId}`,
      keySpec: KeySpec.SYMMETRIC_DEFAULT,
      keyUsage: KeyUsage.ENCRYPT_DECRYPT,
      removalPolicy,
    });
  }

  /** Where S3 writes who asked for which object; S3 can deliver these to its own encryption only. */
  #accessLogs(stage: StageConfig, removalPolicy: RemovalPolicy): IBucket {
    const logs = new Bucket(this, 'AccessLogs', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [{ expiration: Duration.days(stage.logDays) }],
      removalPolicy,
    });
    // The class declares optional properties more strictly than its own interface.
    return logs as IBucket;
  }

  #table(
    id: string,
    {
      stage,
      removalPolicy,
      dataKey,
      putBack = true,
    }: {
      stage: StageConfig;
      removalPolicy: RemovalPolicy;
      dataKey: Key | undefined;
      /** Whether it can be restored to an earlier time: the head of a log that only grows must never be. */
      putBack?: boolean;
    },
  ): Table {
    return new Table(this, id, {
      partitionKey: string('id'),
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...(dataKey
        ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: dataKey }
        : { encryption: TableEncryption.DEFAULT }),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: putBack },
      ...(putBack ? { timeToLiveAttribute: 'expires' } : {}),
      deletionProtection: stage.retainData,
      removalPolicy,
    });
  }

  /**
   * All from the start, because CloudFormation changes one index at a time. Keys only: the item itself is the truth. The
   * inbox shows what a list of it needs: a poll that lists thousands reads no item.
   */
  #dispatchIndexes({ evidence }: StageConfig): void {
    const keysOnly = { projectionType: ProjectionType.KEYS_ONLY };
    this.dispatches.addGlobalSecondaryIndex({
      indexName: INDEXES.inbox,
      partitionKey: string('inboxSystem'),
      sortKey: string('inboxKey'),
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['recipient', 'recipientCode', 'senderCode', 'acceptedAt', 'signed', 'state'],
    });
    this.dispatches.addGlobalSecondaryIndex({
      indexName: INDEXES.sent,
      partitionKey: string('sentAgency'),
      sortKey: string('sentKey'),
      ...keysOnly,
    });
    this.dispatches.addGlobalSecondaryIndex({
      indexName: INDEXES.number,
      partitionKey: string('numberAgency'),
      sortKey: string('numberKey'),
      ...keysOnly,
    });
    this.dispatches.addGlobalSecondaryIndex({
      indexName: INDEXES.thread,
      partitionKey: string('threadOf'),
      sortKey: string('threadKey'),
      ...keysOnly,
    });
    this.dispatches.addGlobalSecondaryIndex({
      indexName: INDEXES.due,
      partitionKey: string('dueShard'),
      sortKey: number('dueAt'),
      ...keysOnly,
    });
    // Items carry its keys whether or not it is there: added later, it holds what was not logged before.
    if (!evidence) return;
    this.dispatches.addGlobalSecondaryIndex({
      indexName: INDEXES.log,
      partitionKey: string('logShard'),
      sortKey: number('logAt'),
      ...keysOnly,
    });
  }

  #registryIndexes(): void {
    const keysOnly = { projectionType: ProjectionType.KEYS_ONLY };
    this.registry.addGlobalSecondaryIndex({
      indexName: INDEXES.names,
      partitionKey: string('directory'),
      sortKey: string('nameKey'),
      ...keysOnly,
    });
    this.registry.addGlobalSecondaryIndex({
      indexName: INDEXES.codes,
      partitionKey: string('directory'),
      sortKey: string('codeKey'),
      ...keysOnly,
    });
    this.registry.addGlobalSecondaryIndex({
      indexName: INDEXES.children,
      partitionKey: string('parentCode'),
      sortKey: string('codeKey'),
      ...keysOnly,
    });
    this.registry.addGlobalSecondaryIndex({
      indexName: INDEXES.served,
      partitionKey: string('servedBy'),
      sortKey: string('codeKey'),
      ...keysOnly,
    });
    this.registry.addGlobalSecondaryIndex({
      indexName: INDEXES.certificates,
      partitionKey: string('expiryList'),
      sortKey: string('expiryKey'),
      ...keysOnly,
    });
  }
}
