import { DeleteQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WaitingRoomTable } from '../../adapters/aws/waitingRoomTable.ts';
import type { AxisClient } from '../../client/axisClient.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { Letter } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';
import { startTown, type Town } from '../refusals/town.ts';

let town: Town;
let ministry: AxisClient;
beforeAll(async () => {
  town = await startTown();
  ministry = town.clients['bo-minh-hoa'];
});
afterAll(() => town?.stop());

const MINUTE = 60_000;
/** Every test begins with an empty inbox: what the last one left is acknowledged. */
beforeEach(async () => {
  town.advance(LIMITS.leaseSeconds.most * 1000);
  for (let left = 1; left > 0; ) {
    const { deliveries } = await ministry.receive();
    await Promise.all(
      deliveries.map(({ deliveryId, lease }) => ministry.acknowledge(deliveryId, { leaseToken: lease.token })),
    );
    left = deliveries.length;
  }
});

/** Sends letters one after the other, a millisecond and more apart, and waits until all have arrived. */
async function arrive(...letters: readonly Letter[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const letter of letters) {
    const { answer } = await town.submitLetter(letter);
    ids.push(answer.recipients[0]?.deliveryId ?? '');
    await town.settle();
    town.advance(1);
  }
  return ids;
}

const idsOf = ({ deliveries }: { deliveries: readonly { deliveryId: string }[] }) =>
  deliveries.map(({ deliveryId }) => deliveryId);
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: { code?: string }) => error.code ?? String(error),
  );

describe('the order of an inbox', () => {
  test('urgent before normal, and within both the oldest first', async () => {
    const [first, second, urgent, flash] = await arrive({}, {}, { priority: 1 }, { priority: 4 });
    expect(idsOf(await ministry.receive({ max: 3 }))).toEqual([urgent, flash, first]);
    expect(idsOf(await ministry.receive())).toEqual([second]);
    const { items } = await ministry.waiting();
    expect(items.map(({ urgent: isUrgent }) => isUrgent)).toEqual([true, true, false, false]);
  });

  test('urgent deliveries under lease do not hide the normal ones behind them', async () => {
    await arrive(...Array.from({ length: 4 }, (): Letter => ({ priority: 2 })), {}, {});
    expect(idsOf(await ministry.receive({ max: 4 }))).toHaveLength(4);
    expect(idsOf(await ministry.receive({ max: 2 }))).toHaveLength(2);
  });

  test('a filter by agency gives that agency’s deliveries and leaves the others', async () => {
    const [forMinistry, forDepartment] = await arrive({}, { to: ['X92.03'] });
    expect(idsOf(await ministry.receive({ agency: 'x92.03' }))).toEqual([forDepartment]);
    expect(idsOf(await ministry.receive({ agency: 'X92' }))).toEqual([forMinistry]);
    expect(await codeOf(ministry.receive({ agency: 'X91.04' }))).toBe('agency-not-found');
  });
});

describe('a lease', () => {
  test('that is abandoned comes back by itself, under the same delivery id', async () => {
    const [id = ''] = await arrive({});
    expect(idsOf(await ministry.receive({ leaseSeconds: 30 }))).toEqual([id]);
    expect(idsOf(await ministry.receive())).toEqual([]);
    town.advance(29_000);
    expect(idsOf(await ministry.receive())).toEqual([]);
    town.advance(1_001);
    expect(idsOf(await ministry.receive())).toEqual([id]);
  });

  test('that is extended lasts from now on; one that was lost cannot be extended', async () => {
    const [id = ''] = await arrive({});
    const [held] = (await ministry.receive({ leaseSeconds: 30 })).deliveries;
    const leaseToken = held?.lease.token ?? '';
    town.advance(20_000);
    const { lease } = await ministry.extend(id, { leaseToken, leaseSeconds: 60 });
    expect(Math.abs(Date.parse(lease.until) - town.axis.clock.now() - MINUTE)).toBeLessThan(5_000);
    town.advance(40_000);
    expect(idsOf(await ministry.receive())).toEqual([]);
    town.advance(25_000);
    expect(idsOf(await ministry.receive())).toEqual([id]);
    expect(await codeOf(ministry.extend(id, { leaseToken }))).toBe('lease-lost');
    expect(await codeOf(ministry.acknowledge(id, { leaseToken }))).toBe('lease-lost');
  });

  test('that is released is there at once, or after the delay asked for', async () => {
    const [id = ''] = await arrive({});
    const release = async (afterSeconds?: number) => {
      const [held] = (await ministry.receive()).deliveries;
      const leaseToken = held?.lease.token ?? '';
      return ministry.release(id, { leaseToken, ...(afterSeconds === undefined ? {} : { afterSeconds }) });
    };
    expect(await release()).toEqual({ deliveryId: id, state: 'queued' });
    await release(600);
    expect(idsOf(await ministry.receive())).toEqual([]);
    expect(await codeOf(ministry.lease(id))).toBe('delivery-held');
    town.advance(601_000);
    expect(idsOf(await ministry.receive())).toEqual([id]);
  });

  test('that ends in a rejection shows the sender the reason', async () => {
    const { answer } = await town.submitLetter();
    await town.settle();
    const [held] = (await ministry.receive()).deliveries;
    const id = held?.deliveryId ?? '';
    const leaseToken = held?.lease.token ?? '';
    expect(await ministry.reject(id, { leaseToken, reason: 'gửi nhầm nơi nhận' })).toMatchObject({ state: 'rejected' });
    expect(await codeOf(ministry.acknowledge(id, { leaseToken }))).toBe('delivery-settled');
    expect(await codeOf(ministry.reject(id, { leaseToken, reason: 'lần nữa' }))).toBe('ok');
    const { deliveries } = await town.clients['trung-tam-mau'].dispatch(answer.dispatchId);
    expect(deliveries).toMatchObject([{ state: 'rejected', reason: 'gửi nhầm nơi nhận' }]);
  });

  test('a batch has a result for each: done, done before, lost, not yours, wrong bytes', async () => {
    const [a = '', b = '', c = ''] = await arrive({}, {}, {});
    const tokens = new Map(
      (await ministry.receive()).deliveries.map(({ deliveryId, lease }) => [deliveryId, lease.token]),
    );
    const item = (deliveryId: string, more: object = {}) => ({
      deliveryId,
      leaseToken: tokens.get(deliveryId) ?? 'x'.repeat(22),
      ...more,
    });
    await ministry.acknowledge(b, { leaseToken: tokens.get(b) ?? '' });
    const { results } = await ministry.acknowledgeBatch({
      items: [
        item(a),
        item(b),
        item(c, { leaseToken: 'x'.repeat(22) }),
        item(c, { sha256: '0'.repeat(64) }),
        item(`dlv_${'a'.repeat(32)}`),
      ],
    });
    expect(results.map(({ state, refusal }) => state ?? refusal?.code)).toEqual([
      'acknowledged',
      'acknowledged',
      'lease-lost',
      'digest-mismatch',
      'delivery-not-found',
    ]);
    expect(results.map(({ deliveryId }) => deliveryId).slice(0, 3)).toEqual([a, b, c]);
  });
});

describe('waiting', () => {
  test('a long poll answers as soon as a delivery arrives, well within its wait', async () => {
    const start = performance.now();
    const waiting = ministry.receive({ waitSeconds: 15 });
    const { answer } = await town.submitLetter();
    expect(idsOf(await waiting)).toEqual([answer.recipients[0]?.deliveryId]);
    expect(performance.now() - start).toBeLessThan(12_000);
  });

  test('the hint of a delivery that was settled meanwhile does not end the wait', async () => {
    const [settled = ''] = await arrive({});
    const [held] = (await ministry.receive()).deliveries;
    await ministry.acknowledge(settled, { leaseToken: held?.lease.token ?? '' });
    const waiting = ministry.receive({ waitSeconds: 15 });
    const { answer } = await town.submitLetter();
    expect(idsOf(await waiting)).toEqual([answer.recipients[0]?.deliveryId]);
  });

  test('a wait in vain ends empty, in its own time', async () => {
    const start = performance.now();
    expect(idsOf(await town.clients['trung-tam-mau'].receive({ waitSeconds: 1 }))).toEqual([]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(900);
  });

  test('when every place is taken the answer comes at once and says when to ask again', async () => {
    const room = new WaitingRoomTable(town.stores.dynamo, town.stores.table);
    const now = town.axis.clock.now();
    const places = Array.from({ length: LIMITS.waiters }, (_, place) => place);
    await Promise.all(places.map((place) => room.enter(place, now + MINUTE, now)));
    const start = performance.now();
    const response = await receiveAs(town.foreign, { waitSeconds: 20 });
    expect(performance.now() - start).toBeLessThan(5_000);
    expect([response.status, response.headers.get('retry-after')]).toEqual([200, '20']);
    expect(await response.json()).toEqual({ deliveries: [] });
    town.advance(MINUTE);
    const free = await receiveAs(town.foreign, { waitSeconds: 1 });
    expect(free.headers.get('retry-after')).toBeNull();
  });

  test('without its queue a system is told to ask again later, and loses nothing', async () => {
    const client = town.clientOf(town.foreign.systemId, town.foreign.key);
    const { queueUrl } = await client.credentials();
    await town.stores.sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
    const response = await receiveAs(town.foreign, { waitSeconds: 5 });
    expect([response.status, response.headers.get('retry-after')]).toEqual([200, '20']);
    const { answer } = await town.submitLetter({ to: [town.foreign.code] });
    await town.settle();
    expect(idsOf(await client.receive())).toEqual([answer.recipients[0]?.deliveryId]);
  });
});

async function receiveAs({ systemId, key }: Town['foreign'], body: object): Promise<Response> {
  const request = { method: 'POST', path: '/v1/inbox/receive', body: JSON.stringify(body) };
  return town.send(request, await town.token(systemId, key));
}

test('with vended credentials a system polls its own queue, leases what the hint names, and reaches no other queue', async () => {
  const { region, endpoint = '', queueUrl, expiresAt, ...credentials } = await ministry.credentials();
  const systemClockOffset = town.axis.clock.offset;
  const sqs = new SQSClient({
    region,
    endpoint,
    credentials,
    useQueueUrlAsEndpoint: false,
    systemClockOffset,
    maxAttempts: 1,
  });
  try {
    const { answer } = await town.submitLetter();
    const wanted = answer.recipients[0]?.deliveryId ?? '';
    await until(async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 5, MaxNumberOfMessages: 10 }),
      );
      return Messages.some(({ Body }) => Body?.includes(wanted));
    }, 'the hint of the letter');
    const leased = await ministry.lease(wanted);
    expect(leased).toMatchObject({ deliveryId: wanted, state: 'offered' });
    expect(leased.content).toMatch(/^http/);
    const other = queueUrl.replace('bo-minh-hoa', 'trung-tam-mau');
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl: other }))).rejects.toThrow(/not authorized|denied/i);
    town.advance(Date.parse(expiresAt) - town.axis.clock.now() + 1000);
    sqs.config.systemClockOffset = town.axis.clock.offset;
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }))).rejects.toThrow(/expired|invalid/i);
  } finally {
    sqs.destroy();
  }
});
