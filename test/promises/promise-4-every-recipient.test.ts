import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { InterferenceRule } from '../../local/runtime/callBook.ts';
import { enrolAgencies, manyCodes } from '../kit/enrolment.ts';
import { outputOf } from '../kit/stores.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';

const SUBMIT = 'docaxis-evaluation-submit';
const DELIVER = 'docaxis-evaluation-deliver';
const MINUTE = 60_000;
/** Real milliseconds after which work that was asked for has begun. */
const IDLE_MS = 3_000;
const TO = ['X91.05', 'X92', 'X92.03'];

describe("Promise 4: Every accepted dispatch reaches every named recipient's inbox, whatever single step crashes, times out, is throttled, or runs twice.", () => {
  let town: TestAxis;
  beforeAll(async () => {
    town = await startTestAxis();
  });
  afterEach(() => town.axis.interfere([]));
  afterAll(() => town.stop());

  const deliveriesOf = async (dispatchId: string) =>
    (await town.stores.items('dlv_')).filter((item) => item.dispatchId === dispatchId);

  /** Lets minutes pass, with the watchman at work, until the dispatch is marked dispatched. */
  async function heal(dispatchId: string): Promise<void> {
    for (let round = 0; round < 5; round += 1) {
      town.advance(3 * MINUTE * 2 ** round);
      await town.watch();
      if ((await restOf(dispatchId)) === 'dispatched') return;
    }
    expect.fail(`${dispatchId} was never dispatched`);
  }

  /** How it stands when the fan-out has done it, or has done nothing for so long that nothing was asked of it. */
  const restOf = (dispatchId: string): Promise<'dispatched' | 'idle'> => {
    let busyAt = Date.now();
    return until(
      async () => {
        if ((await town.stores.item(dispatchId))?.state === 'dispatched') return 'dispatched';
        const isBusy = town.axis.functions.some((one) => one.name === DELIVER && one.running() > 0);
        if (isBusy) busyAt = Date.now();
        return Date.now() - busyAt > IDLE_MS && 'idle';
      },
      `the fan-out of ${dispatchId} comes to rest`,
      120_000,
    );
  };

  /** Every recipient has its delivery once, waiting, with one entry about how it came. */
  async function expectDelivered(dispatchId: string, recipients: readonly string[]): Promise<void> {
    const deliveries = await deliveriesOf(dispatchId);
    expect(deliveries.map(({ recipientCode }) => recipientCode).toSorted()).toEqual([...recipients].toSorted());
    for (const { state, timeline } of deliveries) {
      expect(state).toBe('queued');
      expect(timeline).toMatchObject([{ ev: 'ContentConsignment' }]);
    }
    const ids = deliveries.map(({ id }) => id);
    const inboxes = await Promise.all(Object.values(town.clients).map((client) => everythingIn(client)));
    expect(inboxes.flat()).toEqual(expect.arrayContaining(ids));
  }

  test('the queue fails after acceptance: the watchman sends the work again', async () => {
    town.axis.interfere([{ principal: SUBMIT, service: 'sqs', fate: 'fail-before' }]);
    const { answer } = await town.submitLetter({ to: TO });
    town.axis.interfere([]);
    expect(await deliveriesOf(answer.dispatchId)).toEqual([]);
    await heal(answer.dispatchId);
    await expectDelivered(answer.dispatchId, TO);
  });

  const deaths = ['kill-before', 'kill-after'] as const;
  const calls = [
    { operation: 'GetItem', nth: 1 },
    { operation: 'PutItem', nth: 1 },
    { operation: 'PutItem', nth: 2 },
    { operation: 'PutItem', nth: 3 },
    { operation: 'UpdateItem', nth: 1 },
    { operation: 'SendMessageBatch', nth: 1 },
  ];
  test.each(calls.flatMap((call) => deaths.map((fate) => ({ ...call, fate }))))(
    'the fan-out worker dies ($fate) at its $operation number $nth',
    async (rule) => {
      const seen = lastCall();
      town.axis.interfere([{ principal: DELIVER, ...rule }]);
      const { answer } = await town.submitLetter({ to: TO });
      await until(() => hasStruck(rule, seen), 'the worker has died');
      town.axis.interfere([]);
      await heal(answer.dispatchId);
      await expectDelivered(answer.dispatchId, TO);
    },
  );

  test.each(['fail-before', 'fail-after', 'throttle'] as const)('the table answers %s for a while', async (fate) => {
    town.axis.interfere([{ principal: DELIVER, service: 'dynamodb', fate }]);
    const seen = lastCall();
    const { answer } = await town.submitLetter({ to: TO });
    await until(() => town.axis.calls(seen).some(isOf(DELIVER, 'GetItem')), 'the worker has tried');
    town.axis.interfere([]);
    await heal(answer.dispatchId);
    await expectDelivered(answer.dispatchId, TO);
  });

  test('the queue loses all of its messages', async () => {
    town.axis.interfere([{ principal: DELIVER, service: 'dynamodb', fate: 'fail-before' }]);
    const seen = lastCall();
    const { answer } = await town.submitLetter({ to: TO });
    await until(() => town.axis.calls(seen).some(isOf(DELIVER, 'GetItem')), 'the worker has tried');
    await town.stores.sqs.send(new PurgeQueueCommand({ QueueUrl: outputOf(town.axis, 'FanOutQueue') }));
    town.axis.interfere([]);
    await heal(answer.dispatchId);
    await expectDelivered(answer.dispatchId, TO);
  });

  test('a dispatch to 250 agencies of a centre reaches all of them although one of its workers dies halfway', async () => {
    const codes = manyCodes('X94', 250);
    await enrolAgencies(town, codes, 'bo-minh-hoa');
    const rule: InterferenceRule = { operation: 'PutItem', nth: 120, fate: 'kill-before' };
    const seen = lastCall();
    town.axis.interfere([{ principal: DELIVER, ...rule }]);
    const { answer } = await town.submitLetter({ to: codes });
    await until(() => hasStruck({ operation: 'PutItem' }, seen), 'the worker has died');
    await heal(answer.dispatchId);
    await expectDelivered(answer.dispatchId, codes);
  });

  const lastCall = (): number => town.axis.calls().at(-1)?.n ?? 0;
  const isOf = (name: string, operation: string) => (call: { function?: string; operation: string }) =>
    call.function === name && call.operation === operation;

  /** A killed call is in the book with the status 0. */
  const hasStruck = ({ operation }: { operation: string }, seen: number): boolean =>
    town.axis.calls(seen).some((call) => call.operation === operation && call.status === 0);
});

async function everythingIn(client: TestAxis['clients']['bo-minh-hoa']): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await client.waiting({ limit: 100, after });
    ids.push(...page.items.map(({ deliveryId }) => deliveryId));
    after = page.next;
  } while (after !== undefined);
  return ids;
}
