import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FACE_ROUTES } from '../../core/contract/faceRoutes.ts';
import { ROUTE_NAMES, ROUTES } from '../../core/contract/routes.ts';
import { startTown, type Town } from '../refusals/town.ts';

let town: Town;
beforeAll(async () => {
  town = await startTown();
});
afterAll(() => town?.stop());

const tokenOf = (systemId: string) => town.token(systemId, town.keyOf(systemId));
const port = () => Number(new URL(town.facts.url).port);

/** Writes octets on a connection of their own and reads until it ends. */
function exchange(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port(), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
    });
    socket.once('close', () => resolve(answer));
    socket.once('error', reject);
  });
}

describe('66: slow and many connections', () => {
  test('connections that never finish their request hold up no other system', async () => {
    // The function is not called before a request is whole: in front of it the gateway does the waiting.
    const before = town.axis.calls().length;
    const slow = await Promise.all(
      Array.from(
        { length: 100 },
        (_, turn) =>
          new Promise<Socket>((resolve, reject) => {
            const start = `POST /v1/dispatches HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n${turn % 2 ? '\r\n<' : 'X-Slow: '}`;
            const socket = connect(port(), '127.0.0.1', () => socket.write(start, () => resolve(socket)));
            socket.once('error', reject);
          }),
      ),
    );
    expect(town.axis.calls()).toHaveLength(before);
    const authorization = await tokenOf('bo-minh-hoa');
    for (let turn = 0; turn < 5; turn++)
      expect((await town.send({ method: 'GET', path: '/v1/me' }, authorization)).status).toBe(200);
    for (const socket of slow) socket.destroy();
  });
});

describe('67: what a request may try', () => {
  test('a method in a header, in the query or in a form changes nothing', async () => {
    const authorization = await tokenOf('bo-minh-hoa');
    const url = new URL('/v1/webhook?_method=DELETE', town.facts.url);
    const names = ['x-http-method-override', 'x-http-method', 'x-method-override'];
    const headers = { authorization, ...Object.fromEntries(names.map((name) => [name, 'DELETE'])) };
    const response = await fetch(url, { headers });
    // It is the answer to GET: nothing was registered, and nothing was asked to be removed.
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('webhook-not-found')]);
    expect(town.axis.calls().filter(({ operation }) => operation === 'DeleteItem')).toEqual([]);
  });

  test('no answer lets a page of another origin read it, and a preflight finds no route', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    for (const [method, path] of [
      ['GET', '/v1/health'],
      ['OPTIONS', '/v1/dispatches'],
      ['OPTIONS', '/vxp/sendEdoc'],
    ] as const) {
      const response = await fetch(new URL(path, town.facts.url), { method, headers });
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      if (method === 'OPTIONS') expect(response.status).toBe(404);
    }
  });

  test('the Host header and those of proxies lead nowhere: no link and no redirect names them', async () => {
    const { answer } = await town.submitLetter();
    const authorization = await tokenOf('trung-tam-mau');
    const forged = ['Host', 'X-Forwarded-Host', 'X-Original-URL', 'X-Rewrite-URL', 'Forwarded'];
    const lines = forged.map((name) => `${name}: evil.example`);
    const request = [
      `GET /v1/dispatches/${answer.dispatchId}/content HTTP/1.1`,
      ...lines,
      `Authorization: ${authorization}`,
    ];
    const text = await exchange(`${request.join('\r\n')}\r\nConnection: close\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 302 /);
    expect(text).not.toContain('evil.example');
  });

  test.each([
    ['both lengths', 'Content-Length: 4\r\nTransfer-Encoding: chunked'],
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 40'],
    ['a length that is no number', 'Content-Length: +4'],
    ['an encoding that is not chunked last', 'Transfer-Encoding: chunked, identity'],
    ['a folded header', 'X-A: 1\r\n Content-Length: 4'],
  ])('%s: refused as a whole, and no second request is read out of it', async (_, lengths) => {
    const smuggled = 'GET /v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const head = `POST /v1/inbox/receive HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lengths}\r\n\r\n0\r\n\r\n`;
    const text = await exchange(head + smuggled);
    expect(text.match(/HTTP\/1\.1 /g) ?? []).toHaveLength(1);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).not.toContain('"status":"ok"');
  });

  test.each([
    '/vxp/../v1/health',
    '/vxp/..%2fv1%2fhealth',
    '/vxp/%2e%2e/v1/health',
    '/vxp//v1/health',
    '/vxp/sendEdoc/../getEdoc',
    '/lgsp/v1/..;/admin/trust',
    '/vxp/getEdoc%00.json',
  ])('%s reaches nothing but the refusal of an unknown operation', async (path) => {
    const text = await exchange(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 40[034] /);
    expect(text).not.toContain('"status":"ok"');
  });

  test.each([
    'batches/0000000000000000',
    '..%2fbatches/0000000000000000',
    'tile/0/..%2f..%2f..%2fbatches/0000000000000000',
    'tile/0/../../../batches/0000000000000000',
    'tile/0/%2e%2e/000',
    'checkpoint/',
    'checkpoint%00',
    'tile/6/000',
    'tile/0/000.p/256',
    '',
  ])('the log hands out its own files alone: not %s', async (path) => {
    const response = await fetch(`${town.facts.url}/v1/log/${path}`, { redirect: 'manual' });
    expect(response.status).toBe(404);
  });

  test('every path with a wildcard is one of the faces, of which no handler reads what it stood for, or a file of the log', () => {
    const greedy = ROUTE_NAMES.filter((name) => ROUTES[name].path.includes('+}'));
    expect(greedy).toEqual(['logFile']);
    const faces = Object.values(FACE_ROUTES).filter(({ path }) => path.includes('+}'));
    expect(faces.map(({ path }) => path)).toEqual(['/vxp/{proxy+}', '/lgsp/{proxy+}']);
  });

  test('a hostile file name is a name and no path or header in what leads to the file', async () => {
    const AttachmentName = '..\\..\\/etc/pass"wd\u202e; filename=evil.exe.pdf';
    const attachments = [
      { ContentId: 'a1', AttachmentName, ContentType: 'text/html', content: Buffer.from('%PDF-1.7\n') },
    ];
    const { answer } = await town.submitLetter({ attachments });
    const client = town.clients['trung-tam-mau'];
    const { href } = await client.attachment({ dispatchId: answer.dispatchId }, 1);
    const response = await fetch(href);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    const disposition = response.headers.get('content-disposition') ?? '';
    expect(disposition).toMatch(/^attachment; filename="[^"\\/]*"(?:; filename\*=UTF-8''[\w%.!#$&+^`|~-]*)?$/);
    const named = decodeURIComponent(/filename\*=UTF-8''(.*)$/.exec(disposition)?.[1] ?? '');
    expect(named).toBe('pass"wd; filename=evil.exe.pdf');
    expect(new URL(href).pathname).not.toMatch(/\.\.|passwd|evil/);
    expect(Buffer.from(await response.arrayBuffer()).toString()).toBe('%PDF-1.7\n');
  });
});
