import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { AxisClient } from '../../client/axisClient.ts';
import type { Profile } from '../../client/profile.ts';
import { systemProfile } from '../../local/profiles.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const ANSWER = z.record(z.string(), z.unknown());

let town: TestAxis;
let profile: Profile;
beforeAll(async () => {
  town = await startTestAxis();
  profile = systemProfile('trung-tam-mau', town.world, town.facts);
});
afterAll(() => town.stop());

/** A client whose answers of `submit` are changed on the way, as by a proxy that lies. */
const clientThrough = (change: (answer: Record<string, unknown>) => object) =>
  AxisClient.of(profile, {
    now: () => town.axis.clock.now(),
    retry: { attempts: 1 },
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      return Response.json(change(ANSWER.parse(await response.json())), { status: response.status });
    },
  });

describe('a client that knows the issuer of receipts', () => {
  let letter: Buffer;
  beforeEach(async () => {
    letter = await town.letter({ from: 'X91.04', to: ['X92'] });
  });

  test('takes the receipt of the axis, the first time and again', async () => {
    const client = clientThrough((answer) => answer);
    await expect(client.submit(letter)).resolves.toMatchObject({ outcome: 'accepted' });
    await expect(client.submit(letter)).resolves.toMatchObject({ outcome: 'again' });
  });

  test('needs none for a dry run', async () => {
    const client = clientThrough((answer) => answer);
    await expect(client.submit(letter, { dryRun: true })).resolves.toMatchObject({ outcome: 'would-be-accepted' });
  });

  test('refuses one that is missing, altered, or of another document', async () => {
    const other = await town.submitLetter({ from: 'X91.04', to: ['X92'] });
    const { receipt, receiptCertificate } = other.answer;
    const altered = (answer: Record<string, unknown>) => ({
      ...answer,
      receipt: String(answer.receipt).replace(/\.[^.]+\./, `.${Buffer.from('{"v":1}').toString('base64url')}.`),
    });
    const missing = ({ receipt: _, ...answer }: Record<string, unknown>) => answer;
    const foreign = (answer: Record<string, unknown>) => ({ ...answer, receipt, receiptCertificate });
    const elsewhere = (answer: Record<string, unknown>) => ({ ...answer, dispatchId: other.answer.dispatchId });
    for (const change of [altered, missing, foreign, elsewhere]) {
      await expect(clientThrough(change).submit(letter)).rejects.toMatchObject({
        name: 'AxisFault',
        kind: 'mismatch',
        message: expect.stringContaining('the receipt'),
      });
    }
  });
});
