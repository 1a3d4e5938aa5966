/** A finding of cdk-nag that was looked at and stands. One that no stage has any more fails the gate. */
export interface AcceptedFinding {
  /** The rule, with what it found in square brackets where it finds several things. */
  readonly rule: RegExp;
  /** Paths of the constructs that may have it. */
  readonly at: RegExp;
  readonly because: string;
}

const ROLE_OF_FUNCTION = /^docaxis-\w+\/\w+\/Role\/DefaultPolicy\/Resource$/;

export const ACCEPTED_FINDINGS: readonly AcceptedFinding[] = [
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    at: ROLE_OF_FUNCTION,
    because: 'xray:PutTraceSegments, xray:PutTelemetryRecords and logs:GetQueryResults know no resources',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:\/docaxis\/\w+\/\w+:\*\]$/,
    at: /^docaxis-\w+\/Stats\/Role\/DefaultPolicy\/Resource$/,
    because: 'the star stands for the streams of one log group: IAM names a log group so',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::<(Content|Uploads)\w+\.Arn>\/(dispatches|revocation|trust|directory|log|uploads|submissions|answers)\/\*\]$/,
    at: ROLE_OF_FUNCTION,
    because:
      'a function may touch one kind of object, under one prefix; their keys are digests that nobody knows before',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:docaxis-\w+-inbox-\*\]$/,
    at: /^docaxis-\w+\/(\w+\/Role|InboxRole)\/DefaultPolicy\/Resource$/,
    because:
      'inbox queues come with their systems; the prefix holds nothing else, and a session policy cuts it down to one',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:.*:execute-api:.*\/\$default\/(GET|POST|PUT|DELETE)\/v1\/admin\/.*\]$/,
    at: /^docaxis-\w+\/Operators\/(Viewer|Operator|Security)Role\/DefaultPolicy\/Resource$/,
    because: 'the star stands for an id in one route; a test shows that no pattern reaches a route of another role',
  },
  {
    rule: /^AwsSolutions-IAM4\[Policy::arn:<AWS::Partition>:iam::aws:policy\/service-role\/AWSCodeDeployRoleForLambdaLimited\]$/,
    at: /^docaxis-\w+\/Release\/Role\/Resource$/,
    because: "what CodeDeploy needs to move an alias is AWS's affair; it may invoke nothing and read no data",
  },
  {
    rule: /^AwsSolutions-SQS3$/,
    at: /^docaxis-\w+\/Queues\/InboxDead\/Resource$/,
    because: 'it is a dead-letter queue itself: the inbox queues that name it are created with their systems',
  },
  {
    rule: /^AwsSolutions-DDB3$/,
    at: /^docaxis-\w+-data\/Log\/Resource$/,
    because: 'it holds the head of a log that only grows: whoever restored it would take the log back (decision 0041)',
  },
  {
    rule: /^AwsSolutions-KMS5$/,
    at: /^docaxis-\w+-data\/SecretsKey\/Resource$/,
    because: 'each rotation costs as much as the key, and the secrets under it are replaced themselves (decision 0017)',
  },
  {
    rule: /^AwsSolutions-APIG4$/,
    at: /^docaxis-\w+\/Axis\/Api\/.*\/Resource$/,
    because:
      'tokens are checked in each function: a gateway cannot word its refusals, and its verdicts outlive a suspension (decision 0004)',
  },
  {
    rule: /^AwsSolutions-APIG1$/,
    at: /^docaxis-\w+\/Axis\/Stage\/Resource$/,
    because: 'an evaluation asks for no second log: functions log every request by its correlation id',
  },
  {
    rule: /^AwsSolutions-S1$/,
    at: /^docaxis-\w+-data\/(Content|Uploads)\/Resource$/,
    because: 'an evaluation asks for no second log: functions log who was handed which link',
  },
  {
    rule: /^AwsSolutions-S1$/,
    at: /^docaxis-\w+-edge\/Logs\/Resource$/,
    because: 'it holds the access log of CloudFront itself, and nothing else',
  },
  {
    rule: /^AwsSolutions-CFR1$/,
    at: /^docaxis-\w+-edge\/Distribution\/Resource$/,
    because:
      'missions abroad are agencies, too: who calls is told by keys and certificates, not by the country of an address',
  },
];
