import { FUNCTIONS } from '../../core/contract/environment.ts';
import { matchesPattern } from '../../local/cloud/iam/wildcard.ts';
import type { Statement } from '../../local/contract/statement.ts';
import type { RecordedCall } from '../../local/runtime/callBook.ts';

/** One action on one resource that a role may carry out. */
export interface Grant {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

export const grantsOf = (role: string, statements: readonly Statement[]): readonly Grant[] =>
  statements.flatMap(({ Action, Resource }) =>
    Action.flatMap((action) => Resource.map((resource) => ({ role, action, resource }))),
  );

/** Operations whose IAM action has another name. */
const ACTIONS: Readonly<Record<string, string>> = {
  'sqs:SendMessageBatch': 'sqs:SendMessage',
  'sqs:DeleteMessageBatch': 'sqs:DeleteMessage',
  's3:HeadObject': 's3:GetObject',
  's3:CreateMultipartUpload': 's3:PutObject',
  's3:UploadPart': 's3:PutObject',
  's3:CompleteMultipartUpload': 's3:PutObject',
  's3:CopyObject': 's3:PutObject',
  's3:ListParts': 's3:ListMultipartUploadParts',
  's3:ListObjectVersions': 's3:ListBucketVersions',
};

function actionOf({ service, operation, resource }: RecordedCall): string {
  const name = `${service}:${operation}`;
  // The sweeper names the version that it saw; uploads have no versions.
  if (name === 's3:DeleteObject' && resource.includes('/dispatches/')) return 's3:DeleteObjectVersion';
  return ACTIONS[name] ?? name;
}

/** Whether a call needed this grant. The pollers of Lambda itself act in the name of the role they poll for. */
export const uses = (call: RecordedCall, { role, action, resource }: Grant): boolean =>
  (call.principal === role || call.principal === `${role}/lambda-poller`) &&
  actionOf(call) === action &&
  matchesPattern(resource, call.resource);

/** A copy reads its source, here always an upload, and the record of the call names only what is written. */
export const withSources = (calls: readonly RecordedCall[], uploadsBucket: string): readonly RecordedCall[] =>
  calls.flatMap((call) => {
    if (call.operation === 'CopyObject')
      return [call, { ...call, operation: 'GetObject', resource: `arn:aws:s3:::${uploadsBucket}/uploads/copied` }];
    return call.operation === 'StartQuery' ? groupsOf(call) : [call];
  });

/** A question to the logs names the group of every function; its record names the first of them alone. */
const groupsOf = (call: RecordedCall): readonly RecordedCall[] =>
  FUNCTIONS.map((name) => ({ ...call, resource: call.resource.replace(/[^/]+:\*$/, `${name}:*`) }));

/** Grants that no call used. */
export const unused = (grants: readonly Grant[], calls: readonly RecordedCall[]): readonly Grant[] =>
  grants.filter((grant) => !calls.some((call) => uses(call, grant)));
