import { createHash } from 'node:crypto';
import type { Json, JsonObject } from './json.ts';

/** What the rest of a template sees of a resource: the value of `Ref`, and its attributes. */
export interface Identity {
  readonly ref: string;
  readonly attributes: JsonObject;
}

/** Account and region of the local axis, and where an HTTP API answers. */
export interface Surroundings {
  readonly region: string;
  readonly account: string;
  /** Base URL for the id of an HTTP API. */
  apiEndpoint(apiId: string): string;
}

/** The resource that gets an identity. */
export interface Subject {
  readonly stack: string;
  readonly logicalId: string;
  /** An explicit property, evaluated (a name given in the template is kept). */
  property(name: string): string | undefined;
  readonly surroundings: Surroundings;
}

type IdentityRule = (subject: Subject) => Identity;

/** Names and attributes per resource type; deterministic, so that a restart finds its data. */
export const identityRules: ReadonlyMap<string, IdentityRule> = new Map<string, IdentityRule>([
  ['AWS::DynamoDB::Table', table],
  ['AWS::DynamoDB::GlobalTable', table],
  ['AWS::SQS::Queue', queue],
  ['AWS::S3::Bucket', bucket],
  ['AWS::KMS::Key', key],
  ['AWS::KMS::Alias', (s) => ({ ref: s.property('AliasName') ?? physicalName(s), attributes: {} })],
  ['AWS::Lambda::Function', lambdaFunction],
  ['AWS::Lambda::Version', lambdaVersion],
  ['AWS::Lambda::Alias', lambdaAlias],
  ['AWS::IAM::Role', role],
  ['AWS::ApiGatewayV2::Api', api],
  ['AWS::ApiGatewayV2::Stage', (s) => ({ ref: s.property('StageName') ?? '$default', attributes: {} })],
  ['AWS::Events::Rule', (s) => named(s, { property: 'Name', service: 'events', resource: 'rule/' })],
  [
    'AWS::Scheduler::Schedule',
    (s) => named(s, { property: 'Name', service: 'scheduler', resource: 'schedule/default/' }),
  ],
  ['AWS::Logs::LogGroup', (s) => named(s, { property: 'LogGroupName', service: 'logs', resource: 'log-group:' })],
  ['AWS::CloudWatch::Alarm', (s) => named(s, { property: 'AlarmName', service: 'cloudwatch', resource: 'alarm:' })],
  ['AWS::SNS::Topic', topic],
  ['AWS::ApiGatewayV2::DomainName', domainName],
  ['AWS::WAFv2::WebACL', (s) => named(s, { property: 'Name', service: 'wafv2', resource: 'global/webacl/' })],
  [
    'AWS::CloudFront::Distribution',
    (s) => ({ ref: physicalName(s), attributes: { DomainName: `${physicalName(s)}.cloudfront.net` } }),
  ],
  ['AWS::IAM::ManagedPolicy', managedPolicy],
]);

/** Identity of a resource that nothing but its own kind refers to. */
export function plainIdentity(subject: Subject): Identity {
  const name = physicalName(subject);
  return { ref: name, attributes: { Id: name } };
}

/** The id that an HTTP API gets: ten lower-case letters and digits, as on AWS. */
export function apiIdOf(stack: string, logicalId: string): string {
  return BigInt(`0x${digest(`${stack}/${logicalId}`)}`)
    .toString(36)
    .slice(0, 10);
}

/** `stack-logicalId-hash`, cut to the limit that the service puts on names; the hash keeps cut names apart. */
function physicalName(subject: Subject, limit = 64): string {
  const suffix = digest(`${subject.stack}/${subject.logicalId}`).slice(0, 12);
  return `${`${subject.stack}-${subject.logicalId}`.slice(0, limit - suffix.length - 1)}-${suffix}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function arn(subject: Subject, service: string, resource: string): string {
  return `arn:aws:${service}:${subject.surroundings.region}:${subject.surroundings.account}:${resource}`;
}

function named(subject: Subject, rule: { property: string; service: string; resource: string }): Identity {
  const name = subject.property(rule.property) ?? physicalName(subject);
  return { ref: name, attributes: { Arn: arn(subject, rule.service, `${rule.resource}${name}`) } };
}

function table(subject: Subject): Identity {
  return named(subject, { property: 'TableName', service: 'dynamodb', resource: 'table/' });
}

function queue(subject: Subject): Identity {
  const name = subject.property('QueueName') ?? physicalName(subject, 80);
  const { region, account } = subject.surroundings;
  const url = `https://sqs.${region}.amazonaws.com/${account}/${name}`;
  return { ref: url, attributes: { Arn: arn(subject, 'sqs', name), QueueName: name, QueueUrl: url } };
}

function bucket(subject: Subject): Identity {
  const name = subject.property('BucketName') ?? physicalName(subject, 63).toLowerCase();
  const domain = `${name}.s3.${subject.surroundings.region}.amazonaws.com`;
  const attributes = {
    Arn: `arn:aws:s3:::${name}`,
    DomainName: `${name}.s3.amazonaws.com`,
    RegionalDomainName: domain,
  };
  return { ref: name, attributes };
}

function key(subject: Subject): Identity {
  const hash = digest(`key ${subject.stack}/${subject.logicalId}`);
  const id = [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join(
    '-',
  );
  return { ref: id, attributes: { Arn: arn(subject, 'kms', `key/${id}`), KeyId: id } };
}

function lambdaFunction(subject: Subject): Identity {
  return named(subject, { property: 'FunctionName', service: 'lambda', resource: 'function:' });
}

function lambdaVersion(subject: Subject): Identity {
  const ref = arn(subject, 'lambda', `function:${functionNameOf(subject.property('FunctionName') ?? '')}:1`);
  return { ref, attributes: { Version: '1', FunctionArn: ref } };
}

function lambdaAlias(subject: Subject): Identity {
  const name = functionNameOf(subject.property('FunctionName') ?? '');
  const ref = arn(subject, 'lambda', `function:${name}:${subject.property('Name') ?? ''}`);
  return { ref, attributes: { AliasArn: ref } };
}

function role(subject: Subject): Identity {
  const name = subject.property('RoleName') ?? physicalName(subject);
  const path = subject.property('Path') ?? '/';
  const arnOfRole = `arn:aws:iam::${subject.surroundings.account}:role${path}${name}`;
  return { ref: name, attributes: { Arn: arnOfRole, RoleId: digest(arnOfRole).slice(0, 21).toUpperCase() } };
}

function managedPolicy(subject: Subject): Identity {
  const name = subject.property('ManagedPolicyName') ?? physicalName(subject);
  const ref = `arn:aws:iam::${subject.surroundings.account}:policy${subject.property('Path') ?? '/'}${name}`;
  return { ref, attributes: { PolicyArn: ref } };
}

function api(subject: Subject): Identity {
  const id = apiIdOf(subject.stack, subject.logicalId);
  return { ref: id, attributes: { ApiId: id, ApiEndpoint: subject.surroundings.apiEndpoint(id) } };
}

function domainName(subject: Subject): Identity {
  const name = subject.property('DomainName') ?? physicalName(subject);
  return { ref: name, attributes: { RegionalDomainName: `${name}.execute-api`, RegionalHostedZoneId: 'Z00000000000' } };
}

function topic(subject: Subject): Identity {
  const name = subject.property('TopicName') ?? physicalName(subject);
  const ref = arn(subject, 'sns', name);
  return { ref, attributes: { TopicArn: ref, TopicName: name } };
}

/**
 * The name of a function from its name, its ARN or the integration URI of an API; version and alias are cut off.
 * `arn:aws:apigateway:…:path/2015-03-31/functions/<function arn>/invocations` is the integration form.
 */
export function functionNameOf(reference: string): string {
  return (reference.match(/:function:([^:/]+)/)?.[1] ?? reference).split(':')[0] ?? reference;
}

/** A value that an identity may show, or a reason why it has none. */
export function attributeOf(identity: Identity, name: string): Json | undefined {
  return Object.hasOwn(identity.attributes, name) ? identity.attributes[name] : undefined;
}
