import { ANSWERS, PROBLEM } from '../../../core/contract/answers.ts';
import { REFUSALS, type RefusalCode } from '../../../core/contract/refusals.ts';
import type { RouteName } from '../../../core/contract/routes.ts';
import { ERROR_CODES } from '../../../lambdas/edge/compat/errorCodes.ts';
import { type Exchange, isFace, isRoute } from './send.ts';

/** What only the inside of a program would say. */
const INSIDE =
  /\bat [^"]{1,200}\.[cm]?[jt]s:\d+|node:internal|node_modules|\b(?:Type|Range|Syntax)Error\b|ValidationException/;

/** What is wrong with an answer: a kind, a colon, what was seen. */
export function judgeAnswer(route: string, { reply, correlationId, lines }: Exchange): string | undefined {
  const body = reply.body.toString('utf8');
  const seen = `${route} ${reply.status} ${body.slice(0, 600)}`;
  const errors = lines.filter((line) => line.includes('"level":"ERROR"'));
  if (reply.status >= 500) return `fault: ${seen} ${errors.join(' ')}`;
  if (INSIDE.test(body)) return `inside: ${seen}`;
  if (reply.headers['x-correlation-id'] !== correlationId) return `correlation: ${seen}`;
  if (isFace(route)) return judgeFace(seen, reply);
  if (isRoute(route)) return judgeOwn(route, seen, reply);
  return `route: ${route}`;
}

function judgeOwn(route: RouteName, seen: string, { status, headers, body }: Exchange['reply']): string | undefined {
  if (status < 300) {
    const parsed = ANSWERS[route].safeParse(parseJson(body));
    return parsed.success ? undefined : `shape: ${seen}`;
  }
  if (status < 400) return typeof headers.location === 'string' ? undefined : `shape: ${seen}`;
  const problem = PROBLEM.safeParse(parseJson(body));
  if (!problem.success || headers['content-type'] !== 'application/problem+json') return `shape: ${seen}`;
  const { code } = problem.data;
  if (!Object.hasOwn(REFUSALS, code)) return `catalogue: ${seen}`;
  return REFUSALS[code as RefusalCode].status === status && problem.data.status === status
    ? undefined
    : `status: ${seen}`;
}

/** What a client of the old interface reads: three texts in ASCII, or no body at all. */
function judgeFace(seen: string, { status, headers, body }: Exchange['reply']): string | undefined {
  if (body.length === 0) return status >= 400 || typeof headers.location === 'string' ? undefined : `shape: ${seen}`;
  if (headers['content-encoding'] === 'gzip') return undefined;
  if (body.some((octet) => octet > 0x7e || octet < 0x20)) return `ascii: ${seen}`;
  const answer = parseJson(body);
  if (typeof answer !== 'object' || answer === null) return `shape: ${seen}`;
  const { status: word, ErrorCode, ErrorDesc } = answer as Readonly<Record<string, unknown>>;
  const isKnown = typeof ErrorCode === 'string' && Object.hasOwn(ERROR_CODES, ErrorCode);
  if (!isKnown || typeof ErrorDesc !== 'string') return `shape: ${seen}`;
  return (word === 'OK') === status < 300 && (ErrorCode === '0') === (word === 'OK') ? undefined : `status: ${seen}`;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
