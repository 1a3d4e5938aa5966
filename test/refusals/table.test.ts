import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTE_NAMES, ROUTES, type RouteName } from '../../core/contract/routes.ts';
import { EXPECTATIONS, type Expected, FORBIDDEN } from './expectations.ts';
import { leasedDelivery, requestOf, type Target } from './targets.ts';
import { newKey, OPERATORS, startTown, suspend, type Town } from './town.ts';

let town: Town;
/** The ministry's delivery, which those who must not touch it name. */
let shared: Target;

const MINISTRY = 'bo-minh-hoa';
const ministry = () => town.token(MINISTRY, town.keyOf(MINISTRY));
const leasedByMinistry = () => leasedDelivery(town, { code: 'X92', authorization: ministry });
const bySuspendedAgency = () => town.token(town.ofSuspendedAgency.systemId, town.ofSuspendedAgency.key);
/** Deliveries for the suspended agency, leased before it was suspended: a stock, because nothing new is accepted. */
const kept: Target[] = [];

beforeAll(async () => {
  town = await startTown();
  await town.axis.invoke('docaxis-evaluation-publish', {});
  shared = await leasedByMinistry();
  const { code } = town.ofSuspendedAgency;
  for (let count = 0; count < 9; count++)
    kept.push(await leasedDelivery(town, { code, authorization: bySuspendedAgency }));
  await suspend(town);
});
afterAll(() => town?.stop());

/** Status, and the code of a refusal (or of the one result of a batch), or what the gateway says by itself. */
async function outcomeOf(response: Response): Promise<Expected> {
  const text = await response.text();
  if (!response.headers.get('content-type')?.includes('json')) return String(response.status);
  const json: { code?: string; message?: string; results?: { state?: string; refusal?: { code: string } }[] } =
    JSON.parse(text);
  const [result] = json.results ?? [];
  const told = response.ok ? (result?.state ?? result?.refusal?.code) : (json.code ?? json.message);
  return told === undefined ? String(response.status) : `${response.status} ${told}`;
}

/** Who cannot show that they are a system that may call. */
const IMPOSTORS: Readonly<
  Record<string, { readonly expected: Expected; readonly authorization: () => Promise<string> | undefined }>
> = {
  nobody: { expected: '401 authentication-required', authorization: () => undefined },
  'a wrong key under a registered id': {
    expected: '401 token-invalid',
    authorization: () => town.token(MINISTRY, newKey(town.keyOf(MINISTRY).kid)),
  },
  'an expired token': {
    expected: '401 token-expired',
    authorization: () => town.token(MINISTRY, town.keyOf(MINISTRY), { late: 400_000 }),
  },
  'a token for another axis': {
    expected: '401 token-invalid',
    authorization: () => town.token(MINISTRY, town.keyOf(MINISTRY), { audience: 'docaxis.production' }),
  },
  'a key that nobody registered': {
    expected: '401 token-invalid',
    authorization: () => town.token(MINISTRY, newKey('nobody-has-registered-it')),
  },
  'the key of another system': {
    expected: '401 token-invalid',
    authorization: () => town.token(MINISTRY, town.foreign.key),
  },
  'a suspended system': {
    expected: '403 system-suspended',
    authorization: () => town.token(town.suspended.systemId, town.suspended.key),
  },
};

test('the table names every route of the contract, with the caller that it declares', () => {
  expect(Object.keys(EXPECTATIONS)).toEqual([...ROUTE_NAMES]);
  for (const route of ROUTE_NAMES) expect(EXPECTATIONS[route].caller, route).toBe(ROUTES[route].caller);
});

const send = async (route: RouteName, target: Target, authorization?: string) =>
  outcomeOf(await town.send(await requestOf(route, town, target), authorization));

describe.each(ROUTE_NAMES)('%s', (route) => {
  const row = EXPECTATIONS[route];
  const refusedBy = (expected: Expected): Expected =>
    row.caller === 'anyone' ? row.everybody : row.caller === 'operator' ? FORBIDDEN : expected;

  test.each(Object.keys(IMPOSTORS))('called with %s', async (name) => {
    const impostor = IMPOSTORS[name];
    if (!impostor) throw new Error(name);
    expect(await send(route, shared, await impostor.authorization())).toBe(refusedBy(impostor.expected));
  });

  test('called by a system without that agency or delivery', async () => {
    const authorization = await town.token(town.foreign.systemId, town.foreign.key);
    expect(await send(route, shared, authorization)).toBe(row.caller === 'system' ? row.foreign : refusedBy(''));
  });

  test('called by the system of a suspended agency', async () => {
    const target = settles(route) ? kept.pop() : kept[0];
    if (!target) throw new Error('the stock is used up');
    if (route === 'lease') await send('release', target, await bySuspendedAgency());
    expect(await send(route, target, await bySuspendedAgency())).toBe(
      row.caller === 'system' ? row.ofSuspendedAgency : refusedBy(''),
    );
  });

  test('called by the right system', async () => {
    const target = settles(route) ? await leasedByMinistry() : shared;
    if (route === 'lease') await send('release', target, await ministry());
    expect(await send(route, target, await ministry())).toBe(row.caller === 'system' ? row.right : refusedBy(''));
  });

  test.each(OPERATORS)('called by a %s', async (role) => {
    const target = row.caller === 'operator' && /requeue|discard/.test(route) ? await leasedByMinistry() : shared;
    const response = await town.signed(await requestOf(route, town, target), town.facts.operators[role]);
    const expected = row.caller === 'operator' ? row[role] : refusedBy('401 token-invalid');
    expect(await outcomeOf(response)).toBe(expected);
  });
});

/** Routes that end a lease, or need one that ended. */
const settles = (route: RouteName): boolean =>
  ['lease', 'acknowledge', 'acknowledgeBatch', 'release', 'reject', 'extend'].includes(route);

describe('what no route declares', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/v2'],
    ['GET', '/v1/'],
    ['GET', '/v1/nothing'],
    ['GET', '/v1/dispatches/a/b'],
    ['POST', '/v1/admin/nothing'],
    ['DELETE', '/v1/dispatches'],
    ['PUT', '/v1/dispatches/x'],
    ['GET', '/v1/inbox/receive'],
    ['PATCH', '/v1/health'],
    ['OPTIONS', '/v1/dispatches'],
  ])('%s %s is refused in the words of the axis', async (method, path) => {
    const response = await town.send({ method, path });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-correlation-id')).toMatch(/./);
    const problem: Record<string, unknown> = JSON.parse(await response.text());
    expect(problem).toMatchObject({
      code: 'route-not-found',
      status: 404,
      detail: expect.stringContaining(`${method} ${path}`),
    });
  });

  test('an operator route with another method is not open', async () => {
    expect(await outcomeOf(await town.send({ method: 'DELETE', path: '/v1/admin/systems' }))).toBe(
      '404 route-not-found',
    );
  });
});

describe('the gateway’s own refusal where IAM says no', () => {
  const path = '/v1/admin/trust';

  test('has its own shape: a message, and nothing of the axis', async () => {
    const response = await town.send({ method: 'GET', path });
    expect([response.status, await response.text()]).toEqual([403, '{"message":"Forbidden"}']);
    expect(response.headers.get('x-correlation-id')).toBeNull();
  });

  test('comes for a wrong secret, for another key id, and for credentials of another role', async () => {
    const { viewer } = town.facts.operators;
    const others = [
      { ...viewer, secretAccessKey: 'x'.repeat(40) },
      { ...viewer, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' },
      town.axis.cloud.issue({ name: 'elsewhere', arn: 'arn:aws:iam::000000000000:role/elsewhere', statements: [] }),
    ];
    for (const credentials of others) {
      expect(await outcomeOf(await town.signed({ method: 'GET', path }, credentials))).toBe(FORBIDDEN);
    }
  });
});

describe('a suspension takes effect within 15 seconds, also where the system was just seen, and ends again', () => {
  const call = async () =>
    outcomeOf(
      await town.send({ method: 'GET', path: '/v1/me' }, await town.token(town.foreign.systemId, town.foreign.key)),
    );
  const suspendForeign = (suspended: boolean) =>
    town.operator.call('suspendSystem', {
      path: { systemId: town.foreign.systemId },
      body: { suspended, reason: 'lộ khóa' },
    });

  test('of a system', async () => {
    expect(await call()).toBe('200');
    await suspendForeign(true);
    town.advance(15_000);
    expect(await call()).toBe('403 system-suspended');
    await suspendForeign(false);
    town.advance(15_000);
    expect(await call()).toBe('200');
  });

  test('of an agency: it cannot send, and nothing is accepted for it', async () => {
    const { agencyId } = town.world.agencies.length > 0 ? await agencyOf('X92.03') : { agencyId: '' };
    const send = async () =>
      outcomeOf(
        await town.send(
          {
            method: 'POST',
            path: '/v1/dispatches',
            type: 'application/edxml',
            body: await town.letter({ to: ['X92.03'] }),
          },
          await town.token('trung-tam-mau', town.keyOf('trung-tam-mau')),
        ),
      );
    expect(await send()).toBe('201');
    const suspendAgency = (suspended: boolean) =>
      town.operator.call('suspendAgency', { path: { agencyId }, body: { suspended, reason: 'sáp nhập' } });
    await suspendAgency(true);
    town.advance(15_000);
    expect(await send()).toBe('422 recipient-suspended');
    await suspendAgency(false);
    town.advance(15_000);
    expect(await send()).toBe('201');
  });
});

async function agencyOf(code: string): Promise<{ agencyId: string }> {
  const found = (await town.stores.registry()).find((item) => item.id.startsWith('agency#') && item.code === code);
  return { agencyId: String(found?.agencyId) };
}
