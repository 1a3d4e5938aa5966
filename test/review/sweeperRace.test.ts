import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256Of } from '../../core/contract/derivedIds.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';

const DAY = 86_400_000;
const SUBMIT = 'docaxis-evaluation-submit';
const WATCH = 'docaxis-evaluation-watch';

describe('bytes that a submission left without a record', () => {
  let town: TestAxis;
  beforeAll(async () => {
    town = await startTestAxis();
    // The first receipt of an instance certifies its key, which writes an item of its own.
    await town.submitLetter();
    await town.settle();
  });
  afterAll(() => town.stop());

  /** Submits so that the bytes are kept and the record is not. */
  async function orphan(): Promise<Buffer> {
    const bytes = await town.letter();
    town.axis.interfere([{ service: 'dynamodb', operation: 'PutItem', principal: SUBMIT, fate: 'fail-before' }]);
    await town.submit(bytes).catch(() => undefined);
    town.axis.interfere([]);
    expect((await town.stores.objects()).some((key) => key.endsWith(sha256Of(bytes)))).toBe(true);
    return bytes;
  }

  test('a submission that is repeated while the sweeper removes them keeps its bytes', async () => {
    const bytes = await orphan();
    town.advance(DAY + 3_600_000);
    town.axis.interfere([{ service: 's3', operation: 'DeleteObject', principal: WATCH, fate: 'delay', ms: 2000 }]);
    const before = town.axis.calls().at(-1)?.n ?? 0;
    const sweeping = town.axis.invoke(WATCH, { task: 'sweep' });
    // It reads where it stopped, then looks for the record of each object in turn, and removes the one that has none.
    const place = (await town.stores.objects()).toSorted().findIndex((key) => key.endsWith(sha256Of(bytes)));
    const looks = () =>
      town.axis.calls(before).filter((call) => call.function === WATCH && call.operation === 'GetItem');
    await until(() => looks().length >= 1 + place + 1, 'the sweeper has found no record');
    const { dispatchId, receipt } = await town.submit(bytes);
    expect(receipt).toBeDefined();
    await sweeping;
    town.axis.interfere([]);
    const content = await town.clients['trung-tam-mau'].fetchContent({
      dispatchId,
      headline: { sha256: sha256Of(bytes), bytes: bytes.length },
    });
    expect(content.equals(bytes)).toBe(true);
  });

  test('they are removed when nobody asks for them again', async () => {
    const bytes = await orphan();
    town.advance(DAY + 3_600_000);
    await town.axis.invoke(WATCH, { task: 'sweep' });
    expect((await town.stores.objects()).some((key) => key.endsWith(sha256Of(bytes)))).toBe(false);
  });
});
