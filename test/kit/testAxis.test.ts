import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestAxis, type TestAxis } from './testAxis.ts';

let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis();
});
afterAll(() => town.stop());

test('a letter submitted to a test axis reaches the other system, byte for byte', async () => {
  const { bytes, answer } = await town.submitLetter();
  await town.settle();
  const { deliveries } = await town.clients['bo-minh-hoa'].receive();
  expect(deliveries.map(({ dispatchId }) => dispatchId)).toEqual([answer.dispatchId]);
  for (const delivery of deliveries) expect(await town.clients['bo-minh-hoa'].fetchContent(delivery)).toEqual(bytes);
  expect(await town.stores.objects()).toHaveLength(1);
});

test('the stores can still be read after the clock was moved by days', async () => {
  town.advance(3 * 86_400_000);
  expect(await town.stores.items('dsp_')).toHaveLength(1);
  await town.watch();
});
