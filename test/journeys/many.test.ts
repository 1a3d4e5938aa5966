import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { earlierOf } from '../../world/documents.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

/** Recipients of one dispatch. The usual suites take fewer: `DOCAXIS_MANY=1000` runs as many as one dispatch may have. */
const MANY = Number(process.env.DOCAXIS_MANY ?? 120);
const LETTER = { from: 'X92', number: 9000, date: '2026/03/02', subject: 'Gửi tất cả' } as const;

let town: TestAxis;
let codes: readonly string[];
beforeAll(async () => {
  town = await startTestAxis();
  codes = Array.from({ length: MANY }, (_, index) => `X94.${String(index).padStart(3, '0')}`);
  for (let start = 0; start < MANY; start += 100) {
    const agencies = codes
      .slice(start, start + 100)
      .map((code) => ({ code, name: `Cơ quan ${code}`, system: 'trung-tam-mau' }));
    await town.operator.call('importAgencies', { body: { agencies, reason: 'nhiều bên nhận' } });
  }
}, 120_000);
afterAll(() => town?.stop());

test(`${MANY} recipients each get their delivery, and a recall reaches every one of them`, {
  timeout: 300_000,
}, async () => {
  const { answer } = await town.submitLetter({ ...LETTER, to: codes });
  expect(answer.recipients).toHaveLength(MANY);
  await town.settle();
  const statesOf = async () => (await town.stores.items('dlv_')).map(({ dispatchId, state }) => [dispatchId, state]);
  const own = async () => (await statesOf()).flatMap(([id, state]) => (id === answer.dispatchId ? [state] : []));
  expect(await own()).toEqual(Array.from({ length: MANY }, () => 'queued'));
  const { deliveries } = await town.clients['trung-tam-mau'].receive({ max: 10 });
  for (const { deliveryId, lease } of deliveries)
    await town.clients['trung-tam-mau'].acknowledge(deliveryId, { leaseToken: lease.token });
  const of = earlierOf({ ...LETTER, to: codes });
  const recall = await town.submitLetter({
    ...LETTER,
    to: codes,
    number: 9001,
    business: { kind: 'recall', of, reason: 'Gửi nhầm' },
  });
  await town.settle();
  const states = await own();
  expect(states.filter((state) => state === 'acknowledged')).toHaveLength(10);
  expect(states.filter((state) => state === 'withdrawn')).toHaveLength(MANY - 10);
  const outcomes: (string | undefined)[] = [];
  for (let after: string | undefined = '0'; after !== undefined; ) {
    const page: AnswerOf<'dispatch'> = await town.clients['bo-minh-hoa'].dispatch(recall.answer.dispatchId, { after });
    outcomes.push(...page.deliveries.map(({ about }) => about?.[0]?.outcome));
    after = page.next;
  }
  expect(outcomes.filter((outcome) => outcome === 'requested')).toHaveLength(10);
  expect(outcomes.filter((outcome) => outcome === 'withdrawn')).toHaveLength(MANY - 10);
});

test('an urgent document overtakes what waits', async () => {
  const waiting = await town.stores.items('dlv_');
  const normal = waiting.filter(({ inboxKey }) => typeof inboxKey === 'string');
  expect(normal.length).toBeGreaterThanOrEqual(MANY);
  const { answer } = await town.submitLetter({ from: 'X92', to: ['X91.04'], priority: 1 });
  await town.settle();
  const { deliveries } = await town.clients['trung-tam-mau'].receive({ max: 1 });
  expect(deliveries.map(({ dispatchId }) => dispatchId)).toEqual([answer.dispatchId]);
});
