import { type Json, optionalObject, textAt, textsAt } from '../assembly/json.ts';
import type { Resource } from '../assembly/resolveAssembly.ts';
import { Unsupported } from '../assembly/unsupported.ts';
import type { Cloud } from '../contract/cloud.ts';
import { effectOf, ofType, statementList } from './roles.ts';

/** Creates what the template declares in the embedded services; what exists from an earlier start is kept with its data. */
export async function provision(resources: readonly Resource[], cloud: Pick<Cloud, 'admin'>): Promise<void> {
  const { admin } = cloud;
  for (const policy of ofType(resources, 'AWS::SQS::QueuePolicy')) inspectResourcePolicy(policy, 'PolicyDocument');
  const tables = ofType(resources, 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable');
  await Promise.all(tables.map((table) => admin.createTable({ ...table.properties, TableName: table.ref })));
  for (const queue of deadLettersFirst(ofType(resources, 'AWS::SQS::Queue'))) {
    await admin.createQueue({ ...queue.properties, QueueName: queue.attributes.QueueName });
  }
  for (const bucket of ofType(resources, 'AWS::S3::Bucket')) {
    await admin.createBucket({ ...bucket.properties, BucketName: bucket.ref });
  }
  for (const policy of ofType(resources, 'AWS::S3::BucketPolicy')) {
    const where = whereOf(policy);
    await admin.setBucketPolicy(
      textAt(policy.properties.Bucket, where),
      optionalObject(policy.properties.PolicyDocument, where),
    );
  }
  for (const key of ofType(resources, 'AWS::KMS::Key')) {
    inspectKeyPolicy(key);
    const { KeyPolicy: _inspected, ...properties } = key.properties;
    await admin.createKey(key.ref, properties);
  }
  for (const alias of ofType(resources, 'AWS::KMS::Alias')) {
    await admin.createAlias(alias.ref, textAt(alias.properties.TargetKeyId, whereOf(alias)));
  }
}

/** `stack/logicalId`, for messages. */
export function whereOf(resource: Resource): string {
  return `${resource.stack}/${resource.logicalId}`;
}

function deadLettersFirst(queues: readonly Resource[]): readonly Resource[] {
  const byArn = new Map(queues.map((queue) => [queue.attributes.Arn, queue]));
  const ordered = new Set<Resource>();
  const visit = (queue: Resource, path: readonly Resource[]): void => {
    if (ordered.has(queue) || path.includes(queue)) return;
    const redrive = optionalObject(queue.properties.RedrivePolicy, whereOf(queue));
    const target = byArn.get(redrive.deadLetterTargetArn);
    if (target !== undefined) visit(target, [...path, queue]);
    ordered.add(queue);
  };
  for (const queue of queues) visit(queue, []);
  return [...ordered];
}

/**
 * Queue policies are not evaluated. What they allow must then be allowed by identity policies too (stricter than AWS, within one account);
 * what they deny would be missed, so a denial is refused, but for the one on unencrypted transport.
 */
function inspectResourcePolicy(resource: Resource, property: string): void {
  const where = whereOf(resource);
  for (const statement of statementList(resource.properties[property], where)) {
    if (effectOf(statement, where) === 'Deny' && !deniesPlainTransport(statement.Condition)) {
      throw new Unsupported(`a denial in ${property}`, where);
    }
  }
}

function deniesPlainTransport(condition: Json | undefined): boolean {
  return JSON.stringify(condition) === '{"Bool":{"aws:SecureTransport":"false"}}';
}

/** A key policy must hand the decision to IAM, as CDK's default does: only identity policies are evaluated here. */
function inspectKeyPolicy(key: Resource): void {
  inspectResourcePolicy(key, 'KeyPolicy');
  const where = whereOf(key);
  const delegates = statementList(key.properties.KeyPolicy, where).some((statement) => {
    const principals = textsAt(optionalObject(statement.Principal, where).AWS, where);
    return textsAt(statement.Action, where).includes('kms:*') && principals.some((arn) => arn.endsWith(':root'));
  });
  if (!delegates) throw new Unsupported('a key policy that does not delegate to IAM', where);
}
