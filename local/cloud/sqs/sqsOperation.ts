import type { GateRequest, Operation } from '../gate/service.ts';
import { ServiceError } from '../gate/serviceError.ts';

/** An SQS request with its parsed body and the queue it names. */
export interface SqsOperation extends Operation {
  readonly input: Record<string, unknown>;
  /** Empty for ListQueues. */
  readonly queueName: string;
}

/** Account and region of the queues. */
export interface QueuePlace {
  readonly account: string;
  readonly region: string;
}

/** IAM knows no batch actions: a batch needs the grant of its single operation. */
const ACTIONS: Readonly<Record<string, string>> = {
  SendMessage: 'SendMessage',
  SendMessageBatch: 'SendMessage',
  ReceiveMessage: 'ReceiveMessage',
  DeleteMessage: 'DeleteMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibility: 'ChangeMessageVisibility',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
  CreateQueue: 'CreateQueue',
  DeleteQueue: 'DeleteQueue',
  GetQueueUrl: 'GetQueueUrl',
  GetQueueAttributes: 'GetQueueAttributes',
  SetQueueAttributes: 'SetQueueAttributes',
  ListQueues: 'ListQueues',
  PurgeQueue: 'PurgeQueue',
  TagQueue: 'TagQueue',
  UntagQueue: 'UntagQueue',
  ListQueueTags: 'ListQueueTags',
};
const NAME = /^[A-Za-z0-9_-]{1,80}$|^[A-Za-z0-9_-]{1,75}\.fifo$/;

/** Says which action on which queue a request needs; the queue is found by the account and name that end its URL. */
export function sqsOperation(request: GateRequest, place: QueuePlace): SqsOperation {
  const name = /^AmazonSQS\.([A-Za-z]+)$/.exec(request.headers['x-amz-target'] ?? '')?.[1] ?? '';
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!action) throw new ServiceError('InvalidAction', 400, `The action ${name || '(none)'} is not valid here.`);
  const input = parseBody(request.body);
  const queueName = name === 'ListQueues' ? '' : queueNameOf(input, place);
  const resource =
    name === 'ListQueues' ? `arn:aws:sqs:${place.region}:${place.account}:*` : queueArn(place, queueName);
  return { name, input, queueName, resource, grants: [{ action: `sqs:${action}`, resource }] };
}

/** ARN of a queue. */
export function queueArn({ account, region }: QueuePlace, queueName: string): string {
  return `arn:aws:sqs:${region}:${account}:${queueName}`;
}

/** URL of a queue as on AWS. */
export function queueUrl({ account, region }: QueuePlace, queueName: string): string {
  return `https://sqs.${region}.amazonaws.com/${account}/${queueName}`;
}

function queueNameOf(input: Record<string, unknown>, place: QueuePlace): string {
  if (input.QueueUrl === undefined) {
    const name = input.QueueName;
    if (typeof name === 'string' && NAME.test(name)) return name;
    throw new ServiceError(
      'InvalidParameterValue',
      400,
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
  }
  const [account, name = '', ...more] = pathOf(String(input.QueueUrl)).split('/').filter(Boolean);
  if (account !== place.account || more.length > 0 || !NAME.test(name)) {
    throw new ServiceError(
      'InvalidAddress',
      400,
      `The address ${String(input.QueueUrl)} is not valid for this endpoint.`,
    );
  }
  return name;
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

function parseBody(body: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8') || '{}');
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Falls through to the refusal below.
  }
  throw new ServiceError('SerializationException', 400, 'The request body is not a JSON object.');
}
