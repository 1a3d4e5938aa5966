import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/contract/limits.ts';
import { outputOf } from '../kit/stores.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const RECEIVE = 'docaxis-evaluation-receive';

describe('an inbox that something is wrong with', () => {
  let town: TestAxis;
  beforeAll(async () => {
    town = await startTestAxis();
  });
  afterAll(() => town.stop());
  const ministry = () => town.clients['bo-minh-hoa'];

  test('a delivery that goes round without fruit is counted and logged when it is set aside, and requeued without a reason', async () => {
    const { answer } = await town.submitLetter();
    const deliveryId = answer.recipients[0]?.deliveryId ?? '';
    await town.settle();
    for (let offers = 0; offers < LIMITS.fruitlessOffers; offers++) {
      await ministry().receive({ leaseSeconds: LIMITS.leaseSeconds.least });
      town.advance(LIMITS.leaseSeconds.least * 1000);
    }
    expect((await ministry().receive()).deliveries).toEqual([]);
    expect((await town.stores.item(deliveryId))?.state).toBe('set-aside');
    const lines = town.axis.logs({ function: RECEIVE }).map((line) => JSON.stringify(line));
    expect(lines.some((line) => line.includes('set-aside') && line.includes(deliveryId))).toBe(true);
    expect(lines.some((line) => line.includes('CloudWatchMetrics') && line.includes('SetAside'))).toBe(true);
    await town.operator.call('requeue', { path: { deliveryId }, body: { reason: 'hệ thống đã sửa' } });
    const [again] = (await ministry().receive()).deliveries;
    expect(again?.deliveryId).toBe(deliveryId);
    expect(again).not.toHaveProperty('reason');
  });

  test('a message in the inbox queue that is no hint is forgotten, and a caller who waits gets its answer', async () => {
    const QueueName = `${outputOf(town.axis, 'InboxQueuePrefix')}bo-minh-hoa`;
    const { QueueUrl } = await town.stores.sqs.send(new GetQueueUrlCommand({ QueueName }));
    await town.stores.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'no hint' }));
    const before = town.axis.calls().at(-1)?.n ?? 0;
    expect((await ministry().receive({ waitSeconds: 2 })).deliveries).toEqual([]);
    const forgotten = town.axis.calls(before).filter(({ operation }) => operation === 'DeleteMessageBatch');
    expect(forgotten.length).toBeGreaterThan(0);
  });
});
