import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { signDocument } from '../../client/signDocument.ts';
import { sha256Of } from '../../core/contract/derivedIds.ts';
import type { InterferenceRule } from '../../local/runtime/callBook.ts';
import { sampleDocument } from '../../world/documents.ts';
import { type AxisProcess, startAxisProcess } from '../kit/axisProcess.ts';
import { unlessFault } from '../kit/outcomes.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';

const SUBMIT = 'docaxis-evaluation-submit';
const BYTES = { principal: SUBMIT, service: 's3', operation: 'PutObject' } as const;
const RECORD = { principal: SUBMIT, service: 'dynamodb', operation: 'PutItem' } as const;

describe('Promise 1: Accepted means kept. A receipt exists only after the bytes and the record are durable.', () => {
  let town: TestAxis;
  beforeAll(async () => {
    town = await startTestAxis();
    // The first receipt of an instance certifies its key, which writes an item of its own.
    await town.submitLetter();
    await town.settle();
  });
  afterEach(() => town.axis.interfere([]));
  afterAll(() => town.stop());

  /** Submits under interference; says what is left behind, and that a repeat is accepted. */
  async function submitUnder(rules: readonly InterferenceRule[]) {
    const before = await town.stores.items('dsp_');
    const bytes = await town.letter();
    town.axis.interfere(rules);
    const answer = await unlessFault(town.submit(bytes));
    town.axis.interfere([]);
    const records = (await town.stores.items('dsp_')).length - before.length;
    const isStored = (await town.stores.objects()).some((key) => key.endsWith(sha256Of(bytes)));
    const again = await town.submit(bytes);
    expect(again.receipt).toBeDefined();
    if (answer?.receipt !== undefined) expect(again.receipt).toBe(answer.receipt);
    return { receipt: answer?.receipt !== undefined, record: records === 1, bytes: isStored };
  }

  test.each<{ what: string; rules: readonly InterferenceRule[] }>([
    { what: 'storing the bytes fails', rules: [{ ...BYTES, fate: 'fail-before' }] },
    { what: 'storing the bytes is throttled', rules: [{ ...BYTES, fate: 'throttle' }] },
    { what: 'the function dies before it stores the bytes', rules: [{ ...BYTES, fate: 'kill-before' }] },
  ])('no receipt and no record when $what', async ({ rules }) => {
    expect(await submitUnder(rules)).toEqual({ receipt: false, record: false, bytes: false });
  });

  test.each<{ what: string; rules: readonly InterferenceRule[] }>([
    { what: 'the record cannot be written', rules: [{ ...RECORD, fate: 'fail-before' }] },
    { what: 'the table throttles the record', rules: [{ ...RECORD, fate: 'throttle' }] },
    { what: 'the function dies before it writes the record', rules: [{ ...RECORD, fate: 'kill-before' }] },
    { what: 'the function dies right after the bytes', rules: [{ ...BYTES, fate: 'kill-after' }] },
  ])('no receipt when $what', async ({ rules }) => {
    expect(await submitUnder(rules)).toMatchObject({ receipt: false, record: false });
  });

  test('a record whose writer died before it answered gets its receipt by a repeat', async () => {
    expect(await submitUnder([{ ...RECORD, fate: 'kill-after' }])).toEqual({
      receipt: false,
      record: true,
      bytes: true,
    });
  });

  test('one failure of a store is repeated and costs nobody anything', async () => {
    for (const fate of ['fail-before', 'fail-after', 'throttle'] as const) {
      for (const call of [BYTES, RECORD]) {
        const left = await submitUnder([{ ...call, nth: 1, fate }]);
        expect(left, `${call.operation} ${fate}`).toEqual({ receipt: true, record: true, bytes: true });
      }
    }
  });

  test('a receipt is given although the queue failed afterwards: the record remembers the work', async () => {
    const rules = [{ principal: SUBMIT, service: 'sqs', fate: 'fail-before' }] as const;
    expect(await submitUnder(rules)).toEqual({ receipt: true, record: true, bytes: true });
  });

  test('no receipt without a certified key', async () => {
    await town.axis.functions.find(({ name }) => name === SUBMIT)?.recycle();
    const rules = [{ principal: SUBMIT, service: 'kms', fate: 'fail-before' }] as const;
    expect(await submitUnder(rules)).toMatchObject({ receipt: false, record: false });
  });
});

describe('Promise 1, when the power goes', () => {
  let running: AxisProcess | undefined;
  afterAll(() => running?.remove());

  // Two starts of a process: on a busy machine most of this is waiting.
  const timeout = 90_000;
  test('every receipt that was given before a kill -9 has its record and its bytes afterwards, and is delivered', {
    timeout,
  }, async () => {
    const first = await startAxisProcess();
    running = first;
    const letters = await Promise.all(
      Array.from({ length: 16 }, (_, index) => signedLetter(first, { number: index + 1, to: ['X92', 'X92.03'] })),
    );
    const receipts = new Map<string, string>();
    const enough = Promise.withResolvers<void>();
    const runs = letters.map(async (bytes) => {
      const answer = await unlessFault(first.clients['trung-tam-mau'].submit(bytes));
      if (answer?.receipt !== undefined) receipts.set(answer.dispatchId, sha256Of(bytes));
      if (receipts.size >= 5) enough.resolve();
    });
    await enough.promise;
    await first.kill();
    await Promise.all(runs);

    const second = await startAxisProcess(first.data);
    running = second;
    for (const [dispatchId, sha256] of receipts) {
      const seen = await second.clients['trung-tam-mau'].dispatch(dispatchId);
      const bytes = await second.clients['trung-tam-mau'].fetchContent(seen);
      expect({ dispatchId, sha256: sha256Of(bytes) }).toEqual({ dispatchId, sha256 });
    }
    await second.advance(180_000);
    const arrived = () => second.clients['bo-minh-hoa'].waiting({ limit: 100 });
    await until(async () => {
      const ids = (await arrived()).items.map(({ dispatchId }) => dispatchId);
      return [...receipts.keys()].every((id) => ids.filter((other) => other === id).length === 2);
    }, 'every dispatch with a receipt waits for both of its recipients');
  });
});

function signedLetter({ profiles }: AxisProcess, { number, to }: { number: number; to: readonly string[] }) {
  const document = sampleDocument({ from: 'X91.04', to, number, date: '2026/03/02', subject: `Công văn ${number}` });
  return signDocument(document, profiles['trung-tam-mau']);
}
