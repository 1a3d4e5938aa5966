import { createHash } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AxisClient } from '../../client/axisClient.ts';
import { AxisFault } from '../../client/axisFault.ts';
import { AxisRefusal } from '../../client/axisRefusal.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { clientOf, type FakeAxis, HEALTH, PRIVATE_KEY, problem, startFakeAxis } from './fakeAxis.ts';

let axis: FakeAxis;
beforeEach(async () => {
  axis = await startFakeAxis();
});
afterEach(() => axis.stop());

const EMPTY_PAGE = { body: { items: [] } };
const bearerOf = (index: number): string => String(axis.seen[index]?.headers.authorization).replace('Bearer ', '');

describe('tokens', () => {
  test('name system, axis and key, and live at most 300 seconds', async () => {
    axis.script(EMPTY_PAGE);
    await clientOf(axis).client.waiting();
    expect(decodeProtectedHeader(bearerOf(0))).toMatchObject({ alg: 'ES256', kid: 'key-1' });
    const claims = decodeJwt(bearerOf(0));
    expect(claims).toMatchObject({ iss: 'test-system', aud: 'axis-test', jti: expect.any(String) });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBeLessThanOrEqual(300);
  });

  test('one is used again until shortly before it ends', async () => {
    let now = 1_790_000_000_000;
    axis.script(EMPTY_PAGE);
    const { client } = clientOf(axis, { now: () => now });
    await client.waiting();
    now += 269_000;
    await client.waiting();
    now += 2000;
    await client.waiting();
    expect(bearerOf(1)).toBe(bearerOf(0));
    expect(bearerOf(2)).not.toBe(bearerOf(0));
  });

  test('on this machine, the clock of the axis is followed once when it was moved', async () => {
    const expired = problem('token-expired', 401);
    axis.script(expired, { body: { ...HEALTH, now: '2031-01-01T00:00:00.000Z' } }, EMPTY_PAGE);
    const { client } = clientOf(axis);
    await client.waiting();
    expect(axis.seen.map(({ url }) => url)).toEqual(['/v1/inbox', '/v1/health', '/v1/inbox']);
    const issuedAt = (decodeJwt(bearerOf(2)).iat ?? 0) * 1000;
    expect(Math.abs(issuedAt - Date.parse('2031-01-01T00:00:00Z'))).toBeLessThan(10_000);
    axis.script(expired, { body: HEALTH }, expired);
    await expect(client.waiting()).rejects.toMatchObject({ code: 'token-expired' });
  });

  test('one that the axis takes for expired is replaced once, also where its clock is not followed', async () => {
    const expired = problem('token-expired', 401);
    axis.script(expired, EMPTY_PAGE, expired, expired);
    const elsewhere = 'https://axis.example';
    const { client } = clientOf(axis, {
      url: elsewhere,
      fetch: (input, init) =>
        fetch(String(input instanceof Request ? input.url : input).replace(elsewhere, axis.url), init),
    });
    await client.waiting();
    expect(axis.seen.map(({ url }) => url)).toEqual(['/v1/inbox', '/v1/inbox']);
    expect(bearerOf(1)).not.toBe(bearerOf(0));
    await expect(client.waiting()).rejects.toMatchObject({ code: 'token-expired' });
    expect(axis.seen).toHaveLength(4);
  });

  test('none is sent to the routes that are for anyone', async () => {
    axis.script({ body: HEALTH });
    await clientOf(axis).client.health();
    expect(axis.seen[0]?.headers.authorization).toBeUndefined();
  });

  test('a public key or one of another curve is refused before anything is sent', () => {
    const { d, ...publicKey } = PRIVATE_KEY;
    expect(d).toBeTypeOf('string');
    expect(() => clientOf(axis, { key: publicKey })).toThrow('private P-256');
  });

  test('no failure shows the token', async () => {
    axis.script({ status: 500 });
    const { client } = clientOf(axis, { retry: { attempts: 2 } });
    const failure = await client.waiting().catch((error: unknown) => error);
    const text = JSON.stringify(failure, Object.getOwnPropertyNames(failure)) + String((failure as Error).stack);
    expect(text).not.toContain(bearerOf(0));
    expect(text).not.toContain('Bearer');
  });
});

describe('addresses', () => {
  test.each(['ftp://axis', 'http://axis.example', 'https://user:word@axis.example', 'https://a.example/?x=1', 'axis'])(
    '%s is refused',
    (url) => {
      expect(() => clientOf({ url })).toThrow(TypeError);
    },
  );

  test('ids are escaped, so that no id leads to another route', async () => {
    axis.script({ body: {} });
    await clientOf(axis)
      .client.dispatch('../me?x=1')
      .catch(() => undefined);
    expect(axis.seen[0]?.url).toBe('/v1/dispatches/..%2Fme%3Fx%3D1');
  });

  test('lists carry their parameters', async () => {
    axis.script(EMPTY_PAGE);
    const { client } = clientOf(axis);
    await client.sent({ agency: 'X92', limit: 5, after: 'n+1' });
    await client.agencies({ name: 'Sở' });
    expect(axis.seen.map(({ url }) => url)).toEqual([
      '/v1/dispatches?agency=X92&limit=5&after=n%2B1',
      '/v1/agencies?name=S%E1%BB%9F',
    ]);
  });

  test('a redirect is not followed with the token', async () => {
    axis.script({ status: 302, headers: { location: `${axis.url}/elsewhere` } });
    await expect(clientOf(axis).client.waiting()).rejects.toMatchObject({ kind: 'unexpected' });
    expect(axis.seen).toHaveLength(1);
  });
});

describe('repeats', () => {
  test('an axis that does not answer in time is asked again, and a long poll has its own time on top', async () => {
    axis.script({ body: {}, stallAfter: 0 }, EMPTY_PAGE);
    const { client } = clientOf(axis, { answerMs: 300 });
    await expect(client.waiting()).resolves.toMatchObject({ items: [] });
    expect(axis.seen).toHaveLength(2);
    axis.script({ body: {}, stallAfter: 0 }, { body: { deliveries: [] } });
    const begun = performance.now();
    await client.receive({ waitSeconds: 1 });
    expect(performance.now() - begun).toBeGreaterThan(1250);
  });

  test('a failing axis is asked again, with growing pauses, and then the answer counts', async () => {
    axis.script({ status: 500 }, { status: 503 }, { status: 502 }, EMPTY_PAGE);
    const { client, pauses } = clientOf(axis);
    await expect(client.waiting()).resolves.toEqual({ items: [] });
    expect(pauses).toEqual([200, 400, 800]);
  });

  test('attempts are bounded', async () => {
    axis.script({ status: 500, body: { message: 'Internal Server Error' } });
    const { client } = clientOf(axis);
    await expect(client.waiting()).rejects.toMatchObject({ name: 'AxisFault', kind: 'fault', status: 500 });
    expect(axis.seen).toHaveLength(5);
  });

  test('Retry-After is kept', async () => {
    axis.script({ ...problem('busy', 503, { retryable: true }), headers: { 'retry-after': '7' } }, EMPTY_PAGE);
    const { client, pauses } = clientOf(axis);
    await client.waiting();
    expect(pauses).toEqual([7000]);
  });

  test('a budget that is used up is waited for, a whole window where the axis says so', async () => {
    const limited = { ...problem('rate-limited', 429, { retryable: true }), headers: { 'retry-after': '60' } };
    axis.script(limited, EMPTY_PAGE);
    const { client, pauses } = clientOf(axis);
    await client.waiting();
    expect(pauses).toEqual([LIMITS.budget.windowSeconds * 1000]);
  });

  test('a Retry-After beyond all patience is left to the caller', async () => {
    axis.script({ ...problem('busy', 503, { retryable: true }), headers: { 'retry-after': '86400' } });
    await expect(clientOf(axis).client.waiting()).rejects.toMatchObject({ code: 'busy' });
    expect(axis.seen).toHaveLength(1);
  });

  test('a refusal that cannot change is not repeated', async () => {
    axis.script(problem('signature-invalid', 422));
    await expect(clientOf(axis).client.submit(Buffer.from('x'))).rejects.toMatchObject({ code: 'signature-invalid' });
    expect(axis.seen).toHaveLength(1);
  });

  test('an axis that is not there is unreachable, and says why', async () => {
    const { url } = axis;
    await axis.stop();
    const { client } = clientOf({ url });
    const failure = await client.health().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AxisFault);
    expect(failure).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('ECONNREFUSED') });
    axis = await startFakeAxis();
  });

  test('a submission repeats exactly the same bytes', async () => {
    axis.script({ status: 500 }, problem('edxml-malformed', 422));
    const bytes = Buffer.from('<edXML>ờ</edXML>');
    await clientOf(axis)
      .client.submit(bytes, { dryRun: true, documentSignature: 'a..b' })
      .catch(() => undefined);
    expect(axis.seen.map(({ body }) => body.equals(bytes))).toEqual([true, true]);
    expect(axis.seen[1]).toMatchObject({ url: '/v1/dispatches?dryRun=true' });
    expect(axis.seen[1]?.headers).toMatchObject({
      'content-type': 'application/edxml',
      'content-digest': `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`,
      'document-signature': 'a..b',
    });
  });
});

describe('refusals', () => {
  test('carry everything that the axis said, in the language asked for', async () => {
    axis.script(problem('recipient-unknown', 422));
    const { client } = clientOf(axis, { language: 'vi' });
    const refusal = await client.submit(Buffer.from('x')).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AxisRefusal);
    expect(refusal).toMatchObject({
      message: 'Chi tiết tiếng Việt',
      code: 'recipient-unknown',
      status: 422,
      retryable: false,
      whoMustAct: 'sender',
      detail: 'English detail',
      instance: 'correlation-1',
    });
  });

  test('an opaque fault is a fault although it has the shape of a problem', async () => {
    axis.script(problem('fault', 500));
    const { client } = clientOf(axis, { retry: { attempts: 1 } });
    await expect(client.waiting()).rejects.toMatchObject({ name: 'AxisFault', instance: 'correlation-1' });
  });

  test('an answer outside the contract is a fault', async () => {
    axis.script({ body: { items: 'none' } });
    await expect(clientOf(axis).client.waiting()).rejects.toMatchObject({ kind: 'unexpected' });
  });

  test('an endless answer is cut off', async () => {
    axis.script({ body: Buffer.alloc(9 * 1024 * 1024, 32) });
    const { client } = clientOf(axis, { retry: { attempts: 1 } });
    await expect(client.waiting()).rejects.toBeInstanceOf(AxisFault);
  });
});

test('a client that is told nothing has usual settings', () => {
  const options = { url: 'https://axis.example', audience: 'a', system: 's', key: PRIVATE_KEY };
  expect(() => new AxisClient(options)).not.toThrow();
});
