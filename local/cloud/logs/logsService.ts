import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { LogSource } from '../../contract/cloud.ts';
import { jsonRefusal } from '../gate/jsonRefusal.ts';
import type { Answer, GatedService, GateRequest, Operation } from '../gate/service.ts';
import { ServiceError } from '../gate/serviceError.ts';
import { parseQuery } from './parseQuery.ts';
import { type ResultRow, runQuery } from './runQuery.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.1';
const BODY_LIMIT = 64 * 1_024;
/** Answers that are kept until they are asked for. */
const KEPT_RESULTS = 200;

const startQuery = z.strictObject({
  logGroupNames: z.array(z.string().min(1).max(512)).min(1).max(50),
  /** Seconds since the epoch. */
  startTime: z.number().int().min(0),
  endTime: z.number().int().min(0),
  queryString: z.string().min(1).max(10_000),
});
const getQueryResults = z.strictObject({ queryId: z.string().min(1).max(256) });

interface LogsOperation extends Operation {
  readonly run: () => object;
}

/** CloudWatch Logs behind the gate, as far as the axis asks it: StartQuery and GetQueryResults over the functions' own lines. */
export function createLogsService(
  source: LogSource | undefined,
  place: { readonly account: string; readonly region: string },
): GatedService<LogsOperation> {
  const results = new Map<string, readonly ResultRow[]>();
  const arnOf = (group: string) => `arn:aws:logs:${place.region}:${place.account}:log-group:${group}:*`;

  function start(body: unknown): LogsOperation {
    const { logGroupNames, startTime, endTime, queryString } = checked(startQuery, body);
    const resources = logGroupNames.map(arnOf);
    return {
      name: 'StartQuery',
      resource: resources[0] ?? '*',
      grants: resources.map((resource) => ({ action: 'logs:StartQuery', resource })),
      run() {
        const missing = logGroupNames.find((group) => !source?.has(group));
        if (missing !== undefined)
          throw new ServiceError('ResourceNotFoundException', 400, `Log group '${missing}' does not exist`);
        const commands = parseQuery(queryString);
        const lines = logGroupNames.flatMap(
          (group) => source?.lines(group, startTime * 1000, endTime * 1000 + 999) ?? [],
        );
        const queryId = randomUUID();
        results.set(
          queryId,
          runQuery(
            commands,
            lines.toSorted((a, b) => b.at - a.at),
          ),
        );
        for (const old of [...results.keys()].slice(0, -KEPT_RESULTS)) results.delete(old);
        return { queryId };
      },
    };
  }

  function answer(body: unknown): LogsOperation {
    const { queryId } = checked(getQueryResults, body);
    return {
      name: 'GetQueryResults',
      resource: '*',
      grants: [{ action: 'logs:GetQueryResults', resource: '*' }],
      run() {
        const found = results.get(queryId);
        if (!found) throw new ServiceError('ResourceNotFoundException', 400, `Query '${queryId}' does not exist`);
        return { status: 'Complete', results: found };
      },
    };
  }

  return {
    name: 'logs',
    bodyLimit: BODY_LIMIT,
    identify(request: GateRequest) {
      const name = /^Logs_20140328\.([A-Za-z]+)$/.exec(request.headers['x-amz-target'] ?? '')?.[1] ?? '';
      if (name === 'StartQuery') return start(parseBody(request.body));
      if (name === 'GetQueryResults') return answer(parseBody(request.body));
      throw new ServiceError('UnknownOperationException', 501, `${name || 'The operation'} is not supported`);
    },
    async perform({ operation }): Promise<Answer> {
      return { status: 200, headers: { 'content-type': CONTENT_TYPE }, body: JSON.stringify(operation.run()) };
    },
    refusal: (error) => jsonRefusal(error, 'com.amazonaws.logs', CONTENT_TYPE),
  };
}

function checked<S extends z.ZodType>(schema: S, body: unknown): z.infer<S> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new ServiceError('InvalidParameterException', 400, z.prettifyError(parsed.error));
  return parsed.data;
}

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8') || '{}');
  } catch {
    throw new ServiceError('SerializationException', 400, 'The request body is not JSON.');
  }
}
