import type { Identity } from '../../local/assembly/identity.ts';
import { textOf } from '../../local/cloud/xml/parseXml.ts';
import { allOf, type Place, query } from './awsCall.ts';

/** What CloudFormation says that it created. */
export interface DeployedResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
}

const CLOUDFORMATION = { service: 'cloudformation', version: '2010-05-15' } as const;

/** The resources of a stack. An implementation may list nothing, or a line without a name, for what it does not know. */
export async function deployedResources(place: Place, stack: string): Promise<readonly DeployedResource[]> {
  const found: DeployedResource[] = [];
  let next: string | undefined;
  do {
    const answer = await query(
      place,
      { ...CLOUDFORMATION, action: 'ListStackResources' },
      {
        StackName: stack,
        ...(next ? { NextToken: next } : {}),
      },
    );
    for (const member of allOf(answer, 'member')) {
      const logicalId = textOf(member, 'LogicalResourceId');
      const type = textOf(member, 'ResourceType');
      if (!logicalId || !type) continue;
      found.push({ stack, logicalId, type, physicalId: textOf(member, 'PhysicalResourceId') ?? '' });
    }
    next = allOf(answer, 'NextToken')[0]?.text;
  } while (next);
  return found;
}

/** The template that CloudFormation holds of a stack, and its status. */
export async function stackStatus(place: Place, stack: string): Promise<string> {
  const answer = await query(place, { ...CLOUDFORMATION, action: 'DescribeStacks' }, { StackName: stack });
  return allOf(answer, 'StackStatus')[0]?.text ?? '';
}

/** What the rest of a template sees of a resource that exists: the names that the deployment gave it. */
export function identityOf({ type, physicalId }: DeployedResource, { region, account }: Place): Identity | undefined {
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  switch (type) {
    case 'AWS::DynamoDB::Table':
      return { ref: physicalId, attributes: { Arn: arn('dynamodb', `table/${physicalId}`) } };
    case 'AWS::S3::Bucket':
      return { ref: physicalId, attributes: { Arn: `arn:aws:s3:::${physicalId}` } };
    case 'AWS::SQS::Queue': {
      const name = physicalId.split('/').at(-1) ?? '';
      return { ref: physicalId, attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: physicalId } };
    }
    case 'AWS::KMS::Key':
      return { ref: physicalId, attributes: { Arn: arn('kms', `key/${physicalId}`), KeyId: physicalId } };
    case 'AWS::IAM::Role':
      return { ref: physicalId, attributes: { Arn: `arn:aws:iam::${account}:role/${physicalId}` } };
    case 'AWS::Lambda::Function':
      return { ref: physicalId, attributes: { Arn: arn('lambda', `function:${physicalId}`) } };
    case 'AWS::Events::Rule':
      return { ref: physicalId, attributes: { Arn: arn('events', `rule/${physicalId}`) } };
    default:
      return undefined;
  }
}
