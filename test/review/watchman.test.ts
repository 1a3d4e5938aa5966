import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/contract/limits.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';

const HOUR = 3_600_000;
const EXPIRY = LIMITS.deliveryDays * 24 * HOUR;

describe('work that cannot move keeps no other work waiting', () => {
  let town: TestAxis;
  beforeAll(async () => {
    town = await startTestAxis();
  });
  afterAll(() => town.stop());

  const deliveryOf = async (dispatchId: string) => {
    const found = (await town.stores.items('dlv_')).find((item) => item.dispatchId === dispatchId);
    return found ?? expect.fail(`no delivery of ${dispatchId}`);
  };
  async function deliver(): Promise<string> {
    const { answer } = await town.submitLetter();
    await town.settle();
    return answer.dispatchId;
  }

  test('a delivery under lease at its expiry leaves the list of overdue work until the lease is over, then expires', async () => {
    const dispatchId = await deliver();
    town.advance(EXPIRY - HOUR);
    const leaseSeconds = LIMITS.leaseSeconds.most;
    await town.clients['bo-minh-hoa'].receive({ leaseSeconds });
    town.advance(2 * HOUR);
    await town.watch();
    const held = await deliveryOf(dispatchId);
    expect(held.state).toBe('offered');
    expect(held.dueAt).toBe(held.visibleAt);
    town.advance(leaseSeconds * 1000);
    await town.watch();
    expect((await deliveryOf(dispatchId)).state).toBe('expired');
  });

  test('an item that nobody can read does not keep a later one from expiring', async () => {
    const broken = {
      id: `dsp_${'a'.repeat(32)}`,
      v: 1,
      accepted: Buffer.from('not packed'),
      dueWhat: 'fan-out',
      dueAt: 1,
    };
    await town.stores.dynamo.send(
      new PutItemCommand({
        TableName: town.stores.table,
        Item: marshall({ ...broken, state: 'dispatched', dueShard: 'due#0', dueAttempts: 0 }),
      }),
    );
    const dispatchId = await deliver();
    town.advance(EXPIRY + HOUR);
    // Where the schedule's own run was faster, nothing but the broken item is left, and this run says that by failing.
    await town.watch().catch((error: unknown) => expect(String(error)).toContain('Decompression failed'));
    await until(async () => (await deliveryOf(dispatchId)).state === 'expired', 'the later one expires');
    await town.stores.remove(broken.id);
  });
});
