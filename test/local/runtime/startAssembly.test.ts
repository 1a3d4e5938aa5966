import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AwsClient } from 'aws4fetch';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readAssembly } from '../../../local/assembly/readAssembly.ts';
import { resolveAssembly } from '../../../local/assembly/resolveAssembly.ts';
import type { Credentials, Principal } from '../../../local/contract/principal.ts';
import type { Axis } from '../../../local/runtime/axis.ts';
import { startAssembly } from '../../../local/startAssembly.ts';
import { synthesize } from './sample/synthesize.ts';

/** For what happens soon, on a machine that has other work. */
const patience = { timeout: 15_000 };

const region = 'ap-southeast-1';
const folders: string[] = [];
let synthesized: string;
let assembly: string;
let data: string;
let axis: Axis;
let startMs: number;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'axis-data-'));
  folders.push(folder);
  return folder;
}

beforeAll(async () => {
  synthesized = await synthesize();
  folders.push(synthesized);
  assembly = join(synthesized, 'plain');
  data = newFolder();
  process.env.TZ = 'Asia/Ho_Chi_Minh';
  const before = process.cpuUsage();
  axis = await startAssembly({ assembly, data, concurrency: 4 });
  const { user, system } = process.cpuUsage(before);
  startMs = (user + system) / 1000;
});

afterEach(() => axis.interfere([]));

afterAll(async () => {
  await axis?.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const read = (pk: string): Promise<unknown> => axis.invoke('Probe', { do: 'read', pk });

function signed(credentials: Credentials): AwsClient {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return new AwsClient({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service: 'execute-api',
    region,
  });
}

/** Somebody who may do everything with queues, to look into them from outside. */
async function asQueueOwner<Result>(use: (client: SQSClient) => Promise<Result>): Promise<Result> {
  const statements = [{ Effect: 'Allow' as const, Action: ['sqs:*'], Resource: ['*'] }];
  const owner: Principal = { name: 'owner', arn: 'arn:aws:iam::000000000000:role/owner', statements };
  const credentials = axis.cloud.issue(owner);
  const client = new SQSClient({
    region,
    endpoint: axis.cloud.endpoints.sqs,
    credentials,
    useQueueUrlAsEndpoint: false,
    systemClockOffset: axis.clock.offset,
  });
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

describe('starting', () => {
  // processor time, because the tests share their processors with others
  test('takes less than three seconds of work', () => {
    expect(startMs).toBeLessThan(3_000);
  });

  test('gives outputs and URLs', () => {
    expect(axis.outputs.SampleAxis?.Url).toBe(axis.url);
    expect(Object.keys(axis.urls)).toEqual([expect.stringMatching(/^SampleAxis\/Api/)]);
    expect(axis.functions.map((one) => one.logicalId)).toContainEqual(expect.stringMatching(/^Probe/));
  });

  test('refuses a data folder that another axis holds', async () => {
    await expect(startAssembly({ assembly, data })).rejects.toMatchObject({ name: 'DataFolderInUse', folder: data });
  });

  test('refuses a taken port by its number, and leaves nothing behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const folder = newFolder();
    await expect(startAssembly({ assembly, data: folder, port })).rejects.toMatchObject({ name: 'PortTaken', port });
    other.close();
    const second = await startAssembly({ assembly, data: folder, port: 0 });
    await second.stop();
  });
});

describe('a request', () => {
  test('reaches the function of its route, with variables from the other stack', async () => {
    const response = await fetch(`${axis.url}/probe`, {
      method: 'POST',
      body: JSON.stringify({ do: 'env' }),
      headers: { 'content-type': 'application/json' },
    });
    expect(await response.json()).toMatchObject({
      TABLE: axis.outputs.SampleAxis?.TableName,
      LEVEL: 'debug',
      QUEUE_URL: expect.stringMatching(/^https:\/\/sqs\.ap-southeast-1\.amazonaws\.com\/000000000000\/SampleData-Work/),
      AWS_ENDPOINT_URL_DYNAMODB: axis.cloud.endpoints.dynamodb,
    });
  });

  test('takes the fixed path before the parameter, the greedy path, or the default', async () => {
    const key = async (path: string): Promise<unknown> =>
      ((await (await fetch(axis.url + path)).json()) as { routeKey: string }).routeKey;
    expect(await key('/echo/fixed')).toBe('GET /echo/fixed');
    expect(await key('/echo/7')).toBe('GET /echo/{id}');
    expect(await key('/files/a/b')).toBe('ANY /files/{rest+}');
    expect(await key('/elsewhere')).toBe('$default');
  });

  test('fails as on AWS if the function does not permit the API to invoke it', async () => {
    const response = await fetch(`${axis.url}/lonely`);
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
    expect(axis.logs({ function: 'axis' }).map(({ line }) => line)).toContainEqual(
      expect.stringMatching(/GET \/lonely.*does not permit/),
    );
  });
});

describe('a route with IAM authorization', () => {
  test('lets in who may invoke it, and says who it was', async () => {
    const operator = axis.rolePrincipal('Operator');
    const response = await signed(axis.cloud.issue(operator)).fetch(`${axis.url}/admin/7?a=b`);
    expect(response.status).toBe(201);
    const event = (await response.json()) as { requestContext: { authorizer: { iam: object } } };
    expect(event.requestContext.authorizer.iam).toMatchObject({ userArn: operator.arn, accountId: '000000000000' });
  });

  test('refuses unsigned, unknown and unentitled callers alike', async () => {
    const stranger = signed(axis.cloud.issue(axis.rolePrincipal('Stranger')));
    const unknown = signed({ accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' });
    const url = `${axis.url}/admin/7`;
    for (const response of [await fetch(url), await unknown.fetch(url), await stranger.fetch(url)]) {
      expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
    }
    expect(
      axis
        .calls()
        .filter((call) => call.service === 'execute-api')
        .at(-1),
    ).toMatchObject({ status: 403, operation: 'Invoke' });
  });
});

describe('a function', () => {
  test('may do what its role may, and no more', async () => {
    await axis.invoke('Probe', { do: 'count', pk: 'granted' });
    expect(await read('granted')).toBe(1);
    await expect(axis.invoke('Probe', { do: 'forbidden' })).rejects.toMatchObject({ errorType: 'AccessDenied' });
  });

  test('is found in the record of calls', async () => {
    const since = axis.calls().at(-1)?.n ?? 0;
    await axis.invoke('Probe', { do: 'count', pk: 'recorded' });
    const probe = axis.functions.find((one) => one.logicalId.startsWith('Probe'));
    expect(axis.calls(since)).toContainEqual(
      expect.objectContaining({
        service: 'dynamodb',
        operation: 'UpdateItem',
        status: 200,
        function: probe?.name,
        principal: probe?.roleName,
      }),
    );
  });

  test.each([
    ['kill-before', { first: 1, second: 0 }],
    ['kill-after', { first: 1, second: 1 }],
  ] as const)('dies between two of its calls: %s', async (fate, counts) => {
    axis.interfere([{ principal: 'Probe', service: 'dynamodb', operation: 'UpdateItem', nth: 2, fate }]);
    const pk = `two-${fate}`;
    await expect(axis.invoke('Probe', { do: 'twice', pk })).rejects.toMatchObject({ failure: 'killed' });
    expect([await read(`${pk}-first`), await read(`${pk}-second`)]).toEqual([counts.first, counts.second]);
  });

  test('meets throttling, and failures before and after the effect', async () => {
    const counted = async (fate: 'throttle' | 'fail-before' | 'fail-after'): Promise<number> => {
      axis.interfere([{ operation: 'UpdateItem', fate }]);
      await expect(axis.invoke('Probe', { do: 'count', pk: fate })).rejects.toMatchObject({ failure: 'handled' });
      axis.interfere([]);
      return Number(await read(fate));
    };
    expect([await counted('throttle'), await counted('fail-before'), await counted('fail-after')]).toEqual([0, 0, 1]);
  });
});

describe('a queue mapping', () => {
  test('delivers, deletes what succeeded, and sets aside what failed too often', { timeout: 20_000 }, async () => {
    await axis.invoke('Probe', { do: 'send', bodies: ['good-1', 'poison-1', 'good-2'] });
    await expect.poll(() => read('good-2'), patience).toBe(1);
    const dead = await asQueueOwner(async (client) => {
      const QueueUrl = String(axis.outputs.SampleAxis?.DeadUrl);
      return await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 15 }));
    });
    expect(dead.Messages?.map((message) => message.Body)).toEqual(['poison-1']);
    expect([await read('good-1'), await read('poison-1'), await read('good-2')]).toEqual([1, 2, 1]);
  });

  test('polls as the function role', () => {
    const poller = axis.calls().find((call) => call.operation === 'ReceiveMessage');
    expect(poller?.principal).toMatch(/^SampleAxis-WorkerServiceRole.*\/lambda-poller$/);
  });

  test('without the grant does not poll, and says so once', async () => {
    const lines = axis.logs({ function: 'axis' }).filter(({ line }) => line.includes('is not polled'));
    expect(lines.map(({ line }) => line)).toEqual([
      expect.stringMatching(/Unread.*lacks sqs:ReceiveMessage, sqs:DeleteMessage/),
    ]);
    await asQueueOwner(async (client) => {
      const QueueUrl = String(axis.outputs.SampleAxis?.UnreadUrl);
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'stays' }));
      const received = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
      expect(received.Messages?.map((message) => message.Body)).toEqual(['stays']);
    });
  });
});

describe('time', () => {
  test('a jump of days fires each schedule once', async () => {
    const before = { tick: Number(await read('tick')), nightly: Number(await read('nightly')) };
    axis.clock.advance(3 * 86_400_000);
    await expect.poll(() => read('nightly'), patience).toBe(before.nightly + 1);
    await expect.poll(() => read('tick'), patience).toBe(before.tick + 1);
    const time = (await axis.invoke('Probe', { do: 'time' })) as { now: number; zone: number };
    expect(time.zone).toBe(0);
    expect(Math.abs(time.now - axis.clock.now())).toBeLessThan(2_000);
  });

  test('fire runs a schedule at once', async () => {
    const before = Number(await read('nightly'));
    await axis.fire('Nightly');
    expect(await read('nightly')).toBe(before + 1);
  });
});

describe('the control server', () => {
  const control = async (
    path: string,
    init: RequestInit = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const headers = { authorization: `Bearer ${axis.control.token}` };
    const response = await fetch(axis.control.url + path, { headers, ...init });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const post = (path: string, body: unknown = {}): ReturnType<typeof control> =>
    control(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${axis.control.token}` },
    });

  test('refuses whoever has no token', async () => {
    expect(await control('/clock', { headers: {} })).toMatchObject({ status: 401 });
    expect(await control('/clock', { headers: { authorization: 'Bearer wrong' } })).toMatchObject({ status: 401 });
  });

  test('moves the clock', async () => {
    const { body } = await post('/clock', { advanceMs: 60_000 });
    expect(Math.abs(Number(body.now) - axis.clock.now())).toBeLessThan(1_000);
    expect((await post('/clock', { set: '2031-05-06T07:08:09Z' })).body.iso).toMatch(/^2031-05-06T07:08:/);
    expect(await post('/clock', { sideways: 1 })).toMatchObject({ status: 400 });
  });

  test('tells calls, logs and resources, fires, and interferes', async () => {
    expect((await control('/calls?since=0')).body).toMatchObject({
      total: expect.any(Number),
      counts: expect.any(Object),
    });
    expect((await control('/resources')).body).toMatchObject({ outputs: axis.outputs });
    expect(await post('/fire/Nightly')).toMatchObject({ status: 200 });
    expect(await post('/fire/Nobody')).toMatchObject({
      status: 500,
      body: { message: expect.stringContaining('no Nobody') },
    });
    expect(await post('/interfere', { rules: [{ fate: 'explode' }] })).toMatchObject({ status: 400 });
    expect(await post('/interfere', { rules: [{ operation: 'UpdateItem', fate: 'throttle' }] })).toMatchObject({
      status: 200,
    });
    await expect(axis.invoke('Probe', { do: 'count', pk: 'controlled' })).rejects.toThrow();
    const { lines } = (await control('/logs')).body as { lines: { line: string }[] };
    expect(lines.some(({ line }) => line.includes('is not polled'))).toBe(true);
    expect(await control('/nothing')).toMatchObject({ status: 404 });
  });

  test('stops the axis; a restart finds the data, the clock and the token', async () => {
    const before = {
      token: axis.control.token,
      good: await read('good-1'),
      names: axis.resources.map(({ ref }) => ref),
    };
    expect(await post('/stop')).toMatchObject({ status: 200 });
    await axis.stopped;
    axis = await startAssembly({ assembly, data });
    expect(axis.control.token).toBe(before.token);
    expect(await read('good-1')).toBe(before.good);
    expect(axis.resources.map(({ ref }) => ref)).toEqual(before.names);
    expect(new Date(axis.clock.now()).getUTCFullYear()).toBe(2031);
  });
});

test('two stages of one app have no name in common', () => {
  const resolved = resolveAssembly(readAssembly(join(synthesized, 'stages')), {
    region,
    account: '000000000000',
    apiEndpoint: (id) => id,
  });
  const named = resolved.resources.filter((resource) => resource.type !== 'AWS::ApiGatewayV2::Stage');
  expect(new Set(named.map((resource) => resource.ref)).size).toBe(named.length);
  expect(new Set(resolved.resources.map((resource) => resource.stack))).toEqual(
    new Set(['Dev-SampleData', 'Dev-SampleAxis', 'Prod-SampleData', 'Prod-SampleAxis']),
  );
});
