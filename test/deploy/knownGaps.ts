/**
 * What the implementation that this deploys to is known to do otherwise than AWS, each with how it shows. Whatever is not listed
 * here fails the run; so does an entry that shows no more.
 */

/** A property that is altered in a template, because the implementation cannot create or use the resource with it as it is. */
export interface Alteration {
  readonly type: string;
  readonly property: string;
  /** `undefined` takes it out. */
  readonly alter: (value: unknown) => unknown;
  readonly because: string;
}

export const ALTERATIONS: readonly Alteration[] = [
  {
    type: 'AWS::KMS::Key',
    property: 'Tags',
    alter: () => undefined,
    because: 'taken out: it looks for TagKey where CloudFormation says Key',
  },
  {
    type: 'AWS::KMS::Key',
    property: 'KeyPolicy',
    alter: (policy) => ({ 'Fn::ToJsonString': policy }),
    because: 'as text: it fails at every use of a key whose policy came as an object',
  },
];

/** Types that it does not create from a template: what they would do is not tried here. */
export const TYPES_IGNORED: readonly string[] = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudWatch::Alarm',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
];

/** Properties of created resources that are not as the template says. */
export const PROPERTIES_IGNORED: Readonly<Record<string, string>> = {
  'AWS::KMS::Key.KeySpec': 'every key is symmetric; the journeys get one that signs, made by a call of KMS',
  'AWS::KMS::Key.KeyUsage': 'every key encrypts',
  'AWS::DynamoDB::Table.PointInTimeRecoverySpecification': 'not read from templates',
  'AWS::DynamoDB::Table.TimeToLiveSpecification': 'not read from templates',
  'AWS::S3::Bucket.VersioningConfiguration': 'not read from templates',
  'AWS::S3::Bucket.PublicAccessBlockConfiguration': 'not read from templates',
  'AWS::S3::Bucket.LifecycleConfiguration': 'not read from templates',
  'AWS::Lambda::Function.Architectures': 'not read from templates',
};

const SENDING = 'test/journeys/sending.test.ts';
/** Journey tests that cannot pass there, each with what the implementation does not do. */
export const TESTS_NOT_FOR_IT: readonly { readonly file: string; readonly test: RegExp; readonly because: string }[] = [
  { file: SENDING, test: /it carries no token$/, because: 'it takes a link that comes with a token, which S3 refuses' },
  { file: SENDING, test: /links end after a minute/, because: 'its links never end' },
  { file: SENDING, test: /a link opens no other object/, because: 'it does not check signatures of links' },
  {
    file: SENDING,
    test: /the sweeper removes only objects/,
    because: 'its objects have the time of the machine, not of the axis',
  },
  {
    file: SENDING,
    test: /the key that signs receipts is replaced/,
    because: 'calls that are made there are not recorded here',
  },
  {
    file: 'test/journeys/receiving.test.ts',
    test: /with vended credentials/,
    because: 'it judges no credentials: every queue is open to everybody',
  },
];
