import { expect, test } from 'vitest';
import { ENVIRONMENT, FUNCTIONS, readEnvironment } from '../../../core/contract/environment.ts';
import { FACE_ROUTES } from '../../../core/contract/faceRoutes.ts';
import { isRouted, ROUTE_NAMES, ROUTES, type Route, routeKey } from '../../../core/contract/routes.ts';

test.each(FUNCTIONS)('%s reads exactly its variables, and names all that are missing', (name) => {
  const full = Object.fromEntries(ENVIRONMENT[name].map((key) => [key, `value of ${key}`]));
  expect(readEnvironment(name, { ...full, HOME: '/somewhere' })).toEqual(full);
  const [first = '', second = ''] = ENVIRONMENT[name];
  expect(() => readEnvironment(name, { ...full, [first]: undefined, [second]: '' })).toThrow(`${first}, ${second}`);
});

test('every route is one of a kind, and only operators’ routes have roles', () => {
  expect(new Set(ROUTE_NAMES.map(routeKey)).size).toBe(ROUTE_NAMES.length);
  for (const name of ROUTE_NAMES) {
    const route: Route = ROUTES[name];
    expect(route.roles !== undefined, name).toBe(route.caller === 'operator');
    expect(route.path.startsWith('/v1/admin/'), name).toBe(route.caller === 'operator');
  }
});

test('only the queue and the clock call functions without a route', () => {
  const faces = new Set<string>(Object.values(FACE_ROUTES).map((route) => route.function));
  const unrouted = FUNCTIONS.filter((name) => !isRouted(name) && !faces.has(name));
  expect(unrouted).toEqual(['conclude', 'deliver', 'seal', 'publish', 'revocation', 'notify', 'log', 'watch']);
});
