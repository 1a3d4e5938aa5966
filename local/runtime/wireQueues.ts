import {
  flagAt,
  type JsonObject,
  numberAt,
  optionalNumber,
  optionalObject,
  textAt,
  textsAt,
} from '../assembly/json.ts';
import type { Resource } from '../assembly/resolveAssembly.ts';
import { Unsupported } from '../assembly/unsupported.ts';
import { whereOf } from './provision.ts';
import type { QueueMapping } from './queuePoller.ts';
import { ofType } from './roles.ts';
import { functionAt, type Wiring } from './wireApis.ts';

/** Reads the event source mappings that are on. @throws Unsupported for sources other than standard queues of the assembly. */
export function wireQueues(wiring: Wiring): readonly QueueMapping[] {
  const queues = new Map(ofType(wiring.resources, 'AWS::SQS::Queue').map((queue) => [queue.attributes.Arn, queue]));
  return ofType(wiring.resources, 'AWS::Lambda::EventSourceMapping')
    .filter((mapping) => flagAt(mapping.properties.Enabled, true, whereOf(mapping)))
    .map((mapping) => {
      const arn = textAt(mapping.properties.EventSourceArn, whereOf(mapping));
      const queue = queues.get(arn);
      if (queue === undefined) throw new Unsupported(`the event source ${arn}`, whereOf(mapping));
      return queueMapping(mapping, { queue, wiring });
    });
}

function queueMapping(mapping: Resource, { queue, wiring }: { queue: Resource; wiring: Wiring }): QueueMapping {
  const where = whereOf(mapping);
  const { properties } = mapping;
  const invoked = functionAt(textAt(properties.FunctionName, where), { wiring, where });
  const visibility = optionalNumber(queue.properties.VisibilityTimeout, whereOf(queue)) ?? 30;
  if (visibility < invoked.definition.timeoutSeconds) {
    throw new Error(
      `${where}: the queue's visibility timeout (${visibility} s) is less than the function's timeout; Lambda refuses that`,
    );
  }
  const batchSize = optionalNumber(properties.BatchSize, where) ?? 10;
  const windowSeconds = optionalNumber(properties.MaximumBatchingWindowInSeconds, where) ?? 0;
  if (batchSize < 1 || batchSize > 10_000 || (batchSize > 10 && windowSeconds < 1)) {
    throw new Error(`${where}: a batch size of ${batchSize} needs a batching window of at least one second`);
  }
  return {
    queueUrl: queue.ref,
    queueArn: textAt(queue.attributes.Arn, where),
    function: invoked,
    batchSize,
    windowMs: windowSeconds * 1000,
    concurrency: Math.min(invoked.definition.concurrency, maximumConcurrency(properties, where)),
    partial: reportsFailures(properties, where),
  };
}

function maximumConcurrency(properties: JsonObject, where: string): number {
  const { MaximumConcurrency: maximum } = optionalObject(properties.ScalingConfig, where);
  if (maximum === undefined) return Number.POSITIVE_INFINITY;
  const value = numberAt(maximum, where);
  if (value < 2) throw new Error(`${where}: MaximumConcurrency must be at least 2`);
  return value;
}

function reportsFailures(properties: JsonObject, where: string): boolean {
  const types = textsAt(properties.FunctionResponseTypes, where);
  const unknown = types.find((type) => type !== 'ReportBatchItemFailures');
  if (unknown !== undefined) throw new Unsupported(`the response type ${unknown}`, where);
  return types.length > 0;
}
