/** How the properties of one resource type are treated. A property in neither list is refused by name. */
export interface TypeRule {
  /** Properties that the local axis acts on. */
  readonly honoured: readonly string[];
  /** Properties that change nothing that a caller or a function could see here (encryption at rest, tags, descriptions …). */
  readonly ignored: readonly string[];
}

const SEEN_ELSEWHERE = 'what is logged and measured is read from axis.log here';
const NOBODY_TOLD = 'there is nobody to tell on a laptop';
const NEWEST_AT_ONCE = 'one version of the code runs here, and the alias means it';
const LOOPBACK = 'the API is reached by its loopback address alone';

/** Types that have no effect on a running local axis, each with why not: what they hold is neither read nor evaluated. */
export const inertTypes: ReadonlyMap<string, string> = new Map([
  ['AWS::CDK::Metadata', 'it only tells AWS which constructs are used'],
  ['AWS::Logs::LogGroup', SEEN_ELSEWHERE],
  ['AWS::Logs::MetricFilter', SEEN_ELSEWHERE],
  ['AWS::Logs::QueryDefinition', SEEN_ELSEWHERE],
  ['AWS::CloudWatch::Alarm', SEEN_ELSEWHERE],
  ['AWS::CloudWatch::CompositeAlarm', SEEN_ELSEWHERE],
  ['AWS::CloudWatch::Dashboard', SEEN_ELSEWHERE],
  ['AWS::XRay::Group', SEEN_ELSEWHERE],
  ['AWS::SNS::Topic', NOBODY_TOLD],
  ['AWS::SNS::TopicPolicy', NOBODY_TOLD],
  ['AWS::SNS::Subscription', NOBODY_TOLD],
  ['AWS::Budgets::Budget', NOBODY_TOLD],
  ['AWS::CodeDeploy::Application', NEWEST_AT_ONCE],
  ['AWS::CodeDeploy::DeploymentConfig', NEWEST_AT_ONCE],
  ['AWS::CodeDeploy::DeploymentGroup', NEWEST_AT_ONCE],
  ['AWS::ApiGatewayV2::DomainName', LOOPBACK],
  ['AWS::ApiGatewayV2::ApiMapping', LOOPBACK],
  ['AWS::CloudFront::Distribution', LOOPBACK],
  ['AWS::WAFv2::WebACL', LOOPBACK],
  ['Custom::S3AutoDeleteObjects', 'it empties a bucket when its stack is deleted'],
]);

const tableIgnored = [
  'BillingMode',
  'ContributorInsightsSpecification',
  'DeletionProtectionEnabled',
  'OnDemandThroughput',
  'PointInTimeRecoverySpecification',
  'ProvisionedThroughput',
  'SSESpecification',
  'TableClass',
  'Tags',
  'WarmThroughput',
  'WriteOnDemandThroughputSettings',
];
const tableHonoured = [
  'AttributeDefinitions',
  'GlobalSecondaryIndexes',
  'KeySchema',
  'LocalSecondaryIndexes',
  'TableName',
  'TimeToLiveSpecification',
];

/** The types that the local axis runs. */
export const servedTypes: ReadonlyMap<string, TypeRule> = new Map<string, TypeRule>([
  ['AWS::DynamoDB::Table', { honoured: tableHonoured, ignored: tableIgnored }],
  ['AWS::DynamoDB::GlobalTable', { honoured: [...tableHonoured, 'Replicas'], ignored: tableIgnored }],
  [
    'AWS::SQS::Queue',
    {
      honoured: [
        'DelaySeconds',
        'MaximumMessageSize',
        'MessageRetentionPeriod',
        'QueueName',
        'ReceiveMessageWaitTimeSeconds',
        'RedrivePolicy',
        'VisibilityTimeout',
      ],
      ignored: ['KmsDataKeyReusePeriodSeconds', 'KmsMasterKeyId', 'RedriveAllowPolicy', 'SqsManagedSseEnabled', 'Tags'],
    },
  ],
  ['AWS::SQS::QueuePolicy', { honoured: ['PolicyDocument', 'Queues'], ignored: [] }],
  [
    'AWS::S3::Bucket',
    {
      honoured: [
        'BucketName',
        'LifecycleConfiguration',
        'ObjectLockConfiguration',
        'ObjectLockEnabled',
        'VersioningConfiguration',
      ],
      ignored: [
        'BucketEncryption',
        'LoggingConfiguration',
        'OwnershipControls',
        'PublicAccessBlockConfiguration',
        'Tags',
      ],
    },
  ],
  ['AWS::S3::BucketPolicy', { honoured: ['Bucket', 'PolicyDocument'], ignored: [] }],
  [
    'AWS::KMS::Key',
    {
      honoured: ['Enabled', 'KeyPolicy', 'KeySpec', 'KeyUsage'],
      ignored: ['Description', 'EnableKeyRotation', 'PendingWindowInDays', 'RotationPeriodInDays', 'Tags'],
    },
  ],
  ['AWS::KMS::Alias', { honoured: ['AliasName', 'TargetKeyId'], ignored: [] }],
  [
    'AWS::IAM::Role',
    {
      honoured: ['AssumeRolePolicyDocument', 'ManagedPolicyArns', 'Path', 'Policies', 'RoleName'],
      ignored: ['Description', 'MaxSessionDuration', 'Tags'],
    },
  ],
  ['AWS::IAM::Policy', { honoured: ['PolicyDocument', 'Roles'], ignored: ['PolicyName'] }],
  [
    'AWS::IAM::ManagedPolicy',
    { honoured: ['ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles'], ignored: ['Description'] },
  ],
  [
    'AWS::Lambda::Function',
    {
      honoured: [
        'Code',
        'Environment',
        'FunctionName',
        'Handler',
        'LoggingConfig',
        'MemorySize',
        'PackageType',
        'ReservedConcurrentExecutions',
        'Role',
        'Runtime',
        'Timeout',
      ],
      ignored: [
        'Architectures',
        'Description',
        'EphemeralStorage',
        'KmsKeyArn',
        'RecursiveLoop',
        'RuntimeManagementConfig',
        'Tags',
        'TracingConfig',
      ],
    },
  ],
  ['AWS::Lambda::Version', { honoured: ['FunctionName'], ignored: ['CodeSha256', 'Description'] }],
  ['AWS::Lambda::Alias', { honoured: ['FunctionName', 'FunctionVersion', 'Name'], ignored: ['Description'] }],
  [
    'AWS::Lambda::Permission',
    { honoured: ['Action', 'FunctionName', 'Principal', 'SourceAccount', 'SourceArn'], ignored: [] },
  ],
  [
    'AWS::Lambda::EventSourceMapping',
    {
      honoured: [
        'BatchSize',
        'Enabled',
        'EventSourceArn',
        'FunctionName',
        'FunctionResponseTypes',
        'MaximumBatchingWindowInSeconds',
        'ScalingConfig',
      ],
      ignored: ['MetricsConfig', 'Tags'],
    },
  ],
  [
    'AWS::Lambda::EventInvokeConfig',
    { honoured: ['FunctionName', 'MaximumRetryAttempts'], ignored: ['MaximumEventAgeInSeconds', 'Qualifier'] },
  ],
  [
    'AWS::ApiGatewayV2::Api',
    {
      honoured: ['Name', 'ProtocolType'],
      ignored: ['Description', 'DisableExecuteApiEndpoint', 'IpAddressType', 'Tags'],
    },
  ],
  [
    'AWS::ApiGatewayV2::Stage',
    {
      honoured: ['ApiId', 'StageName'],
      ignored: ['AccessLogSettings', 'AutoDeploy', 'DefaultRouteSettings', 'Description', 'RouteSettings', 'Tags'],
    },
  ],
  [
    'AWS::ApiGatewayV2::Route',
    { honoured: ['ApiId', 'AuthorizationType', 'RouteKey', 'Target'], ignored: ['OperationName'] },
  ],
  [
    'AWS::ApiGatewayV2::Integration',
    {
      honoured: ['ApiId', 'IntegrationType', 'IntegrationUri', 'PayloadFormatVersion', 'TimeoutInMillis'],
      ignored: ['ConnectionType', 'Description', 'IntegrationMethod'],
    },
  ],
  [
    'AWS::Events::Rule',
    { honoured: ['Name', 'ScheduleExpression', 'State', 'Targets'], ignored: ['Description', 'Tags'] },
  ],
  [
    'AWS::Scheduler::Schedule',
    {
      honoured: ['Name', 'ScheduleExpression', 'ScheduleExpressionTimezone', 'State', 'Target'],
      ignored: ['Description', 'FlexibleTimeWindow', 'GroupName'],
    },
  ],
]);
