import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { expect, test } from 'vitest';
import { deprecationHeaders } from '../../../core/contract/deprecation.ts';
import { accept } from '../../../core/contract/refusals.ts';
import { ROUTE_NAMES, ROUTES, type Route, type RouteName } from '../../../core/contract/routes.ts';
import type { Authenticator } from '../../../lambdas/edge/authenticate.ts';
import { edge, type Handles } from '../../../lambdas/edge/edge.ts';
import { json } from '../../../lambdas/edge/reply.ts';
import { openApi } from '../../../scripts/contract/openApi.ts';

const GOING = { since: '2026-03-01T00:00:00Z', sunset: '2027-03-01T00:00:00Z' };
const TELLS = {
  deprecation: '@1772323200',
  sunset: 'Mon, 01 Mar 2027 00:00:00 GMT',
  link: '<https://docaxis.dev/api-deprecation>; rel="deprecation"; type="text/html"',
};

/** Marks a route as the contract would, for as long as something is done with it. */
async function whileGoing<T>(name: RouteName, use: () => Promise<T> | T): Promise<T> {
  const route = ROUTES[name] as { deprecation?: Route['deprecation'] };
  route.deprecation = GOING;
  try {
    return await use();
  } finally {
    route.deprecation = undefined;
  }
}

test('what an answer says is written as RFC 9745 and RFC 8594 write it', () => {
  expect(deprecationHeaders(GOING)).toEqual(TELLS);
  // The example of RFC 9745 section 2.1.
  const example = { since: '2023-06-30T23:59:59Z', sunset: '2024-06-30T23:59:59Z' };
  expect(deprecationHeaders(example).deprecation).toBe('@1688169599');
  expect(deprecationHeaders(undefined)).toEqual({});
});

test('a call that would go within a year of its notice is a mistake, and no call of today is one', () => {
  expect(() => deprecationHeaders({ ...GOING, sunset: '2027-02-28T00:00:00Z' })).toThrow('365 days');
  expect(() => deprecationHeaders({ ...GOING, sunset: 'some day' })).toThrow('365 days');
  for (const name of ROUTE_NAMES) {
    const { deprecation }: Route = ROUTES[name];
    expect(() => deprecationHeaders(deprecation), name).not.toThrow();
  }
});

test('every answer of such a call carries it, and no answer of another one', async () => {
  const handles = { health: () => Promise.resolve(accept(json(200, {}))) } as unknown as Handles<'view'>;
  const nothing = () => undefined;
  const observer = { event: nothing, fault: nothing, count: nothing, flush: nothing };
  // Nobody is identified, counted or refused on this route.
  const ports = { observer, limiter: undefined, authenticator: {} as Authenticator } as unknown as Parameters<
    typeof edge<'view'>
  >[1];
  const handler = edge<'view'>(handles, ports);
  const event = {
    routeKey: 'GET /v1/health',
    headers: {},
    requestContext: { requestId: 'x', http: { method: 'GET' } },
  };
  const answered = async () => (await handler(event as unknown as APIGatewayProxyEventV2, {} as Context)).headers ?? {};
  expect(await whileGoing('health', answered)).toMatchObject(TELLS);
  expect(Object.keys(await answered())).not.toContain('deprecation');
});

test('the OpenAPI description marks it, and no other', async () => {
  const marked = (): readonly string[] => {
    const { paths } = openApi('0', {}) as unknown as Record<'paths', Record<string, Record<string, object>>>;
    return Object.values(paths).flatMap((methods) =>
      Object.values(methods).flatMap((operation) =>
        'deprecated' in operation && 'operationId' in operation ? [String(operation.operationId)] : [],
      ),
    );
  };
  expect(await whileGoing('sent', marked)).toEqual(['sent']);
  expect(marked()).toEqual([]);
});
