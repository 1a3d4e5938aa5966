import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const HOUR = 3_600_000;
const KMS_DOWN = [{ service: 'kms', principal: 'docaxis-evaluation-submit', fate: 'fail-before' }] as const;

describe('the key that signs receipts, while KMS is out of order', () => {
  let town: TestAxis;
  beforeAll(async () => {
    town = await startTestAxis();
    await town.submitLetter();
  });
  afterAll(() => town.stop());

  const certificateOf = async () => (await town.submitLetter()).answer.receiptCertificate;

  test('serves to the end of its life, then nothing is accepted, and a new one is made when KMS is back', async () => {
    const first = await certificateOf();
    town.axis.interfere(KMS_DOWN);
    town.advance(4 * HOUR);
    expect(await certificateOf()).toBe(first);
    town.advance(3 * HOUR);
    await expect(town.submitLetter()).rejects.toThrow('status 500');
    town.axis.interfere([]);
    expect(await certificateOf()).not.toBe(first);
  });
});
