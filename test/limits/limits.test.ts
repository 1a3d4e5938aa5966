import { DeleteQueueCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { windowOf } from '../../core/budget/purse.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { OldSdk } from '../compat/oldSdk.ts';
import { outputOf } from '../kit/stores.ts';
import { startTown, type Town } from '../refusals/town.ts';

const NOISY = 'bo-minh-hoa';
const QUIET = 'trung-tam-mau';
const REASON = 'limits';

let town: Town;
beforeAll(async () => {
  town = await startTown();
});
afterAll(() => town?.stop());

const setLimits = (systemId: string, limits: { readonly requests?: number; readonly bytes?: number }) =>
  town.operator.call('setLimits', { path: { systemId }, body: { ...limits, reason: REASON } });

/** Moves the clock to where a window of a system has just begun. */
function newWindow(systemId: string): void {
  const now = town.axis.clock.now();
  town.advance(windowOf(systemId, now).endsAt - now + 1);
}

const tokenOf = (systemId: string) => town.token(systemId, town.keyOf(systemId));
const me = async (authorization: string) => town.send({ method: 'GET', path: '/v1/me' }, authorization);
const submitOf = async (body: Buffer, authorization: string) =>
  town.send({ method: 'POST', path: '/v1/dispatches', type: 'application/edxml', body }, authorization);

/** Statuses of so many requests, a few of which are under way at once. */
async function flood(count: number, ask: () => Promise<Response>): Promise<readonly number[]> {
  const statuses: number[] = [];
  const lane = async (): Promise<void> => {
    while (statuses.length < count) {
      const response = await ask();
      await response.arrayBuffer();
      statuses.push(response.status);
    }
  };
  await Promise.all(Array.from({ length: 4 }, lane));
  return statuses;
}

const callsOf = (from: number, name: RegExp) =>
  town.axis.calls(from).filter(({ principal, service }) => service !== 'execute-api' && name.test(principal));
/** Dispatches and objects, by name. */
const kept = async (): Promise<readonly string[]> => [
  ...(await town.stores.items('dsp_')).map(({ id }) => id),
  ...(await town.stores.objects()),
];
const lastCall = () => town.axis.calls().at(-1)?.n ?? 0;

describe('65: a budget of requests', () => {
  beforeAll(async () => {
    await setLimits(NOISY, { requests: 60 });
    newWindow(NOISY);
  });

  test('a system that sends too much is refused what is beyond, with a wait hint; another one is not', async () => {
    const noisy = await tokenOf(NOISY);
    const statuses = await flood(120, () => me(noisy));
    const passed = statuses.filter((status) => status === 200).length;
    expect(passed).toBeLessThanOrEqual(60);
    expect(passed).toBeGreaterThan(50);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    const refused = await me(noisy);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(LIMITS.budget.windowSeconds);
    expect(refused.headers.get('ratelimit-policy')).toContain('"requests";q=60;w=60');
    expect(refused.headers.get('ratelimit')).toContain(`"requests";r=0;t=${wait}`);
    const problem: unknown = JSON.parse(await refused.text());
    expect(problem).toMatchObject({ code: 'rate-limited', retryable: true, whoMustAct: 'system' });
    const quiet = await tokenOf(QUIET);
    expect(new Set(await flood(20, () => me(quiet)))).toEqual(new Set([200]));
  });

  test('its refused requests cost two writes for each instance that they reach, and nothing after that', async () => {
    const noisy = await tokenOf(NOISY);
    const letter = Buffer.from('<no-edxml/>');
    const from = lastCall();
    expect(new Set(await flood(200, () => submitOf(letter, noisy)))).toEqual(new Set([429]));
    const writes = callsOf(from, /submit/).filter(({ operation }) => operation !== 'BatchGetItem');
    expect(writes.length).toBeLessThanOrEqual(2 * 4);
  });

  test('the one that was refused stands in the record of the system once', async () => {
    const { refusals } = await town.operator.call('showSystem', { path: { systemId: NOISY } });
    const limited = refusals.filter(({ code }) => code === 'rate-limited');
    expect(limited.length).toBeGreaterThan(0);
    expect(limited.length).toBeLessThan(10);
  });

  test('the compatibility faces refuse in their own words, and a file call without a body', async () => {
    const { secret } = await town.operator.call('addSecret', { path: { systemId: NOISY }, body: { reason: REASON } });
    // A new secret is known everywhere once what was read before is forgotten; the window goes on.
    await setLimits(NOISY, { requests: 1 });
    newWindow(NOISY);
    const sdk = new OldSdk({ version: '2.0.1', endpoint: `${town.facts.url}/vxp`, systemId: NOISY, secret });
    await sdk.post('countReceiveEdoc');
    const refused = await sdk.post('countReceiveEdoc');
    expect(refused.answer?.status).toBe(429);
    expect(refused.result).toMatchObject({ ErrorCode: '20', ErrorDesc: expect.stringContaining('[rate-limited]') });
    expect(Number(refused.answer?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.answer?.headers.get('ratelimit')).toContain('"requests";r=0');
    const file = await sdk.downloadEdoc({ docId: 'dlv_x' });
    expect([file.answer?.status, file.answer?.body.length]).toEqual([429, 0]);
  });

  test('in the next window it passes again, and with its usual budget for good', async () => {
    await setLimits(NOISY, {});
    newWindow(NOISY);
    const noisy = await tokenOf(NOISY);
    expect(new Set(await flood(100, () => me(noisy)))).toEqual(new Set([200]));
    const { limits, history } = await town.operator.call('showSystem', { path: { systemId: NOISY } });
    expect(limits).toEqual({ requests: 6000, bytes: LIMITS.budget.bytes, windowSeconds: 60, own: false });
    expect(history.at(-1)).toMatchObject({
      ev: 'x-limits-set',
      by: expect.stringMatching(/^operator:/),
      detail: REASON,
    });
  });

  test('who cannot show who they are spend nobody’s budget, and are told nothing of it', async () => {
    await setLimits(NOISY, { requests: 5 });
    newWindow(NOISY);
    for (let turn = 0; turn < 20; turn++) {
      const response = await me('Bearer a.b.c');
      expect([response.status, response.headers.get('ratelimit')]).toEqual([401, null]);
    }
    expect((await me(await tokenOf(NOISY))).headers.get('ratelimit')).toContain('"requests";r=4');
    await setLimits(NOISY, {});
  });
});

test('65: a recipient that is dead, its inbox queue gone, holds up nobody else', async () => {
  const dead = town.foreign;
  const QueueName = `${outputOf(town.axis, 'InboxQueuePrefix')}${dead.systemId}`;
  const { QueueUrl } = await town.stores.sqs.send(new GetQueueUrlCommand({ QueueName }));
  await town.stores.sqs.send(new DeleteQueueCommand({ QueueUrl }));
  for (let turn = 0; turn < 5; turn++) await town.submitLetter({ to: [dead.code, 'X92'] });
  await town.settle();
  expect((await town.clients[NOISY].waiting()).items).toHaveLength(5);
  // What waits for the dead one is there when it comes back.
  const { items } = await town.clientOf(dead.systemId, dead.key).waiting();
  expect(items).toHaveLength(5);
});

describe('68: attacks on the bill', () => {
  beforeAll(async () => {
    await setLimits(NOISY, { requests: 200, bytes: 5 * 1024 * 1024 });
    newWindow(NOISY);
  });

  test('huge bodies are refused once their bytes are spent; nothing of them is kept, and small requests go on', async () => {
    const before = await kept();
    const noisy = await tokenOf(NOISY);
    const huge = Buffer.alloc(LIMITS.messageBytes - 1, ' ');
    const statuses = await flood(8, () => submitOf(huge, noisy));
    expect(statuses.filter((status) => status === 422).length).toBeLessThanOrEqual(2);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(6);
    expect((await submitOf(huge, noisy)).headers.get('ratelimit')).toContain('"bytes";r=0');
    expect((await me(noisy)).status).toBe(200);
    expect(await kept()).toEqual(before);
  });

  test('a body that no route takes costs its bytes as well', async () => {
    const noisy = await tokenOf(NOISY);
    const body = Buffer.alloc(LIMITS.jsonBytes + 1, ' ');
    const response = await town.send({ method: 'POST', path: '/v1/inbox/receive', body }, noisy);
    expect(response.status).toBe(429);
  });

  test('an upload costs what it declares before a byte of it has come', async () => {
    newWindow(NOISY);
    const noisy = await tokenOf(NOISY);
    const start = (n: number) => {
      const body = JSON.stringify({ bytes: 1024 ** 3, sha256: String(n).padStart(64, '0'), what: 'attachment' });
      return town.send({ method: 'POST', path: '/v1/uploads', body }, noisy);
    };
    expect((await start(1)).status).toBe(201);
    expect((await start(2)).status).toBe(429);
    expect(await town.stores.items('upl_')).toHaveLength(1);
  });

  test('many tiny messages that are no message: no dispatch, no object, and no more writes than the budget has requests', async () => {
    const before = await kept();
    newWindow(NOISY);
    const noisy = await tokenOf(NOISY);
    const from = lastCall();
    const statuses = await flood(400, () => submitOf(Buffer.from('<x/>'), noisy));
    expect(statuses.filter((status) => status === 422).length).toBeLessThanOrEqual(200);
    const writes = callsOf(from, /submit/).filter(({ operation }) => /^(?:Put|Update|Send)/.test(operation));
    expect(writes.length).toBeLessThan(300);
    expect(await kept()).toEqual(before);
    expect((await town.stores.items(`refusal#${NOISY}`)).length).toBeLessThanOrEqual(LIMITS.refusalRecords.perSystem);
  });

  test('what was drawn from budgets is forgotten after its time', async () => {
    const items = await town.stores.items('limits#');
    expect(items.length).toBeGreaterThan(0);
    for (const { expires } of items) expect(Number(expires)).toBeLessThan(town.axis.clock.now() / 1000 + 2 * 3600);
  });
});
