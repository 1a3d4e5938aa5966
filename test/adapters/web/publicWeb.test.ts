import { afterAll, beforeAll, expect, test } from 'vitest';
import { isLoopback, isPublicAddress } from '../../../adapters/web/publicAddress.ts';
import { createPublicWeb } from '../../../adapters/web/publicWeb.ts';
import { type NewsServer, startNewsServer } from '../../kit/newsServer.ts';

let server: NewsServer;
beforeAll(async () => {
  server = await startNewsServer();
});
afterAll(() => server?.stop());

const near = createPublicWeb({ timeoutMs: 400, allowLoopback: true });
const far = createPublicWeb({ timeoutMs: 400 });
const get = (path: string, bytes = 1000) => near.fetch({ address: `${server.url}${path}`, bytes });

test.each(['8.8.8.8', '1.1.1.1', '203.113.131.1', '223.255.255.255', '2001:4860:4860::8888', '2405:4800::1'])(
  '%s is public',
  (address) => expect(isPublicAddress(address)).toBe(true),
);

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.8.8.8',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.168.1.1',
  '198.18.0.1',
  '203.0.113.7',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::ffff:a9fe:a9fe',
  '64:ff9b::8.8.8.8',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'ff02::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  'localhost',
  '0177.0.0.1',
  '',
])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false));

test('only 127.0.0.0/8 and ::1 are this machine', () => {
  expect(['127.0.0.1', '127.1.2.3', '::1'].map(isLoopback)).toEqual([true, true, true]);
  expect(['::ffff:127.0.0.1', '10.0.0.1', '169.254.169.254', '128.0.0.1'].map(isLoopback)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test.each([
  ['a literal address of this machine', 'http://127.0.0.1/x'],
  ['the same in brackets', 'http://[::1]/x'],
  ['IPv4 inside IPv6', 'http://[::ffff:169.254.169.254]/x'],
  ['a number that is an address', 'http://2130706433/x'],
  ['octal octets', 'http://0177.0.0.1/x'],
  ['the metadata service', 'http://169.254.169.254/latest/meta-data/'],
  ['a private network', 'https://10.0.0.1/x'],
])('%s is not asked', async (_, address) => {
  expect(await far.fetch({ address, bytes: 10 })).toEqual({
    what: 'failed',
    why: 'the host has an address that is not public',
  });
});

test.each([
  ['ftp://example.org/x', 'the address is not one of http or https'],
  ['file:///etc/passwd', 'the address is not one of http or https'],
  ['not an address', 'the address is not one of http or https'],
  ['http://user:secret@8.8.8.8/x', 'the address holds credentials'],
  ['http://8.8.8.8:22/x', 'port 22 is not asked'],
])('%s: %s', async (address, why) => {
  expect(await far.fetch({ address, bytes: 10 })).toEqual({ what: 'failed', why });
});

test('one address of a host that is not public refuses the host, whichever comes first', async () => {
  const resolve = async () => ['8.8.8.8', '10.0.0.1'];
  const web = createPublicWeb({ timeoutMs: 400, resolve });
  expect(await web.fetch({ address: 'http://crl.example/x', bytes: 10 })).toMatchObject({
    why: 'the host has an address that is not public',
  });
});

test('this machine alone is let in where that is allowed, and other networks are not', async () => {
  const resolve = async () => ['192.168.0.7'];
  const web = createPublicWeb({ timeoutMs: 400, allowLoopback: true, resolve });
  expect(await web.fetch({ address: 'http://crl.example/x', bytes: 10 })).toMatchObject({
    why: 'the host has an address that is not public',
  });
});

test('the connection goes to the address that was checked, and the name is resolved once', async () => {
  let asked = 0;
  const resolve = async () => {
    asked++;
    return ['127.0.0.1'];
  };
  server.serve.set('/pinned', Buffer.from('here'));
  const web = createPublicWeb({ timeoutMs: 2000, allowLoopback: true, resolve });
  const { port } = new URL(server.url);
  const fetched = await web.fetch({ address: `http://no-such-host.invalid:${port}/pinned`, bytes: 10 });
  expect(fetched).toEqual({ what: 'new', bytes: Buffer.from('here') });
  expect(asked).toBe(1);
});

test('a resolver that never answers ends with the time', async () => {
  const web = createPublicWeb({ timeoutMs: 50, resolve: () => new Promise(() => undefined) });
  expect(await web.fetch({ address: 'http://crl.example/x', bytes: 10 })).toEqual({
    what: 'failed',
    why: 'it does not answer in time',
  });
});

test('a redirect is not followed', async () => {
  server.serve.set('/here', { status: 302, headers: { location: `${server.url}/there` } });
  server.serve.set('/there', Buffer.from('there'));
  expect(await get('/here')).toEqual({ what: 'failed', why: 'it answers 302' });
  expect(server.asked).not.toContain('GET /there');
});

test('an answer over the limit is cut off, whatever its length says', async () => {
  server.serve.set('/large', (_, response) => {
    response.writeHead(200).write(Buffer.alloc(2000));
    // Never ended: only the limit ends it.
  });
  expect(await get('/large')).toEqual({ what: 'failed', why: 'its answer is over 1000 bytes' });
});

test('an answer that is silent, cut short, encoded or empty is no answer', async () => {
  server.serve.set('/silence', 'silence');
  expect(await get('/silence')).toEqual({ what: 'failed', why: 'it does not answer in time' });
  server.serve.set('/slow', (_, response) => void response.writeHead(200).write('a'));
  expect(await get('/slow')).toEqual({ what: 'failed', why: 'it does not answer in time' });
  server.serve.set('/cut', (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('a', () => response.destroy());
  });
  expect(await get('/cut')).toMatchObject({ what: 'failed' });
  server.serve.set('/gzip', { status: 200, headers: { 'content-encoding': 'gzip' }, body: Buffer.alloc(10) });
  expect(await get('/gzip')).toEqual({ what: 'failed', why: 'its answer is encoded as gzip' });
  server.serve.set('/empty', { status: 200 });
  expect(await get('/empty')).toEqual({ what: 'failed', why: 'its answer is empty' });
  expect(await near.fetch({ address: 'http://127.0.0.1:1/', bytes: 10 })).toEqual({
    what: 'failed',
    why: 'it cannot be reached: ECONNREFUSED',
  });
});

test('what changed is asked for by the validators that came with it, and a question is posted', async () => {
  const headers = { etag: '"7"', 'last-modified': 'Sun, 01 Mar 2026 00:00:00 GMT' };
  server.serve.set('/etag', { status: 200, headers, body: Buffer.from('x') });
  expect(await get('/etag')).toEqual({
    what: 'new',
    bytes: Buffer.from('x'),
    etag: '"7"',
    lastModified: headers['last-modified'],
  });
  server.serve.set('/etag', { status: 304 });
  expect(await near.fetch({ address: `${server.url}/etag`, bytes: 10, etag: '"7"' })).toEqual({ what: 'same' });
  expect(server.asked.at(-1)).toBe('GET /etag "7"');
  server.serve.set('/ask', (body, response) => void response.end(Buffer.concat([Buffer.from('re: '), body])));
  const post = { body: Buffer.from('question'), type: 'application/ocsp-request' };
  expect(await near.fetch({ address: `${server.url}/ask`, bytes: 100, post })).toEqual({
    what: 'new',
    bytes: Buffer.from('re: question'),
  });
});
