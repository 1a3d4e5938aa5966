import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithIAMAuthorizer, Context } from 'aws-lambda';
import type { Amounts } from '../../core/contract/budget.ts';
import { deprecationHeaders } from '../../core/contract/deprecation.ts';
import type { FunctionName } from '../../core/contract/environment.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { PauseSign } from '../../core/contract/pause.ts';
import type { SystemRecord } from '../../core/contract/records.ts';
import { accept, type Outcome, type Refusal, refuse } from '../../core/contract/refusals.ts';
import type { RequestOf } from '../../core/contract/requests.ts';
import {
  ROUTE_NAMES,
  ROUTES,
  type Route,
  type RouteName,
  type RoutesOf,
  routeKey,
} from '../../core/contract/routes.ts';
import type { Authenticator } from './authenticate.ts';
import { type EdgeRequest, parseBody } from './edgeRequest.ts';
import { noteRefusal, type RefusalTraces } from './noteRefusal.ts';
import { costOf, type RateLimiter } from './rateLimiter.ts';
import { faulted, type Reply, refused } from './reply.ts';
import { surround } from './surround.ts';
import { notPaused } from './whilePaused.ts';

export type Handle<R extends RouteName> = (request: EdgeRequest<R>) => Promise<Outcome<Reply>>;
/** A handler for every route of a function: a route without one does not compile. */
export type Handles<F extends FunctionName> = { readonly [R in RoutesOf<F>]: Handle<R> };

export interface EdgePorts extends RefusalTraces {
  /** Undefined where only operators call. */
  readonly authenticator: Authenticator | undefined;
  /** Undefined where only operators call. */
  readonly limiter: RateLimiter | undefined;
  /** Where a pause is said; only functions that take something new look there. */
  readonly pause?: PauseSign;
}

/** What the middlewares learn about a request on its way in. */
interface Passage {
  route?: RouteName;
  caller?: SystemRecord;
  operator?: string;
  body?: unknown;
  /** What the answer says of the caller's budget. */
  headers?: Readonly<Record<string, string>>;
  /** Refused for the same reason again and again: it leaves no further trace. */
  again?: boolean;
}

/**
 * The edge of every function that routes call, written once: route, caller, budget, body, handler, and around them refusals as
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
    const { caller, route, again = false } = passage;
    const changes = route !== undefined && ROUTES[route].method !== 'GET';
    await noteRefusal({ refusal, correlationId, route, caller, changes, again }, ports);
    return refused(refusal, correlationId);
  };
  const handled = middy<APIGatewayProxyEventV2, Reply>()
    .use(gate(async (event, passage) => findRoute(event, passage, handles)))
    .use(gate(async (event, passage) => identify(event, passage, ports)))
    .use(gate(async (event, passage) => pay(costOf(event, passage.route === 'submit'), passage, ports)))
    .use(gate(async (_, passage) => heedPause(passage, ports)))
    .use(gate(async (event, passage) => readBody(event, passage)))
    .use(gate(async (_, passage) => pay(declaredBy(passage), passage, ports)))
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
      run: async () => {
        const reply = await handled(event, context);
        const { route, headers } = passageOf(event);
        const known: Route | undefined = route && ROUTES[route];
        return { ...reply, headers: { ...reply.headers, ...headers, ...deprecationHeaders(known?.deprecation) } };
      },
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
    const system = await authenticated(event, ports);
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

async function authenticated(event: APIGatewayProxyEventV2, ports: EdgePorts): Promise<Outcome<SystemRecord>> {
  return ports.authenticator?.authenticate(event.headers.authorization) ?? refuse('authentication-required');
}

/** A system pays for what it asks, before anything is done for it. */
async function pay(cost: Amounts, passage: Passage, { limiter }: EdgePorts): Promise<Outcome<unknown>> {
  if (!passage.caller || !limiter || (cost.requests === 0 && cost.bytes === 0)) return accept(null);
  const { outcome, headers, again } = await limiter.spend(passage.caller, cost);
  passage.headers = headers;
  passage.again = again;
  return outcome;
}

async function heedPause({ route }: Passage, { pause }: EdgePorts): Promise<Outcome<unknown>> {
  const known: Route | undefined = route && ROUTES[route];
  return route && known?.pausable ? notPaused(route, pause) : accept(null);
}

/** An upload's bytes go past the axis: what is declared is what they cost. */
function declaredBy({ route, body }: Passage): Amounts {
  const bytes = route === 'startUpload' ? (body as RequestOf<'startUpload'>).bytes : 0;
  return { requests: 0, bytes };
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
  const { caller, operator, body } = passage;
  return handle({
    caller,
    operator,
    body,
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
