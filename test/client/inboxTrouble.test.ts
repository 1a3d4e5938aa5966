import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InboxOptions } from '../../client/inbox.ts';
import { DELIVERY_ID, deliveryOf } from './commandRun.ts';
import { clientOf, type FakeAnswer, type FakeAxis, problem, type SeenRequest, startFakeAxis } from './fakeAxis.ts';

const CONTENT = Buffer.from('<edXML/>');
const TOKEN = 'abcdefghijklmnopqrstuv';
const LEASED = { ...deliveryOf(CONTENT), lease: { token: TOKEN, until: '2026-11-21T08:05:00.000Z' } };
const settled = (state: string): FakeAnswer => ({ body: { deliveryId: DELIVERY_ID, state } });

const nothing: FakeAnswer = { body: { deliveries: [] } };
/** What a request brings that acknowledged the one before. */
const exchanged = (deliveries: readonly object[], result: object = {}): FakeAnswer => ({
  body: { deliveries, acknowledged: [{ deliveryId: DELIVERY_ID, state: 'acknowledged', ...result }] },
});

let axis: FakeAxis;
let stop: AbortController;
let trouble: unknown[];
beforeEach(async () => {
  axis = await startFakeAxis();
  stop = new AbortController();
  trouble = [];
});
afterEach(() => axis.stop());

type Answers = Readonly<Record<string, readonly FakeAnswer[]>>;

/** Answers by the end of the path, in order; the last one of each stays. */
function answerBy(answers: Answers): void {
  const left = new Map(Object.entries(answers).map(([path, list]) => [path, [...list]]));
  axis.script((request: SeenRequest) => {
    const key = [...left.keys()].find((path) => request.url.endsWith(path)) ?? '';
    const list = left.get(key) ?? [];
    return (list.length > 1 ? list.shift() : list[0]) ?? { status: 500 };
  });
}

const asked = (): readonly string[] => axis.seen.map(({ url, headers }) => String(headers['x-amz-target'] ?? url));
const inboxOf = (options: InboxOptions = {}, pause = async (_ms: number, _signal?: AbortSignal) => undefined) =>
  clientOf(axis, { retry: { attempts: 1 }, pause }).client.inbox({
    signal: stop.signal,
    onTrouble: (error) => trouble.push(error),
    waitSeconds: 0,
    direct: false,
    ...options,
  });

/** Pauses that end only when the test says so; the pause of the lease is the first. */
function heldPauses() {
  const held: { ms: number; end: () => void }[] = [];
  const pause = (ms: number, signal?: AbortSignal) =>
    new Promise<undefined>((resolve) => {
      held.push({ ms, end: () => resolve(undefined) });
      signal?.addEventListener('abort', () => resolve(undefined));
    });
  return { held, pause };
}

describe('the lease', () => {
  test('is asked for again at half of its time while the body works', async () => {
    const lease = { deliveryId: DELIVERY_ID, lease: LEASED.lease };
    answerBy({
      '/receive': [{ body: { deliveries: [LEASED] } }],
      '/extend': [{ body: lease }],
      '/acknowledge': [settled('acknowledged')],
    });
    const { held, pause } = heldPauses();
    for await (const _ of inboxOf({ leaseSeconds: 60 }, pause)) {
      expect(held.map(({ ms }) => ms)).toEqual([30_000]);
      held[0]?.end();
      await expect.poll(() => held.length).toBe(2);
      stop.abort();
    }
    expect(asked().map((url) => url.split('/').at(-1))).toEqual(['receive', 'extend', 'acknowledge']);
    expect(JSON.parse(axis.seen[1]?.body.toString() ?? '')).toEqual({ leaseToken: TOKEN, leaseSeconds: 60 });
  });

  test('that is lost is told to the body, and nothing is acknowledged', async () => {
    answerBy({ '/receive': [{ body: { deliveries: [LEASED] } }], '/extend': [problem('lease-lost', 409)] });
    const { held, pause } = heldPauses();
    for await (const delivery of inboxOf({}, pause)) {
      held[0]?.end();
      await expect.poll(() => delivery.lost.aborted).toBe(true);
      stop.abort();
    }
    expect(asked().some((url) => url.endsWith('/acknowledge'))).toBe(false);
    expect(trouble).toEqual([expect.objectContaining({ code: 'lease-lost' })]);
  });

  test('that is not extended any more is no loss while it lasts: the work may be acknowledged', async () => {
    answerBy({
      '/receive': [{ body: { deliveries: [LEASED] } }],
      '/extend': [problem('lease-not-extended', 409)],
      '/acknowledge': [settled('acknowledged')],
    });
    const { held, pause } = heldPauses();
    for await (const delivery of inboxOf({ leaseSeconds: 60 }, pause)) {
      held[0]?.end();
      await expect.poll(() => held.length).toBe(2);
      expect(held[1]?.ms).toBeGreaterThan(50_000);
      expect(delivery.lost.aborted).toBe(false);
      stop.abort();
    }
    expect(asked().at(-1)).toBe(`/v1/deliveries/${DELIVERY_ID}/acknowledge`);
    expect(trouble).toEqual([expect.objectContaining({ code: 'lease-not-extended' })]);
  });

  test('is given back when the delivery came in the moment of the end', async () => {
    axis.script((request) => {
      if (request.url.endsWith('/release')) return settled('queued');
      stop.abort();
      return { body: { deliveries: [LEASED] } };
    });
    for await (const _ of inboxOf()) expect.unreachable();
    expect(asked().at(-1)).toBe(`/v1/deliveries/${DELIVERY_ID}/release`);
  });
});

describe('an inbox that is to be emptied', () => {
  test('comes to its end when nothing waits, and never asks for the own queue', async () => {
    answerBy({ '/receive': [{ body: { deliveries: [LEASED] } }, exchanged([]), nothing] });
    const seen: string[] = [];
    const inbox = inboxOf({ untilEmpty: true, direct: true, waitSeconds: 20 }, heldPauses().pause);
    for await (const { deliveryId } of inbox) seen.push(deliveryId);
    expect(seen).toEqual([DELIVERY_ID]);
    expect(asked()).toEqual(['/v1/inbox/receive', '/v1/inbox/receive', '/v1/inbox/receive']);
    expect(JSON.parse(String(axis.seen[0]?.body))).toMatchObject({ waitSeconds: 0 });
  });

  test('ends with the error of an axis that does not answer', async () => {
    axis.script({ status: 503 });
    const emptied = inboxOf({ untilEmpty: true }).each(async () => undefined, { parallel: 2 });
    await expect(emptied).rejects.toMatchObject({ name: 'AxisFault', kind: 'fault' });
    expect(trouble).toEqual([]);
  });
});

describe('the request that acknowledges and asks for the next', () => {
  test('brings each delivery after the first with one request, and does not wait', async () => {
    const other = { ...LEASED, deliveryId: DELIVERY_ID.replaceAll('a', 'b') };
    answerBy({
      '/receive': [
        { body: { deliveries: [LEASED] } },
        exchanged([other]),
        exchanged([], { deliveryId: other.deliveryId }),
      ],
    });
    const seen: string[] = [];
    const inbox = inboxOf({ waitSeconds: 20, untilEmpty: true }, heldPauses().pause);
    for await (const { deliveryId } of inbox) seen.push(deliveryId);
    expect(seen).toEqual([DELIVERY_ID, other.deliveryId]);
    expect(axis.seen.map(({ body }) => JSON.parse(String(body)))).toMatchObject([
      { max: 1 },
      { max: 1, waitSeconds: 0, acknowledge: [{ deliveryId: DELIVERY_ID, leaseToken: TOKEN }] },
      { max: 1, waitSeconds: 0, acknowledge: [{ deliveryId: other.deliveryId, leaseToken: TOKEN }] },
      { max: 1 },
    ]);
  });

  test('hands the next one over although the lease of the one before was lost', async () => {
    const other = { ...LEASED, deliveryId: DELIVERY_ID.replaceAll('a', 'b') };
    const lost = { deliveryId: DELIVERY_ID, refusal: problem('lease-lost', 409).body };
    answerBy({
      '/receive': [
        { body: { deliveries: [LEASED] } },
        exchanged([other], lost),
        exchanged([], { deliveryId: other.deliveryId }),
      ],
    });
    const seen: string[] = [];
    for await (const { deliveryId } of inboxOf({ untilEmpty: true }, heldPauses().pause)) seen.push(deliveryId);
    expect(seen).toEqual([DELIVERY_ID, other.deliveryId]);
    expect(trouble).toEqual([expect.objectContaining({ code: 'lease-lost' })]);
  });

  test('tells of a refusal inside its answer in the language of the client', async () => {
    const wrong = { deliveryId: DELIVERY_ID, refusal: problem('digest-mismatch', 422).body };
    answerBy({
      '/receive': [{ body: { deliveries: [LEASED] } }, exchanged([], wrong)],
      '/release': [settled('queued')],
    });
    const { client } = clientOf(axis, { language: 'vi', pause: heldPauses().pause });
    const loop = client.inbox({ waitSeconds: 0, direct: false }).each(async () => undefined);
    await expect(loop).rejects.toThrow('Chi tiết tiếng Việt');
  });

  test('gives the next one back when the acknowledgement is refused for good, and ends', async () => {
    const other = { ...LEASED, deliveryId: DELIVERY_ID.replaceAll('a', 'b') };
    const wrong = { deliveryId: DELIVERY_ID, refusal: problem('digest-mismatch', 422).body };
    answerBy({
      '/receive': [{ body: { deliveries: [LEASED] } }, exchanged([other], wrong)],
      '/release': [settled('queued')],
    });
    const loop = inboxOf({ untilEmpty: true }, heldPauses().pause).each(async () => undefined);
    await expect(loop).rejects.toMatchObject({ code: 'digest-mismatch' });
    expect(asked().slice(2)).toEqual([
      `/v1/deliveries/${DELIVERY_ID}/release`,
      `/v1/deliveries/${other.deliveryId}/release`,
    ]);
  });

  test('takes nothing when the end came meanwhile', async () => {
    const other = { ...LEASED, deliveryId: DELIVERY_ID.replaceAll('a', 'b') };
    axis.script((request) => {
      if (request.url.endsWith('/release')) return settled('queued');
      if (request.body.includes('"acknowledge"')) stop.abort();
      return request.body.includes('"acknowledge"') ? exchanged([other]) : { body: { deliveries: [LEASED] } };
    });
    const seen: string[] = [];
    for await (const { deliveryId } of inboxOf({}, heldPauses().pause)) seen.push(deliveryId);
    expect(seen).toEqual([DELIVERY_ID]);
    expect(asked().at(-1)).toBe(`/v1/deliveries/${other.deliveryId}/release`);
  });

  test('that is refused as a whole leaves nothing finished without its acknowledgement', async () => {
    answerBy({
      '/receive': [{ body: { deliveries: [LEASED] } }, problem('agency-not-found', 404)],
      '/acknowledge': [settled('acknowledged')],
    });
    const loop = inboxOf({ agency: 'X91.05' }, heldPauses().pause).each(async () => undefined);
    await expect(loop).rejects.toMatchObject({ code: 'agency-not-found' });
    expect(asked().map((url) => url.split('/').at(-1))).toEqual(['receive', 'receive', 'acknowledge', 'receive']);
  });

  test('is repeated when it failed, and the delivery is handed over once', async () => {
    const { pause } = heldPauses();
    answerBy({ '/receive': [{ body: { deliveries: [LEASED] } }, { status: 500 }, exchanged([]), nothing] });
    const seen: string[] = [];
    const quick = (ms: number, signal?: AbortSignal) => (ms > 60_000 ? pause(ms, signal) : Promise.resolve(undefined));
    for await (const { deliveryId } of inboxOf({ untilEmpty: true }, quick)) seen.push(deliveryId);
    expect(seen).toEqual([DELIVERY_ID]);
    expect(asked()).toHaveLength(4);
  });
});

describe('an axis that fails', () => {
  test('is asked again until it is back', async () => {
    answerBy({
      '/receive': [{ status: 500 }, { status: 503 }, { body: { deliveries: [LEASED] } }],
      '/acknowledge': [settled('acknowledged')],
    });
    const pauses: number[] = [];
    const pause = async (ms: number) => {
      pauses.push(ms);
      return undefined;
    };
    for await (const _ of inboxOf({}, (ms, signal) => (ms > 60_000 ? heldPauses().pause(ms, signal) : pause(ms)))) {
      stop.abort();
    }
    expect(pauses).toEqual([1000, 2000]);
    expect(trouble).toHaveLength(2);
  });

  test('hears of the acknowledgement when it is back', async () => {
    answerBy({
      '/receive': [{ body: { deliveries: [LEASED] } }],
      '/acknowledge': [{ status: 500 }, settled('acknowledged')],
    });
    const { pause } = heldPauses();
    for await (const _ of inboxOf({}, (ms, signal) => (ms > 60_000 ? pause(ms, signal) : Promise.resolve(undefined)))) {
      stop.abort();
    }
    expect(asked().filter((url) => url.endsWith('/acknowledge'))).toHaveLength(2);
  });

  test('ends the loop only with a refusal that waiting does not cure', async () => {
    answerBy({ '/receive': [problem('system-suspended', 403)] });
    await expect(inboxOf()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'system-suspended' });
  });
});

describe('the own queue', () => {
  const credentials = (more: object = {}): FakeAnswer => ({
    body: {
      accessKeyId: 'AKIA',
      secretAccessKey: 'secret',
      sessionToken: 'session',
      expiresAt: '2031-01-01T00:00:00.000Z',
      region: 'ap-southeast-1',
      queueUrl: 'https://sqs.ap-southeast-1.amazonaws.com/000000000000/inbox-test',
      endpoint: `${axis.url}/queue`,
      ...more,
    },
  });
  const hint = (deliveryId: string) => ({
    Body: JSON.stringify({ deliveryId }),
    ReceiptHandle: `handle-${deliveryId}`,
  });
  /** The lease's pause lasts; all others take no time. */
  const quick = () => {
    const { pause } = heldPauses();
    return (ms: number, signal?: AbortSignal) => (ms > 100_000 ? pause(ms, signal) : Promise.resolve(undefined));
  };

  test('is polled with a signature of the vended credentials, and names what to lease', async () => {
    answerBy({
      '/inbox/credentials': [credentials()],
      '/receive': [{ body: { deliveries: [] } }],
      '/queue': [{ body: { Messages: [hint('nonsense'), hint(DELIVERY_ID)] } }, { body: {} }],
      '/lease': [{ body: LEASED }],
      '/acknowledge': [settled('acknowledged')],
    });
    for await (const _ of inboxOf({ direct: true }, quick())) stop.abort();
    expect(asked()).toEqual([
      '/v1/inbox/credentials',
      '/v1/inbox/receive',
      'AmazonSQS.ReceiveMessage',
      `/v1/deliveries/${DELIVERY_ID}/lease`,
      'AmazonSQS.DeleteMessageBatch',
      `/v1/deliveries/${DELIVERY_ID}/acknowledge`,
    ]);
    expect(axis.seen[2]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIA\/\d{8}\/ap-southeast-1\/sqs\//,
    );
    expect(JSON.parse(axis.seen[4]?.body.toString() ?? '')).toMatchObject({
      Entries: [{ ReceiptHandle: 'handle-nonsense' }, { ReceiptHandle: `handle-${DELIVERY_ID}` }],
    });
  });

  test('that refuses twice is left for the API', async () => {
    answerBy({
      '/inbox/credentials': [credentials()],
      '/receive': [{ body: { deliveries: [] } }, { body: { deliveries: [] } }, { body: { deliveries: [LEASED] } }],
      '/queue': [{ status: 403, body: {} }],
      '/acknowledge': [settled('acknowledged')],
    });
    for await (const _ of inboxOf({ direct: true }, quick())) stop.abort();
    expect(asked().filter((url) => url.endsWith('/credentials'))).toHaveLength(2);
    expect(trouble).toEqual([expect.objectContaining({ status: 403 }), expect.objectContaining({ status: 403 })]);
  });

  test.each([
    ['http elsewhere', 'http://queue.example/'],
    ['no address', 'queue'],
  ])('at an address that is not safe (%s) is not used', async (_, endpoint) => {
    answerBy({
      '/inbox/credentials': [credentials({ endpoint })],
      '/receive': [{ body: { deliveries: [LEASED] } }],
      '/acknowledge': [settled('acknowledged')],
    });
    for await (const delivery of inboxOf({ direct: true }, quick())) {
      expect(delivery.deliveryId).toBe(DELIVERY_ID);
      stop.abort();
    }
    expect(trouble).toEqual([expect.objectContaining({ message: expect.stringContaining('not https') })]);
  });

  test('whose credentials are refused is not asked for again and again', async () => {
    answerBy({
      '/inbox/credentials': [problem('route-not-found', 404)],
      '/receive': [{ body: { deliveries: [] } }, { body: { deliveries: [LEASED] } }],
      '/acknowledge': [settled('acknowledged')],
    });
    for await (const _ of inboxOf({ direct: true }, quick())) stop.abort();
    expect(asked().filter((url) => url.endsWith('/credentials'))).toHaveLength(1);
  });
});
