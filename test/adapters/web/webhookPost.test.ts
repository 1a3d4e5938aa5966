import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWebhookPost } from '../../../adapters/web/webhookPost.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import { answering, startWebhookReceiver, type WebhookReceiver } from '../../kit/webhookReceiver.ts';

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
afterAll(() => receiver?.stop());

const near = createWebhookPost({ timeoutMs: 300, allowLoopback: true });
const far = createWebhookPost({ timeoutMs: 300 });
const message = { headers: { 'webhook-id': 'evt_x' }, body: '{"type":"webhook.ping"}' };
const post = (answer: WebhookReceiver['answer']) => {
  receiver.answer = answer;
  return near({ url: receiver.url, ...message });
};

test('a POST of JSON with the headers that were given; any 2xx is success, an empty answer too', async () => {
  expect(await post(answering(204))).toEqual({ ok: true });
  expect(await post((response) => void response.writeHead(202).end('thanks'))).toEqual({ ok: true });
  expect(receiver.seen.at(-1)).toMatchObject({
    id: 'evt_x',
    body: message.body,
    headers: { 'content-type': 'application/json', 'content-length': String(message.body.length) },
  });
});

test.each([
  ['https://10.0.0.1/hook', 'the host has an address that is not public'],
  ['https://169.254.169.254/latest', 'the host has an address that is not public'],
  ['https://127.0.0.1/hook', 'the host has an address that is not public'],
  ['https://[::ffff:10.0.0.1]/hook', 'the host has an address that is not public'],
  ['https://user:word@example.org/', 'the address holds credentials'],
  ['https://8.8.8.8:8443/', 'port 8443 is not asked'],
  ['http://8.8.8.8/hook', 'the address is not one of https'],
  ['ftp://example.org/hook', 'the address is not one of http or https'],
  ['no address', 'the address is not one of http or https'],
])('53: nothing is sent to %s', async (url, why) => {
  expect(await far({ url, ...message })).toEqual({ ok: false, why });
});

test('53: plain http reaches this machine and no other, also where this machine is allowed', async () => {
  expect(await near({ url: 'http://8.8.8.8/hook', ...message })).toEqual({
    ok: false,
    why: 'the address is not one of https',
  });
});

test('53: a name with one private address among its public ones is not asked', async () => {
  const resolve = async () => ['8.8.8.8', '192.168.0.7'];
  expect(await createWebhookPost({ timeoutMs: 300, resolve })({ url: 'https://a.example/', ...message })).toEqual({
    ok: false,
    why: 'the host has an address that is not public',
  });
});

test('53: a redirect is a failure and is not followed', async () => {
  const before = receiver.seen.length;
  expect(await post(answering(307, { location: receiver.url }))).toEqual({ ok: false, why: 'it answers 307' });
  expect(receiver.seen).toHaveLength(before + 1);
});

test.each([400, 404, 410, 500, 503])('53: %i is a failure', async (status) => {
  expect(await post(answering(status))).toEqual({ ok: false, why: `it answers ${status}` });
});

test.each([
  ['that never begins to answer', () => undefined],
  ['whose answer never ends', (response) => void response.writeHead(200).write('a')],
] as const satisfies readonly (readonly [string, WebhookReceiver['answer']])[])(
  '53: an endpoint %s is left',
  async (_, answer) => {
    expect(await post(answer)).toEqual({ ok: false, why: 'it does not answer in time' });
  },
);

test('53: of a huge answer no more than a little is read', async () => {
  let sent = 0;
  let closed: () => void = () => undefined;
  const hungUp = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const answered = await post((response) => {
    response.once('close', () => closed());
    const piece = Buffer.alloc(64 * 1024);
    const write = (): void => {
      while (!response.destroyed && response.write(piece)) sent += piece.length;
      response.once('drain', write);
    };
    response.writeHead(200);
    write();
  });
  await hungUp;
  expect(answered).toEqual({ ok: true });
  // What the kernel buffers of it, and not more.
  expect(sent).toBeLessThan(32 * 1024 * 1024);
  expect(LIMITS.webhook.replyBytes).toBe(4096);
});

test('53: a connection that nobody takes is told by its code, without the address', async () => {
  const outcome = await near({ url: 'http://127.0.0.1:1/secret-path?key=x', ...message });
  expect(outcome).toEqual({ ok: false, why: 'it cannot be reached: ECONNREFUSED' });
});
