import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/contract/limits.ts';
import { earlierOf, type SampleDocument } from '../../world/documents.ts';
import { agencyIdOf } from '../kit/enrolment.ts';
import { take } from '../kit/reception.ts';
import { outputOf } from '../kit/stores.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';

/** Old and new code on one table and one queue: items as a later version writes them, among traffic of this one. */
const MINISTRY = 'bo-minh-hoa';
const CENTRE = 'trung-tam-mau';
const LOSE_FAN_OUT = [{ service: 'sqs', principal: 'docaxis-evaluation-submit', fate: 'fail-before' }] as const;
/** What code of this version knows nothing of. */
const ADDED = { since: 3, words: ['một', 'hai'] };

let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis({ schedulesOnDemand: true });
});
afterEach(() => town.axis.interfere([]));
afterAll(() => town?.stop());

const ministry = () => town.clients[MINISTRY];

async function write(id: string, attribute: string, value: unknown, table = town.stores.table): Promise<void> {
  await town.stores.dynamo.send(
    new UpdateItemCommand({
      TableName: table,
      Key: marshall({ id }),
      UpdateExpression: 'SET #attribute = :value',
      ExpressionAttributeNames: { '#attribute': attribute },
      ExpressionAttributeValues: marshall({ ':value': value }),
    }),
  );
}

let number = 700;
async function sent(fanOut: 'works' | 'is lost' = 'works') {
  const letter: SampleDocument = { from: 'X91.04', to: ['X92'], number: ++number, date: '2026/03/02', subject: 'Thử' };
  if (fanOut === 'is lost') town.axis.interfere(LOSE_FAN_OUT);
  const { answer, bytes } = await town.submitLetter(letter);
  town.axis.interfere([]);
  if (fanOut === 'works') await town.settle();
  const { dispatchId, recipients } = answer;
  return { dispatchId, deliveryId: recipients[0]?.deliveryId ?? '', about: earlierOf(letter), bytes };
}

/** The watchman's next look at what is overdue. */
async function overdue(): Promise<void> {
  town.advance((LIMITS.overdueSeconds * 32 + 1) * 1000);
  await town.watch().catch(() => undefined);
}

const faultsAbout = (name: string, id: string) =>
  town.axis.logs({ function: `docaxis-evaluation-${name}` }).filter(({ line }) => {
    const text = JSON.stringify(line);
    return text.includes('UnreadableItem') && text.includes(id);
  });

describe('case 56: what later code only added', () => {
  test('stays on a dispatch and its delivery through every step that this code takes', async () => {
    const { dispatchId, deliveryId, about, bytes } = await sent('is lost');
    await write(dispatchId, 'added', ADDED);
    await overdue();
    await until(() => town.stores.item(deliveryId), 'the delivery is put');
    await town.settle();
    await write(deliveryId, 'added', ADDED);
    const leased = await ministry().lease(deliveryId);
    await ministry().extend(deliveryId, { leaseToken: leased.lease.token, leaseSeconds: 600 });
    await ministry().release(deliveryId, { leaseToken: leased.lease.token });
    await take(town, MINISTRY, dispatchId);
    await town.submit(
      await town.status({ from: 'X92', about, code: '03', timestamp: '2026/03/02 10:00:00' }),
      MINISTRY,
    );
    await town.settle();
    const hold = { path: { dispatchId }, body: { held: true, reason: 'thanh tra' } };
    await town.operator.call('holdDispatch', hold);
    expect(await town.stores.item(dispatchId)).toMatchObject({ v: 1, state: 'dispatched', added: ADDED });
    expect(await town.stores.item(deliveryId)).toMatchObject({
      v: 1,
      state: 'acknowledged',
      added: ADDED,
      businessStatus: { code: '03' },
    });
    expect((await town.submit(bytes)).outcome).toBe('again');
  });

  test('stays on an agency that an operator changes, which writes the whole item', async () => {
    const id = `agency#${await agencyIdOf(town, 'X92.03')}`;
    await write(id, 'added', ADDED, outputOf(town.axis, 'RegistryTable'));
    const path = { agencyId: id.slice('agency#'.length) };
    await town.operator.call('changeAgency', { path, body: { name: 'Cục đổi tên', reason: 'đổi tên' } });
    const item = (await town.stores.registry()).find((one) => one.id === id);
    expect(item).toMatchObject({ name: 'Cục đổi tên', added: ADDED });
  });

  test('in a message of the one queue is passed over', async () => {
    const { dispatchId, deliveryId } = await sent('is lost');
    const body = JSON.stringify({ dispatchId, chunk: 0, chunks: 1, added: ADDED });
    const event = { Records: [{ messageId: 'm', body }] };
    expect(await town.axis.invoke('docaxis-evaluation-deliver', event)).toEqual({ batchItemFailures: [] });
    expect(await town.stores.item(deliveryId)).toMatchObject({ state: 'queued' });
    await take(town, MINISTRY, dispatchId);
  });
});

describe('case 56: what later code wrote so that this code would misread it', () => {
  test('a delivery is offered to nobody and changed by nobody, is told of, and holds up nothing beside it', async () => {
    const [ahead, later, behind] = [await sent(), await sent(), await sent()];
    await write(later.deliveryId, 'v', 2);
    const before = await town.stores.item(later.deliveryId);
    const { deliveries } = await ministry().receive();
    expect(deliveries.map(({ deliveryId }) => deliveryId)).toEqual([ahead.deliveryId, behind.deliveryId]);
    for (const { deliveryId, lease } of deliveries)
      await ministry().acknowledge(deliveryId, { leaseToken: lease.token });
    await expect(ministry().lease(later.deliveryId)).rejects.toThrow('status 500');
    expect(faultsAbout('receive', later.deliveryId).length).toBeGreaterThan(0);
    town.advance((LIMITS.deliveryDays + 1) * 86_400_000);
    const other = await sent('is lost');
    await overdue();
    await until(async () => (await town.stores.item(other.dispatchId))?.state === 'dispatched', 'others move');
    expect(faultsAbout('watch', later.deliveryId).length).toBeGreaterThan(0);
    expect(await town.stores.item(later.deliveryId)).toEqual(before);
    await take(town, MINISTRY, other.dispatchId);
  });

  test('an inbox is listed without it, and it is told of', async () => {
    const [later, beside] = [await sent(), await sent()];
    await write(later.deliveryId, 'v', 2);
    const listed = (await ministry().waiting()).items.map(({ deliveryId }) => deliveryId);
    expect(listed).toContain(beside.deliveryId);
    expect(listed).not.toContain(later.deliveryId);
    expect(faultsAbout('receive', later.deliveryId)).toHaveLength(1);
    await write(later.deliveryId, 'v', 1);
    for (const { dispatchId } of [later, beside]) await take(town, MINISTRY, dispatchId);
  });

  test('a dispatch is not delivered, not lost and not replaced; the next version goes on where it stands', async () => {
    const { dispatchId, deliveryId, bytes } = await sent('is lost');
    await write(dispatchId, 'v', 2);
    const event = { Records: [{ messageId: 'm', body: JSON.stringify({ dispatchId, chunk: 0, chunks: 1 }) }] };
    expect(await town.axis.invoke('docaxis-evaluation-deliver', event)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm' }],
    });
    await overdue();
    await expect(town.submit(bytes)).rejects.toThrow('status 500');
    expect(faultsAbout('deliver', dispatchId).length).toBeGreaterThan(0);
    expect(faultsAbout('submit', dispatchId).length).toBeGreaterThan(0);
    expect(await town.stores.item(deliveryId)).toBeUndefined();
    // New code is there again, or has written the item back.
    await write(dispatchId, 'v', 1);
    await overdue();
    await until(() => town.stores.item(deliveryId), 'it is delivered after all');
    expect((await town.submit(bytes)).outcome).toBe('again');
    expect((await town.clients[CENTRE].dispatch(dispatchId)).deliveries).toHaveLength(1);
  });
});
