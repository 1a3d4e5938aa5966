import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AxisClient } from '../../client/axisClient.ts';
import type { InboxOptions } from '../../client/inbox.ts';
import { profileTrust } from '../../client/profileTrust.ts';
import { systemProfile } from '../../local/profiles.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';

let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis({ attempts: 2 });
});
afterAll(() => town.stop());

const inboxOf = (options: InboxOptions = {}) => town.clients['bo-minh-hoa'].inbox(options);
const submitSome = async (count: number) => {
  for (let index = 0; index < count; index += 1) await town.submitLetter({ from: 'X91.04', to: ['X92'] });
  await town.settle();
};
const stateOf = async (dispatchId: string) => {
  const { deliveries } = await town.clients['trung-tam-mau'].dispatch(dispatchId);
  return deliveries[0]?.state;
};
const waiting = async () => (await town.clients['bo-minh-hoa'].waiting()).items;
/** The last look for deliveries, whoever took it; waiting polls are recorded only when they end. */
const lastPoll = () => town.axis.calls().findLast(({ operation }) => operation === 'Query')?.n ?? 0;

test('a delivery is verified here: by the certificates that the recipient trusts, and by no others', async () => {
  await submitSome(1);
  const trust = profileTrust(systemProfile('bo-minh-hoa', town.world, town.facts));
  const stop = new AbortController();
  for await (const delivery of inboxOf({ waitSeconds: 1, signal: stop.signal })) {
    const own = await delivery.verified(trust);
    expect(own.ok).toBe(true);
    expect(own.message?.MessageHeader.From.OrganId).toBe('X91.04');
    const foreign = await delivery.verified({ anchors: [], intermediates: [] });
    expect(foreign.ok).toBe(false);
    expect(foreign.report.checks).toContainEqual(expect.objectContaining({ id: 'certificate-path', verdict: 'fail' }));
    stop.abort();
  }
});

describe.each([
  ['over the API', false],
  ['over the own queue', true],
])('%s', (_, direct) => {
  test('a body that ends acknowledges, with the bytes as they were signed', async () => {
    const sent = await town.submitLetter({ from: 'X91.04', to: ['X92'] });
    const stop = new AbortController();
    for await (const delivery of inboxOf({ direct, waitSeconds: 1, signal: stop.signal })) {
      expect(delivery.dispatchId).toBe(sent.answer.dispatchId);
      expect((await delivery.content()).equals(sent.bytes)).toBe(true);
      stop.abort();
    }
    expect(await stateOf(sent.answer.dispatchId)).toBe('acknowledged');
  });

  test('what arrives while the loop waits is handed over at once', async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    const trouble: unknown[] = [];
    const before = lastPoll();
    const loop = (async () => {
      for await (const delivery of inboxOf({
        direct,
        signal: stop.signal,
        onTrouble: (error) => trouble.push(error),
      })) {
        seen.push(delivery.dispatchId);
        stop.abort();
      }
    })();
    await until(() => lastPoll() > before, 'the poll');
    const { answer } = await town.submitLetter({ from: 'X91.04', to: ['X92'] });
    await loop;
    expect(seen).toEqual([answer.dispatchId]);
    expect(trouble).toEqual([]);
    const ownPolls = town.axis.callCounts()['docaxis-evaluation-inbox sqs:ReceiveMessage'] ?? 0;
    expect(ownPolls > 0).toBe(direct);
  });
});

test('a body that throws gives the delivery back, and the error is seen', async () => {
  await submitSome(1);
  const work = async () => {
    for await (const _ of inboxOf({ waitSeconds: 1 })) throw new Error('the disk is full');
  };
  await expect(work()).rejects.toThrow('the disk is full');
  expect((await waiting()).map(({ state }) => state)).toEqual(['queued']);
});

test('a body that breaks gives the delivery back, and it is offered again', async () => {
  for await (const _ of inboxOf({ waitSeconds: 1 })) break;
  expect((await waiting()).map(({ state }) => state)).toEqual(['queued']);
});

test('what the body settled itself stays as it was settled', async () => {
  const [first] = await waiting();
  for await (const delivery of inboxOf({ waitSeconds: 1 })) {
    await delivery.reject('Không thuộc thẩm quyền');
    break;
  }
  expect(await stateOf(first?.dispatchId ?? '')).toBe('rejected');
});

test('several are worked on at once, each exactly once', async () => {
  await submitSome(7);
  const stop = new AbortController();
  const seen: string[] = [];
  let busy = 0;
  const together = Promise.withResolvers<void>();
  const inbox = inboxOf({ waitSeconds: 1, signal: stop.signal });
  await inbox.each(
    async (delivery) => {
      busy += 1;
      if (busy === 3) together.resolve();
      await together.promise;
      expect(busy).toBeLessThanOrEqual(3);
      seen.push(delivery.deliveryId);
      busy -= 1;
      if (seen.length === 7) stop.abort();
    },
    { parallel: 3 },
  );
  expect(new Set(seen).size).toBe(7);
  expect(seen).toHaveLength(7);
  expect(await waiting()).toEqual([]);
});

test('the first error of several ends the work, and nothing stays held', async () => {
  await submitSome(4);
  let count = 0;
  const work = inboxOf({ waitSeconds: 1 }).each(
    async () => {
      count += 1;
      if (count === 2) throw new Error('enough');
    },
    { parallel: 2 },
  );
  await expect(work).rejects.toThrow('enough');
  expect((await waiting()).filter(({ state }) => state !== 'queued')).toEqual([]);
});

test('one agency of several can be asked for', async () => {
  await town.submitLetter({ from: 'X92', to: ['X91.05', 'X91.04'] });
  await town.settle();
  const stop = new AbortController();
  for await (const delivery of town.clients['trung-tam-mau'].inbox({ agency: 'X91.05', signal: stop.signal })) {
    expect(delivery.recipient).toBe('X91.05');
    stop.abort();
  }
});

test('a number outside of its bounds is refused before anything is asked', () => {
  expect(() => inboxOf({ leaseSeconds: 5 })).toThrow('leaseSeconds is a whole number from 30 to 43200');
  expect(() => inboxOf({ waitSeconds: 21 })).toThrow('waitSeconds');
});

test('a loop goes on where it was when the axis restarts', async () => {
  const before = await startTestAxis();
  let current: TestAxis = before;
  // The client keeps the address that it knows; what listens behind it changes, as behind a load balancer.
  const fetchThere: typeof fetch = (input, init) =>
    fetch(String(input).replace(before.facts.url, current.facts.url), init);
  const key = systemProfile('bo-minh-hoa', before.world, before.facts).key;
  const { url, axis: audience } = before.facts;
  const client = new AxisClient({ url, audience, system: 'bo-minh-hoa', key, fetch: fetchThere });
  const seen: string[] = [];
  const trouble: unknown[] = [];
  const stop = new AbortController();
  const loop = (async () => {
    const options = { waitSeconds: 1, signal: stop.signal, onTrouble: (error: unknown) => trouble.push(error) };
    for await (const delivery of client.inbox(options)) {
      seen.push(delivery.dispatchId);
      if (seen.length === 2) stop.abort();
    }
  })();
  const first = await before.submitLetter({ from: 'X91.04', to: ['X92'] });
  await until(() => seen.length === 1, 'the first delivery');
  await before.settle();
  await before.stop('keep');
  await until(() => trouble.length > 0, 'a poll that fails');
  current = await startTestAxis({ data: before.data });
  const second = await current.submitLetter({ from: 'X91.04', to: ['X92'] });
  await loop;
  await current.stop();
  expect(seen).toEqual([first.answer.dispatchId, second.answer.dispatchId]);
});
