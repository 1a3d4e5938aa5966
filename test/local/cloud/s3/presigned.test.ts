import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LinkOptions, presign } from '../presign.ts';
import { allow, type Clients, failureOf, role, startTestCloud, type TestCloud } from '../testCloud.ts';

const bucket = 'uploads';
const sha256 = (body: string) => createHash('sha256').update(body).digest('base64');
let test: TestCloud;
let clients: Clients;

const link = (key: string, options: Partial<LinkOptions> = {}) => presign(test, { bucket, key, ...options });
const isStored = async (key: string) =>
  (await clients.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).catch(() => undefined)) !== undefined;

beforeAll(async () => {
  test = await startTestCloud();
  clients = test.clients();
  await test.cloud.admin.createBucket({ BucketName: bucket });
  await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'doc', Body: 'hello' }));
});
afterAll(() => test.stop());

describe('a presigned PUT', () => {
  const checksum = { 'x-amz-checksum-sha256': sha256('declared') };
  const put = (key: string, unhoistable: string[], extra: Record<string, string> = {}) =>
    link(key, { method: 'PUT', headers: { ...checksum, ...extra }, unhoistable });

  it('whose checksum is a signed header takes exactly those bytes', async () => {
    const url = await put('exact', ['x-amz-checksum-sha256']);
    expect((await fetch(url, { method: 'PUT', body: 'other', headers: checksum })).status).toBe(400);
    expect(await isStored('exact')).toBe(false);
    expect((await fetch(url, { method: 'PUT', body: 'declared', headers: checksum })).status).toBe(200);
    const head = new HeadObjectCommand({ Bucket: bucket, Key: 'exact', ChecksumMode: 'ENABLED' });
    expect((await clients.s3.send(head)).ChecksumSHA256).toBe(sha256('declared'));
  });
  it('whose checksum was moved into the query takes any bytes, as on AWS', async () => {
    const url = await put('unchecked', []);
    expect(url).toContain('x-amz-checksum-sha256=');
    expect((await fetch(url, { method: 'PUT', body: 'other' })).status).toBe(200);
    const head = new HeadObjectCommand({ Bucket: bucket, Key: 'unchecked', ChecksumMode: 'ENABLED' });
    expect((await clients.s3.send(head)).ChecksumSHA256).toBeUndefined();
  });
  it('refuses a request that leaves the signed header out, or changes it', async () => {
    const url = await put('headers', ['x-amz-checksum-sha256']);
    expect((await fetch(url, { method: 'PUT', body: 'declared' })).status).toBe(403);
    const changed = { 'x-amz-checksum-sha256': sha256('other') };
    expect((await fetch(url, { method: 'PUT', body: 'other', headers: changed })).status).toBe(403);
  });
  it('refuses a header that steers S3 but was not signed', async () => {
    const url = await link('loose', { method: 'PUT' });
    const headers = { 'x-amz-object-lock-legal-hold': 'ON' };
    expect((await fetch(url, { method: 'PUT', body: 'x', headers })).status).toBe(403);
  });
  it('holds the length to a signed content-length', async () => {
    const url = await link('length', { method: 'PUT', headers: { 'content-length': '5' } });
    expect(url).toContain('content-length');
    expect((await fetch(url, { method: 'PUT', body: 'too long' })).status).toBe(403);
    expect((await fetch(url, { method: 'PUT', body: 'fives' })).status).toBe(200);
  });
  it('with If-None-Match: * writes once', async () => {
    const headers = { 'if-none-match': '*' };
    const url = await link('first', { method: 'PUT', headers });
    const send = (body: string) => fetch(url, { method: 'PUT', body, headers });
    expect([(await send('1')).status, (await send('2')).status]).toEqual([200, 412]);
  });
  it('is not a presigned GET', async () => {
    const url = await link('doc', { method: 'PUT' });
    expect((await fetch(url)).status).toBe(403);
  });
});

describe('a presigned GET', () => {
  it('is refused beside an Authorization header', async () => {
    const response = await fetch(await link('doc'), { headers: { authorization: 'Bearer forwarded' } });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<Code>InvalidArgument</Code>');
  });
  it('ends when the axis clock says so', async () => {
    const url = await link('doc', { expiresIn: 60 });
    test.clock.advance(59_000);
    expect((await fetch(url)).status).toBe(200);
    test.clock.advance(2_000);
    const late = await fetch(url);
    expect(late.status).toBe(403);
    expect(await late.text()).toContain('Request has expired');
  });
  it('cannot be prolonged, redirected to another key or given other parameters', async () => {
    const url = await link('doc', { query: { 'response-content-type': 'text/plain' } });
    expect((await fetch(url)).headers.get('content-type')).toBe('text/plain');
    for (const [from, to] of [
      ['X-Amz-Expires=60', 'X-Amz-Expires=600'],
      ['/doc?', '/exact?'],
      ['text%2Fplain', 'text%2Fhtml'],
    ] as const) {
      expect(url).toContain(from);
      expect((await fetch(url.replace(from, to))).status, to).toBe(403);
    }
  });
  it('carries no more than its signer may do, at the time of use', async () => {
    const guest = role('guest', [allow('s3:GetObject', `arn:aws:s3:::${bucket}/doc`)]);
    const credentials = test.cloud.issue(guest, { expiresAt: test.clock.now() + 600_000 });
    expect((await fetch(await link('doc', { credentials }))).status).toBe(200);
    expect((await fetch(await link('exact', { credentials }))).status).toBe(403);
    const url = await link('doc', { credentials });
    test.cloud.revoke(credentials.accessKeyId);
    expect((await fetch(url)).status).toBe(403);
  });
  it('is recorded as presigned', async () => {
    await (await fetch(await link('doc'))).text();
    expect(test.calls.at(-1)).toMatchObject({ operation: 'GetObject', presigned: true, principal: 'administrator' });
  });

  const ranges: [header: string, status: number, body: string][] = [
    ['bytes=0-0', 206, 'h'],
    ['bytes=3-', 206, 'lo'],
    ['bytes=1-99', 206, 'ello'],
    ['bytes=-3', 206, 'llo'],
    ['bytes=-99', 206, 'hello'],
    ['bytes=0-1,3-4', 200, 'hello'],
    ['bytes=4-1', 200, 'hello'],
    ['lines=1-2', 200, 'hello'],
    ['bytes=-', 200, 'hello'],
  ];
  it.each(ranges)('answers Range: %s with %i', async (range, status, body) => {
    const response = await fetch(await link('doc'), { headers: { range } });
    expect([response.status, await response.text()]).toEqual([status, body]);
  });
  it.each(['bytes=5-', 'bytes=99-100', 'bytes=-0'])('answers Range: %s with 416', async (range) => {
    const response = await fetch(await link('doc'), { headers: { range } });
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */5']);
  });
});

describe('whatever is not implemented answers 501', () => {
  it.each(['acl', 'torrent', 'partNumber', 'select', 'legal-hold', 'made-up'])('GET ?%s', async (name) => {
    expect((await fetch(await link('doc', { query: { [name]: '1' } }))).status).toBe(501);
  });
  it('a PUT with such a parameter or header leaves the object alone', async () => {
    const put = async (options: Partial<LinkOptions>, headers = {}) =>
      (await fetch(await link('doc', { method: 'PUT', ...options }), { method: 'PUT', body: 'x', headers })).status;
    expect(await put({ query: { acl: '' } })).toBe(501);
    const website = { 'x-amz-website-redirect-location': '/x' };
    expect(await put({ headers: website, unhoistable: Object.keys(website) }, website)).toBe(501);
    expect(await put({ headers: website })).toBe(501);
    const object = await clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'doc' }));
    expect(await object.Body?.transformToString()).toBe('hello');
  });
});

describe('bodies that travel in chunks', () => {
  const send = (body: string, headers: Record<string, string>) => {
    const signed = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '5',
      ...headers,
    };
    return link('chunked', { method: 'PUT', headers: signed, unhoistable: Object.keys(signed) }).then((url) => {
      // The payload of a presigned request is signed as a constant, so this header goes unsigned.
      return fetch(url, { method: 'PUT', body, headers: signed });
    });
  };
  const trailer = { 'x-amz-trailer': 'x-amz-checksum-sha256' };
  const chunks = (sum: string) => `3\r\nhel\r\n2\r\nlo\r\n0\r\nx-amz-checksum-sha256:${sum}\r\n\r\n`;

  it('are decoded and held against their trailer', async () => {
    expect((await send(chunks(sha256('hello')), trailer)).status).toBe(200);
    const object = await clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'chunked' }));
    expect(await object.Body?.transformToString()).toBe('hello');
    expect((await send(chunks(sha256('other')), trailer)).status).toBe(400);
  });
  it.each([
    ['a chunk shorter than its size', '9\r\nhello'],
    ['a chunk longer than its size', '2\r\nhello\r\n0\r\n\r\n'],
    ['a size that is no number', 'zz\r\nhello\r\n0\r\n\r\n'],
    ['another length than declared', '2\r\nhe\r\n0\r\n\r\n'],
  ])('%s is refused', async (_sentence, body) => {
    expect((await send(body, {})).status).toBe(400);
  });
});

describe('an upload that breaks off', () => {
  it('leaves nothing', async () => {
    const url = await link('broken', { method: 'PUT' });
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Buffer.alloc(1_000));
        controller.error(new Error('the line went dead'));
      },
    });
    const call = fetch(url, { method: 'PUT', body, duplex: 'half', headers: { 'content-length': '5000' } });
    expect((await failureOf(call)).name).toBe('TypeError');
    expect(await isStored('broken')).toBe(false);
  });
});
