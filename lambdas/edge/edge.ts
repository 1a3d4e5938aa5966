import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithIAMAuthorizer, Context } from 'aws-lambda';
import type { FunctionName } from '../../core/contract/environment.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { SystemRecord } from '../../core/contract/records.ts';
import { accept, type Outcome, type Refusal, refuse } from '../../core/contract/refusals.ts';
import { ROUTE_NAMES, ROUTES, type RouteName, type RoutesOf, routeKey } from '../../core/contract/routes.ts';
import type { Authenticator } from './authenticate.ts';
import { type EdgeRequest, parseBody } from './edgeRequest.ts';
import { noteRefusal, type RefusalTraces } from './noteRefusal.ts';
import { faulted, type Reply, refused } from './reply.ts';
import { surround } from './surround.ts';

export type Handle<R extends RouteName> = (request: EdgeRequest<R>) => Promise<Outcome<Reply>>;
/** A handler for every route of a function: a route without one does not compile. */
export type Handles<F extends FunctionName> = { readonly [R in RoutesOf<F>]: Handle<R> };

export interface EdgePorts extends RefusalTraces {
  readonly authenticator: Authenticator;
}

/** What the middlewares learn about a request on its way in. */
interface Passage {
  route?: RouteName;
  caller?: SystemRecord;
  operator?: string;
  body?: unknown;
}

/**
 * The edge of every function that routes call, written once: route, caller, body, handler, and around them refusals as
 * problem details, faults as opaque answers, a line in the log and counts.
 */
export function edge<F extends FunctionName>(handles: Handles<F>, ports: EdgePorts) {
  const passages = new WeakMap<APIGatewayProxyEventV2, Passage>();
  const passageOf = (event: APIGatewayProxyEventV2): Passage => {
    const known = passages.get(event) ?? {};
    passages.set(event, known);
    return known;
  };
  /** A middleware that lets pass or ends the request with a refusal. */
  const gate = (check: (event: APIGatewayProxyEventV2, passage: Passage) => Promise<Outcome<unknown>>) => ({
    before: async ({ event }: { event: APIGatewayProxyEventV2 }): Promise<Reply | undefined> => {
      const passage = passageOf(event);
      const outcome = await check(event, passage);
      return outcome.ok ? undefined : endRefused(event, passage, outcome.refusal);
    },
  });
  const endRefused = async (event: APIGatewayProxyEventV2, passage: Passage, refusal: Refusal): Promise<Reply> => {
    const correlationId = event.requestContext.requestId;
    const { caller, route } = passage;
    const changes = route !== undefined && ROUTES[route].method !== 'GET';
    await noteRefusal({ refusal, correlationId, route, caller, changes }, ports);
    return refused(refusal, correlationId);
  };
  const handled = middy<APIGatewayProxyEventV2, Reply>()
    .use(gate(async (event, passage) => findRoute(event, passage, handles)))
    .use(gate(async (event, passage) => identify(event, passage, ports)))
    .use(gate(async (event, passage) => readBody(event, passage)))
    .handler(async (event) => {
      const passage = passageOf(event);
      const outcome = await call(handles, event, passage);
      return outcome.ok ? outcome.value : endRefused(event, passage, outcome.refusal);
    });
  return (event: APIGatewayProxyEventV2, context: Context): Promise<Reply> =>
    surround({
      event,
      observer: ports.observer,
      route: () => passageOf(event).route,
      run: () => handled(event, context),
      faulted,
    });
}

function findRoute(event: APIGatewayProxyEventV2, passage: Passage, handles: object): Outcome<unknown> {
  const route = ROUTE_NAMES.find((name) => routeKey(name) === event.routeKey && name in handles);
  if (!route) return refuse('route-not-found', { method: event.requestContext.http.method, path: event.rawPath });
  passage.route = route;
  return accept(route);
}

async function identify(event: APIGatewayProxyEventV2, passage: Passage, ports: EdgePorts): Promise<Outcome<unknown>> {
  const caller = passage.route && ROUTES[passage.route].caller;
  if (caller === 'system') {
    const system = await ports.authenticator.authenticate(event.headers.authorization);
    if (system.ok) passage.caller = system.value;
    return system;
  }
  if (caller === 'operator') {
    const operator = operatorOf(event);
    if (operator === undefined) return refuse('authentication-required');
    passage.operator = operator;
  }
  return accept(null);
}

/** The gateway has verified the SigV4 signature and the role's right to this route; it says here who it was. */
function operatorOf(event: APIGatewayProxyEventV2): string | undefined {
  const { authorizer } = (event as APIGatewayProxyEventV2WithIAMAuthorizer).requestContext;
  const arn = authorizer?.iam?.userArn;
  return arn
    ?.split(':')
    .at(-1)
    ?.replace(/^(?:assumed-role|role|user)\//, '')
    .slice(0, LIMITS.reasonChars);
}

function readBody(event: APIGatewayProxyEventV2, passage: Passage): Outcome<unknown> {
  if (!passage.route) return accept(null);
  const body = parseBody(passage.route, event);
  if (body.ok) passage.body = body.value;
  return body;
}

function call<F extends FunctionName>(
  handles: Handles<F>,
  event: APIGatewayProxyEventV2,
  passage: Passage,
): Promise<Outcome<Reply>> {
  // The gates have filled the passage as the route declares; the map from route to handler is total by its type.
  const handle = (handles as Partial<Record<RouteName, (request: unknown) => Promise<Outcome<Reply>>>>)[
    passage.route as RouteName
  ];
  if (!handle) throw new Error(`no handler for ${event.routeKey}`);
  return handle({
    ...passage,
    event,
    correlationId: event.requestContext.requestId,
    path: definedOf(event.pathParameters),
    query: definedOf(event.queryStringParameters),
  });
}

const definedOf = (
  values: Readonly<Record<string, string | undefined>> | undefined,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values ?? {}).filter((pair): pair is [string, string] => pair[1] !== undefined));
