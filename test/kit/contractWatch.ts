import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { ANSWERS, PROBLEM } from '../../core/contract/answers.ts';
import { REFUSALS, type RefusalCode } from '../../core/contract/refusals.ts';
import { ROUTE_NAMES, type RouteName, routeKey } from '../../core/contract/routes.ts';
import type { GatewayAnswer, GatewayReply } from '../../local/runtime/httpReply.ts';
import { isGatewaysOwn } from '../../local/runtime/httpReply.ts';
import { openApi } from '../../scripts/contract/openApi.ts';
import { refusalsOf } from '../../scripts/contract/responses.ts';

interface Described {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, unknown>>;
}
type Responses = Readonly<Record<string, Described>>;

const document = openApi('0', {}) as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { operationId: RouteName; responses: Responses }>>>>;
};
const responsesByRoute = new Map(
  Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId, responses }) => [operationId, responses] as const),
  ),
);
const routeByKey = new Map(ROUTE_NAMES.map((name) => [routeKey(name), name]));
const GATEWAY_MESSAGE = z.strictObject({ message: z.string() });
/** Headers of every refusal of a path that no operation has. */
const NO_ROUTE: Responses = {
  404: {
    description: '`route-not-found`',
    headers: { 'X-Correlation-Id': {}, 'Cache-Control': {} },
    content: { 'application/problem+json': {} },
  },
};

/**
 * Where an answer is not what the OpenAPI description says of its operation: status, headers, content type, body. The compatibility
 * faces are not in it; their octets have a suite of their own.
 *
 * @returns one sentence for each breach.
 */
export function breachesOf({ method, routeKey: key, reply }: GatewayAnswer): readonly string[] {
  if (key === undefined || /^\S+ \/(?:vxp|lgsp)/.test(key)) return [];
  if (isGatewaysOwn(reply)) return GATEWAY_MESSAGE.safeParse(jsonOf(reply)).success ? [] : [`${key}: not a message`];
  const name = routeByKey.get(key);
  if (name === undefined && key !== '$default') return [`${key} is not in the contract`];
  const responses = name === undefined ? NO_ROUTE : responsesByRoute.get(name);
  const described = responses?.[reply.status];
  const where = `${name ?? method} ${reply.status}`;
  if (described === undefined) return [`${where}: the status is not declared; ${reply.body.toString('utf8', 0, 200)}`];
  return [...headerBreaches(described, reply), ...bodyBreaches(name, described, reply)].map(
    (breach) => `${where}: ${breach}`,
  );
}

const NEEDED = ['x-correlation-id', 'cache-control'];

function headerBreaches({ headers = {} }: Described, reply: GatewayReply): readonly string[] {
  const declared = Object.keys(headers).map((header) => header.toLowerCase());
  const sent = Object.keys(reply.headers).filter((header) => header !== 'content-type');
  return [
    ...sent.filter((header) => !declared.includes(header)).map((header) => `the header ${header} is not declared`),
    ...[...NEEDED, ...(declared.includes('location') && reply.status !== 202 ? ['location'] : [])]
      .filter((header) => !sent.includes(header))
      .map((header) => `the header ${header} is missing`),
  ];
}

function bodyBreaches(name: RouteName | undefined, { content }: Described, reply: GatewayReply): readonly string[] {
  if (content === undefined) return reply.body.length === 0 ? [] : ['a body that is not declared'];
  const type = String(reply.headers['content-type']);
  const isProblem = reply.status >= 400;
  const expected = isProblem ? 'application/problem+json' : 'application/json';
  if (type !== expected || !(type in content)) return [`the content type ${type} is not declared`];
  const json = jsonOf(reply);
  if (isProblem) return [...shapeBreaches(PROBLEM, json), ...problemBreaches(name, reply.status, json)];
  return name === undefined ? [] : shapeBreaches(ANSWERS[name], json);
}

/** What a schema refuses, or does not know: the schemas drop what they do not name. */
function shapeBreaches(schema: z.ZodMiniType, json: unknown): readonly string[] {
  const parsed = z.safeParse(schema, json);
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message, code }) => `${path.join('.')}: ${message || code}`);
  }
  return isDeepStrictEqual(parsed.data, json)
    ? []
    : [`undeclared members: ${undeclared(parsed.data, json).join(', ')}`];
}

function undeclared(known: unknown, sent: unknown, at = ''): readonly string[] {
  if (typeof sent !== 'object' || sent === null || typeof known !== 'object' || known === null) return [];
  return Object.entries(sent).flatMap(([name, value]) =>
    name in known ? undeclared((known as Record<string, unknown>)[name], value, `${at}${name}.`) : [`${at}${name}`],
  );
}

function problemBreaches(name: RouteName | undefined, status: number, json: unknown): readonly string[] {
  const { code = '', status: told } = json as { code?: string; status?: number };
  const declared: readonly string[] = name === undefined ? ['route-not-found'] : refusalsOf(name);
  const fits = code === 'fault' ? status === 500 : REFUSALS[code as RefusalCode]?.status === status;
  return [
    ...(code === 'fault' || declared.includes(code) ? [] : [`the refusal ${code} is not declared`]),
    ...(fits && told === status ? [] : [`${code} does not go with the status ${status}`]),
  ];
}

function jsonOf({ body }: GatewayReply): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
