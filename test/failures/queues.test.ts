import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { checkReceipt } from '../../client/checkReceipt.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { InterferenceRule } from '../../local/runtime/callBook.ts';
import { stock } from '../kit/stock.ts';
import { outputOf } from '../kit/stores.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';
import { UploadCalls } from '../kit/uploadCalls.ts';

const SUBMIT = 'docaxis-evaluation-submit';
const DELIVER = 'docaxis-evaluation-deliver';
const MINUTE = 60_000;
const TEMPLATE = 'docaxis-evaluation.template.json';
interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
}
const REASON = 'hệ thống nhận đã sửa';

let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis({ schedulesOnDemand: true, attempts: 5 });
});
afterEach(() => town.axis.interfere([]));
afterAll(() => town?.stop());

const ministry = () => town.clients['bo-minh-hoa'];
const deliveriesOf = async (dispatchId: string) =>
  (await town.stores.items('dlv_')).filter((item) => item.dispatchId === dispatchId);

/** A dispatch whose work nobody was asked for, because the queue was out of order. */
async function lostFanOut(): Promise<string> {
  town.axis.interfere([{ principal: SUBMIT, service: 'sqs', fate: 'fail-before' }]);
  const { answer } = await town.submitLetter();
  town.axis.interfere([]);
  return answer.dispatchId;
}

/** Calls the worker with a batch as the queue would. */
const deliver = (bodies: readonly string[]) =>
  town.axis.invoke(DELIVER, { Records: bodies.map((body, n) => ({ messageId: `message-${n}`, body })) });
const fanOut = (dispatchId: string, more: object = {}) => JSON.stringify({ dispatchId, chunk: 0, chunks: 1, ...more });

/** The last round of the watchman, as its log tells it. */
async function watched(): Promise<{ readonly overdue: number; readonly requeued: number }> {
  await town.watch();
  const lines = town.axis.logs({ function: 'docaxis-evaluation-watch' }).map(({ line }) => line);
  const last = lines.findLast((line) => line.includes('"message":"watched"'));
  return JSON.parse(last ?? '{}');
}

test('case 46: work that comes twice, in another order, late, and beside what cannot be done: each once, and only the rest comes back', async () => {
  const ids = [await lostFanOut(), await lostFanOut(), await lostFanOut()];
  town.advance(5 * 60 * MINUTE);
  const twice = [...ids, ...ids].toReversed().map((id) => fanOut(id));
  // What is done is not done again because another message of the batch failed.
  expect(await deliver(['no message', ...twice])).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
  expect(await deliver(twice)).toEqual({ batchItemFailures: [] });
  for (const id of ids) {
    const deliveries = await deliveriesOf(id);
    expect(deliveries).toHaveLength(1);
    expect(deliveries[0]).toMatchObject({ state: 'queued', timeline: [{ ev: 'ContentConsignment' }] });
    expect((await town.stores.item(id))?.state).toBe('dispatched');
  }
});

describe('case 47: what can never be done', () => {
  test('case 47: a poison message ends in the dead-letter queue, where an alarm sees it, and holds up nobody', async () => {
    const QueueUrl = outputOf(town.axis, 'FanOutQueue');
    await town.stores.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'độc' }));
    const dead = async () => {
      // Each time that it was held for long enough it comes again, five times in all.
      town.advance(10 * MINUTE);
      const { Attributes } = await town.stores.sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: outputOf(town.axis, 'FanOutDeadQueue'),
          AttributeNames: ['ApproximateNumberOfMessages'],
        }),
      );
      return Attributes?.ApproximateNumberOfMessages === '1';
    };
    await until(dead, 'the message is a dead letter', 60_000);
    const { answer } = await town.submitLetter();
    await town.settle();
    expect(await deliveriesOf(answer.dispatchId)).toHaveLength(1);
    const { Resources }: Template = JSON.parse(readFileSync(join(await stock(), 'assembly', TEMPLATE), 'utf8'));
    const alarms = Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    const [deadQueue = ''] = Object.keys(Resources).filter((name) => name.startsWith('QueuesFanOutDead'));
    expect(alarms.filter((alarm) => JSON.stringify(alarm).includes(deadQueue))).toHaveLength(1);
  });

  test('case 47: a delivery that nobody can finish is set aside, put back as often as asked, and at last given up with a reason', async () => {
    const { answer } = await town.submitLetter();
    await town.settle();
    const deliveryId = answer.recipients[0]?.deliveryId ?? '';
    const path = { deliveryId };
    const exhaust = async () => {
      for (let offers = 0; offers <= LIMITS.fruitlessOffers; offers++) {
        await ministry()
          .lease(deliveryId)
          .catch(() => undefined);
        town.advance(301_000);
      }
      expect((await town.stores.item(deliveryId))?.state).toBe('set-aside');
    };
    await exhaust();
    const requeue = () => town.operator.call('requeue', { path, body: { reason: REASON } });
    const first = await requeue();
    expect(await requeue()).toEqual(first);
    const entries = (await town.stores.item(deliveryId))?.timeline as readonly { ev: string }[];
    expect(entries.filter(({ ev }) => ev === 'x-requeued')).toHaveLength(1);
    await exhaust();
    const discard = () => town.operator.call('discard', { path, body: { reason: REASON } });
    expect(await discard()).toMatchObject({ state: 'discarded' });
    expect(await discard()).toMatchObject({ state: 'discarded' });
    const [seen] = (await town.clients['trung-tam-mau'].dispatch(answer.dispatchId)).deliveries;
    expect(seen).toMatchObject({ state: 'discarded', reason: REASON });
  });
});

describe('case 50: services that fail', () => {
  const calls = [
    { service: 's3', operation: 'PutObject' },
    { service: 'dynamodb', operation: 'PutItem' },
    { service: 'sqs', operation: 'SendMessage*' },
    { service: 'kms', operation: 'Sign' },
  ] as const;
  const fates = ['throttle', 'fail-before', 'fail-after'] as const;

  test.each(calls.flatMap((call) => fates.map((fate) => ({ ...call, fate }))))(
    'case 50: $service $operation answers $fate: one dispatch, one delivery, one receipt that holds',
    async (call) => {
      // A new instance asks KMS for its key's certificate.
      await town.axis.functions.find(({ name }) => name === SUBMIT)?.recycle();
      const rule: InterferenceRule = { ...call, principal: SUBMIT, nth: 1 };
      const struck = town.axis.interfere([rule]);
      const { answer, bytes } = await town.submitLetter();
      expect(struck.count).toBe(1);
      town.axis.interfere([]);
      expect(checkReceipt(answer, town.facts.receiptIssuer).ok).toBe(true);
      expect((await town.submit(bytes)).receipt).toBe(answer.receipt);
      if ((await town.stores.item(answer.dispatchId))?.state !== 'dispatched') {
        town.advance(5 * MINUTE);
        await town.watch();
      }
      await town.settle();
      expect(await deliveriesOf(answer.dispatchId)).toHaveLength(1);
    },
  );
});

test('case 54: the watchman finds what is stuck and moves it, and leaves alone an upload that is on its way', async () => {
  const uploads = new UploadCalls(town, 'trung-tam-mau');
  const { uploadId } = await uploads.start({
    bytes: LIMITS.singlePutBytes + 1,
    sha256: '5'.repeat(64),
    what: 'attachment',
  });
  town.advance(60 * MINUTE);
  // A reminder of the cases before that was put off while its work was being done is looked at once more.
  await town.watch();
  expect(await watched()).toMatchObject({ overdue: 0, requeued: 0 });
  expect((await uploads.see(uploadId)).state).toBe('open');
  const dispatchId = await lostFanOut();
  // It is not overdue yet: the queue may be a little slow.
  expect(await watched()).toMatchObject({ overdue: 0 });
  town.advance(LIMITS.overdueSeconds * 1000 + MINUTE);
  expect(await watched()).toMatchObject({ overdue: 1, requeued: 1 });
  const counts = town.axis.logs({ function: 'docaxis-evaluation-watch' }).map(({ line }) => line);
  expect(counts.some((line) => line.includes('"WorkOverdue":1'))).toBe(true);
  await town.settle();
  expect(await deliveriesOf(dispatchId)).toHaveLength(1);
  expect(await watched()).toMatchObject({ overdue: 0 });
  expect((await uploads.see(uploadId)).state).toBe('open');
});

test('case 56: what newer code wrote is carried on by older code, and loses nothing: messages, dispatches and deliveries', async () => {
  const dispatchId = await lostFanOut();
  const later = { v: 2, what: 'of a later version' };
  const mark = async (id: string) => {
    const setting = {
      UpdateExpression: 'SET later = :later',
      ExpressionAttributeValues: marshall({ ':later': later }),
    };
    const Key = marshall({ id });
    await town.stores.dynamo.send(new UpdateItemCommand({ TableName: town.stores.table, Key, ...setting }));
  };
  await mark(dispatchId);
  expect(await deliver([fanOut(dispatchId, { v: 2, later })])).toEqual({ batchItemFailures: [] });
  const [{ id: deliveryId } = { id: '' }] = await deliveriesOf(dispatchId);
  await mark(deliveryId);
  const { lease } = await ministry().lease(deliveryId);
  await ministry().acknowledge(deliveryId, { leaseToken: lease.token });
  expect(await town.stores.item(deliveryId)).toMatchObject({ state: 'acknowledged', later });
  expect(await town.stores.item(dispatchId)).toMatchObject({ state: 'dispatched', later });
  expect((await town.clients['trung-tam-mau'].dispatch(dispatchId)).deliveries[0]?.state).toBe('acknowledged');
});
