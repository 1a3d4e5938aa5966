import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Problem } from '../../core/contract/answers.ts';
import { fill } from '../../core/contract/fill.ts';
import { FAULT, problemType, requestUrn } from '../../core/contract/problem.ts';
import { REFUSALS, type Refusal } from '../../core/contract/refusals.ts';

export type Reply = APIGatewayProxyStructuredResultV2;

/** An answer in JSON. */
export const json = (statusCode: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
});

/** RFC 9457: what is wrong, which rule, who must act, in English and Vietnamese. */
export function problemOf(refusal: Refusal, correlationId: string): Problem {
  const { status, retryable, who, en, vi } = REFUSALS[refusal.code];
  return {
    ...refusal.more,
    type: problemType(refusal.code),
    title: en.title,
    status,
    detail: fill(en.detail, refusal.parameters),
    instance: requestUrn(correlationId),
    code: refusal.code,
    retryable,
    whoMustAct: who,
    vi: { title: vi.title, detail: fill(vi.detail, refusal.parameters) },
  };
}

/** Seconds after which a request may be sent again where nobody knows better. */
export const RETRY_SECONDS = '1';

/** `Retry-After` of a refusal that can end: seconds (RFC 9110 section 10.2.3). */
export const retryAfterOf = ({ code, parameters }: Refusal): Record<string, string> =>
  REFUSALS[code].retryable ? { 'retry-after': String(parameters.retryAfter ?? RETRY_SECONDS) } : {};

export function refused(refusal: Refusal, correlationId: string): Reply {
  const problem = problemOf(refusal, correlationId);
  return json(problem.status, problem, {
    'content-type': 'application/problem+json',
    ...(problem.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...retryAfterOf(refusal),
  });
}

/** An unexpected failure: opaque, retryable, findable by its correlation id. */
export function faulted(correlationId: string): Reply {
  return json(
    500,
    { type: problemType(FAULT.code), status: 500, ...FAULT, instance: requestUrn(correlationId) },
    { 'content-type': 'application/problem+json', 'retry-after': RETRY_SECONDS },
  );
}
