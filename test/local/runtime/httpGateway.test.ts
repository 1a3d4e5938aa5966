import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HttpGateway, type RouteTarget } from '../../../local/runtime/httpGateway.ts';
import { RouteTable } from '../../../local/runtime/routeTable.ts';
import { type TestFunction, testFunction } from './testFunction.ts';

const source = `
export const handler = async (event) => {
  if (event.rawPath === '/sleep') await new Promise((r) => setTimeout(r, 5000));
  if (event.rawPath === '/throw') throw new Error('on purpose');
  if (event.rawPath.startsWith('/result')) return JSON.parse(event.queryStringParameters.r);
  return { statusCode: 200, body: JSON.stringify(event) };
};`;

let tested: TestFunction;
let gateway: HttpGateway;

beforeAll(async () => {
  tested = testFunction(source, { timeoutSeconds: 10 });
  gateway = await HttpGateway.listen(0);
  const routes = new RouteTable<RouteTarget>();
  const target: RouteTarget = { function: tested.lambda, authorization: 'NONE', timeoutMs: 30_000, permitted: true };
  for (const key of ['ANY /echo', 'GET /items/{id}', 'ANY /files/{rest+}', 'GET /result', 'GET /throw'])
    routes.add(key, target);
  routes.add('GET /sleep', { ...target, timeoutMs: 100 });
  gateway.open({
    apiId: 'api1234567',
    region: 'ap-southeast-1',
    account: '000000000000',
    routes,
    now: () => Date.parse('2026-11-21T10:20:30.456Z'),
    authenticate: () => ({ ok: false, reason: 'not here' }),
    allows: () => false,
    onJudged: () => {},
    warn: () => {},
  });
});

afterAll(async () => {
  await gateway.stop(1_000);
  await tested[Symbol.asyncDispose]();
});

interface Echoed {
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

async function echoed(path: string, init: RequestInit = {}): Promise<Echoed> {
  const response = await fetch(gateway.url + path, init);
  expect(response.status).toBe(200);
  const event: unknown = await response.json();
  return event as Echoed;
}

describe('the event of payload format 2.0', () => {
  test('holds everything that the gateway hands over', async () => {
    const event = await echoed('/items/7?a=1&a=2&b=x%20y', {
      headers: { 'X-Own': 'v', cookie: 'c=1; d=2', 'user-agent': 'agent' },
    });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'GET /items/{id}',
      rawPath: '/items/7',
      rawQueryString: 'a=1&a=2&b=x%20y',
      cookies: ['c=1', 'd=2'],
      headers: {
        'x-own': 'v',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'https',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-/),
      },
      queryStringParameters: { a: '1,2', b: 'x y' },
      pathParameters: { id: '7' },
      isBase64Encoded: false,
      requestContext: {
        accountId: '000000000000',
        apiId: 'api1234567',
        http: { method: 'GET', path: '/items/7', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'agent' },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        routeKey: 'GET /items/{id}',
        stage: '$default',
        time: '21/Nov/2026:10:20:30 +0000',
        timeEpoch: 1795256430456,
      },
    });
    expect(event).not.toHaveProperty('body');
    expect(event.headers).not.toHaveProperty('cookie');
  });

  test('has the path decoded, as HTTP APIs do', async () => {
    expect(await echoed('/items/a%20b')).toMatchObject({ rawPath: '/items/a b', pathParameters: { id: 'a b' } });
    expect(await echoed('/files/a%2Fb/c')).toMatchObject({ pathParameters: { rest: 'a/b/c' } });
  });

  test('joins repeated headers with commas', async () => {
    const event = await new Promise<string>((resolve, reject) => {
      const sent = request(`${gateway.url}/echo`, { headers: { 'X-Twice': ['one', 'two'] } }, (response) => {
        response.setEncoding('utf8');
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
      });
      sent.on('error', reject).end();
    });
    expect(JSON.parse(event).headers['x-twice']).toBe('one,two');
  });

  const bytes = Buffer.from([0xff, 0x00, 0x41]);
  const types: [string | undefined, boolean][] = [
    ['text/plain; charset=iso-8859-1', true],
    ['application/json', true],
    ['Application/XML', true],
    ['application/javascript', true],
    ['application/octet-stream', false],
    ['application/edxml', false],
    ['application/problem+json', false],
    ['image/svg+xml', false],
    ['application/x-www-form-urlencoded', false],
    [undefined, false],
  ];
  test.each(types)('a body of type %s arrives as text: %s', async (type, text) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const event = await echoed('/echo', { method: 'POST', headers, body: bytes });
    expect(event.isBase64Encoded).toBe(!text);
    expect(event.body).toBe(bytes.toString(text ? 'utf8' : 'base64'));
  });
});

describe('the gateway itself answers', () => {
  const refusals: [string, string, RequestInit, number, string][] = [
    ['an unknown path', '/nothing', {}, 404, 'Not Found'],
    ['an unknown method', '/items/7', { method: 'POST' }, 404, 'Not Found'],
    ['a path that is no UTF-8', '/items/%FF', {}, 400, 'Bad Request'],
    [
      'more than 10,240 bytes of headers',
      '/echo',
      { headers: { big: 'x'.repeat(10_200) } },
      431,
      'Request Header Fields Too Large',
    ],
    [
      'a body above 10 MB',
      '/echo',
      { method: 'POST', body: Buffer.alloc(10_485_761) },
      413,
      'Request Entity Too Large',
    ],
    [
      'a body that is above 6 MB in base64',
      '/echo',
      { method: 'POST', body: Buffer.alloc(4_800_000) },
      413,
      'Request Too Long',
    ],
    ['an integration that is too slow', '/sleep', {}, 503, 'Service Unavailable'],
    ['a function that fails', '/throw', {}, 500, 'Internal Server Error'],
  ];
  test.each(refusals)('%s', async (_name, path, init, status, message) => {
    const response = await fetch(gateway.url + path, init);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ message });
    expect(response.headers.get('apigw-requestid')).toMatch(/=$/);
  });
});

describe('a function result becomes a response', () => {
  const results: [string, unknown, number, string | null, string][] = [
    ['an object without a status', { a: 1 }, 200, 'application/json', '{"a":1}'],
    ['a text', 'hello', 200, 'application/json', 'hello'],
    ['null', null, 200, 'application/json', 'null'],
    ['a status alone', { statusCode: 204 }, 204, 'text/plain;charset=UTF-8', ''],
    ['a status as text', { statusCode: '201', body: 'x' }, 201, 'text/plain;charset=UTF-8', 'x'],
    ['a base64 body', { statusCode: 200, body: 'aGk=', isBase64Encoded: true }, 200, 'text/plain;charset=UTF-8', 'hi'],
    ['its own content type', { statusCode: 200, headers: { 'Content-Type': 'a/b' }, body: 'x' }, 200, 'a/b', 'x'],
    ['a status out of range', { statusCode: 99 }, 500, 'application/json', '{"message":"Internal Server Error"}'],
    [
      'a body that is an object',
      { statusCode: 200, body: {} },
      500,
      'application/json',
      '{"message":"Internal Server Error"}',
    ],
    [
      'a header with a line break',
      { statusCode: 200, headers: { a: 'b\r\nc: d' } },
      500,
      'application/json',
      '{"message":"Internal Server Error"}',
    ],
  ];
  test.each(results)('%s', async (_name, result, status, type, body) => {
    const response = await fetch(`${gateway.url}/result?r=${encodeURIComponent(JSON.stringify(result))}`);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      status,
      type,
      body,
    ]);
  });

  test('cookies become headers of their own', async () => {
    const result = { statusCode: 200, cookies: ['a=1', 'b=2'] };
    const response = await fetch(`${gateway.url}/result?r=${encodeURIComponent(JSON.stringify(result))}`);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });
});

test('a taken port is refused by its number', async () => {
  const port = Number(new URL(gateway.url).port);
  await expect(HttpGateway.listen(port)).rejects.toMatchObject({ name: 'PortTaken', port });
});
