import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientOf, type FakeAnswer, type FakeAxis, type SeenRequest, startFakeAxis } from './fakeAxis.ts';

const CONTENT = Buffer.from('0123456789'.repeat(2000));
const headline = { sha256: createHash('sha256').update(CONTENT).digest('hex'), bytes: CONTENT.length };
const target = { dispatchId: 'dsp_a', deliveryId: 'dlv_b', headline };

let axis: FakeAxis;
beforeEach(async () => {
  axis = await startFakeAxis();
});
afterEach(() => axis.stop());

const link = (): FakeAnswer => ({
  body: { href: `${axis.url}/object?signature=1`, ...headline, expiresAt: '2026-11-21T00:01:00.000Z' },
});

function rangeOf({ headers }: SeenRequest): FakeAnswer {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(String(headers.range)) ?? [];
  const body = CONTENT.subarray(Number(from), Number(to) + 1);
  return { status: 206, body, headers: { 'content-range': `bytes ${from}-${to}/${CONTENT.length}` } };
}

test('asks for a link in the name of the delivery and follows it without the token', async () => {
  axis.script(link(), { body: CONTENT });
  const bytes = await clientOf(axis).client.fetchContent(target);
  expect(bytes.equals(CONTENT)).toBe(true);
  expect(axis.seen.map(({ url }) => url)).toEqual([
    '/v1/dispatches/dsp_a/content?delivery=dlv_b&as=link',
    '/object?signature=1',
  ]);
  expect(axis.seen[1]?.headers.authorization).toBeUndefined();
});

test('a link that came with the lease saves a request', async () => {
  axis.script({ body: CONTENT });
  await clientOf(axis).client.fetchContent({ ...target, content: `${axis.url}/object` });
  expect(axis.seen.map(({ url }) => url)).toEqual(['/object']);
});

test('a link that is over is replaced by a fresh one', async () => {
  axis.script({ status: 403 }, link(), { body: CONTENT });
  await clientOf(axis).client.fetchContent({ ...target, content: `${axis.url}/old` });
  expect(axis.seen.map(({ url }) => url)).toEqual([
    '/old',
    '/v1/dispatches/dsp_a/content?delivery=dlv_b&as=link',
    '/object?signature=1',
  ]);
});

test('a download that breaks off goes on where it broke', async () => {
  axis.script(link(), { body: CONTENT, cutAfter: 5000 }, rangeOf);
  const bytes = await clientOf(axis).client.fetchContent(target);
  expect(bytes.equals(CONTENT)).toBe(true);
  expect(axis.seen[2]?.headers.range).toMatch(/^bytes=5000-19999$/);
});

test('content that stops coming is given up, and goes on where it stood', async () => {
  axis.script(link(), { body: CONTENT, stallAfter: 5000 }, rangeOf);
  const bytes = await clientOf(axis, { answerMs: 300 }).client.fetchContent(target);
  expect(bytes.equals(CONTENT)).toBe(true);
  expect(axis.seen[2]?.headers.range).toMatch(/^bytes=5000-19999$/);
});

test('a file that stops coming is given up, and goes on where it stood', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'docaxis-stall-'));
  const href = `${axis.url}/object`;
  const about = { n: 1, name: 'a.pdf', contentType: 'application/pdf', detached: true, ...headline, href };
  const attachment = { body: { ...about, expiresAt: '2026-11-21T00:01:00.000Z' } };
  const rest = ({ headers }: SeenRequest): FakeAnswer => {
    const from = Number(/^bytes=(\d+)-$/.exec(String(headers.range))?.[1]);
    const range = `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}`;
    return { status: 206, body: CONTENT.subarray(from), headers: { 'content-range': range } };
  };
  axis.script(attachment, attachment, { body: CONTENT, stallAfter: 5000 }, rest);
  const { client } = clientOf(axis, { answerMs: 300 });
  await client.saveAttachment({ dispatchId: 'dsp_a', n: 1 }, join(folder, 'a.pdf'));
  expect((await readFile(join(folder, 'a.pdf'))).equals(CONTENT)).toBe(true);
  await rm(folder, { recursive: true });
});

test('a part is a part', async () => {
  axis.script(link(), rangeOf);
  const bytes = await clientOf(axis).client.fetchContent(target, { from: 10, to: 14 });
  expect(bytes.toString()).toBe('01234');
});

test.each([
  ['altered', Buffer.concat([CONTENT.subarray(0, -1), Buffer.from('x')])],
  ['longer', Buffer.concat([CONTENT, Buffer.from('x')])],
])('%s content is never returned', async (_, body) => {
  axis.script(link(), { body });
  await expect(clientOf(axis).client.fetchContent(target)).rejects.toMatchObject({ kind: 'mismatch' });
});

test('shorter content is never returned', async () => {
  axis.script(link(), { body: CONTENT.subarray(0, 100) }, { status: 416 });
  const { client } = clientOf(axis, { retry: { attempts: 2 } });
  await expect(client.fetchContent(target)).rejects.toMatchObject({ name: 'AxisFault' });
});

test('an answer with another range than asked for is refused', async () => {
  axis.script(link(), { status: 206, body: CONTENT.subarray(5, 9), headers: { 'content-range': 'bytes 5-8/20000' } });
  await expect(clientOf(axis).client.fetchContent(target, { from: 0, to: 3 })).rejects.toMatchObject({
    kind: 'unexpected',
  });
});

test.each(['http://elsewhere.example/object', 'file:///etc/passwd', 'nonsense'])(
  'the link %s is not followed',
  async (href) => {
    axis.script({ body: { href, ...headline, expiresAt: '2026-11-21T00:01:00.000Z' } });
    await expect(clientOf(axis).client.fetchContent(target)).rejects.toMatchObject({ kind: 'unexpected' });
  },
);

test('a range outside of the content is a mistake of the caller', async () => {
  await expect(clientOf(axis).client.fetchContent(target, { from: 0, to: CONTENT.length })).rejects.toThrow(RangeError);
});
