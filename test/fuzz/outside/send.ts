import { randomUUID } from 'node:crypto';
import { FACE_ROUTES, type FaceRouteName, faceRouteKey } from '../../../core/contract/faceRoutes.ts';
import { ROUTES, type RouteName, routeKey } from '../../../core/contract/routes.ts';
import { httpEvent } from '../../../local/runtime/httpEvent.ts';
import { type GatewayReply, replyOf } from '../../../local/runtime/httpReply.ts';
import { type Input, latin1, octets } from '../input.ts';
import type { Place } from './place.ts';

/** Bytes of request line and headers that the gateway takes; of more it answers itself. */
const HEAD_BYTES = 10_240;
/** An id that the gateway could not tell from any other. */
const ACCOUNT = '000000000000';

export const isFace = (route: string): route is FaceRouteName => Object.hasOwn(FACE_ROUTES, route);
export const isRoute = (route: string): route is RouteName => Object.hasOwn(ROUTES, route);

/** What came back, and what was written to the log meanwhile. */
export interface Exchange {
  readonly reply: GatewayReply;
  readonly correlationId: string;
  readonly lines: readonly string[];
}

/** What stands in an input for what only the axis knows. */
export const filled = (text: string, known: Place['known']): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (all, name: string) => (Object.hasOwn(known, name) ? (known[name] ?? all) : all));

/**
 * Calls the function behind a route as the gateway would: the event in payload format 2.0, the bundle in its worker, with its
 * role, its tables and its limits. Undefined for what the gateway would not let through.
 *
 * @throws FunctionError when the handler throws, takes too long or breaks.
 */
export async function send(input: Input, place: Place): Promise<Exchange | undefined> {
  const route = input.route ?? '';
  const { method, path: template, function: serving } = routeOf(route);
  const parts = partsOf(input, place.known);
  const path = template.replaceAll(/\{(\w+)\+?\}/g, (_, name: string) => parts.path[name] ?? '');
  const query = new URLSearchParams(parts.query).toString();
  const head = [path, query, ...Object.entries(parts.headers).flat()].join(' ');
  if (Buffer.byteLength(head) > HEAD_BYTES) return undefined;
  const { town } = place;
  const correlationId = randomUUID();
  const event = httpEvent(
    {
      method: method === 'ANY' ? 'POST' : method,
      path,
      query,
      headers: { host: 'axis.example', ...parts.headers },
      cookies: [],
      body: parts.body,
      sourceIp: '127.0.0.1',
      protocol: 'HTTP/1.1',
    },
    {
      account: ACCOUNT,
      apiId: 'api',
      routeKey: keyOf(route),
      parameters: parts.path,
      requestId: correlationId,
      traceId: 'Root=1-00000000-000000000000000000000000',
      at: town.axis.clock.now(),
      ...(isRoute(route) && ROUTES[route].caller === 'operator' ? { caller: anOperator } : {}),
    },
  );
  const name = `docaxis-evaluation-${serving}`;
  const last = town.axis.logs({ function: name }).at(-1);
  const reply = replyOf(await town.axis.invoke(name, event));
  const lines = town.axis.logs({ function: name });
  const written = last ? lines.slice(lines.lastIndexOf(last) + 1) : lines;
  return { reply, correlationId, lines: written.map(({ line }) => line) };
}

const anOperator = {
  principal: { name: 'an-operator', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/docaxis-operator/an`, statements: [] },
  accessKeyId: 'AKIAEXAMPLE',
} as const;

function routeOf(route: string) {
  if (isFace(route)) return FACE_ROUTES[route];
  if (isRoute(route)) return ROUTES[route];
  throw new RangeError(`no route ${route}`);
}

const keyOf = (route: string): string => (isFace(route) ? faceRouteKey(route) : isRoute(route) ? routeKey(route) : '');

/** The parts of a request, as far as they could arrive: paths and queries are Unicode, headers hold no line end. */
function partsOf(input: Input, known: Place['known']) {
  const parts = { path: {}, query: {}, headers: {} } as Record<'path' | 'query' | 'headers', Record<string, string>>;
  for (const [name, given] of Object.entries(input)) {
    const [kind = '', ...rest] = name.split('.');
    const text = filled(given, known);
    if (kind === 'path') define(parts.path, rest.join('.'), text.toWellFormed());
    if (kind === 'query') define(parts.query, rest.join('.'), text.toWellFormed());
    if (kind === 'header') define(parts.headers, rest.join('.').toLowerCase(), asHeader(text));
  }
  return { ...parts, body: octets(filled(input.body ?? '', known)) };
}

function define(object: Record<string, string>, name: string, value: string): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** The octets of a text as a header brings them. */
const asHeader = (text: string): string =>
  latin1(Buffer.from(text))
    .replaceAll(/[\0\r\n]/g, '')
    .trim();
