import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAxisProcess } from './axisProcess.ts';
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

test('an axis process that was killed goes on where it was', async () => {
  const first = await startAxisProcess();
  await first.advance(60_000);
  const { dispatchId } = await first.clients['trung-tam-mau'].submit(await town.letter());
  await first.kill();
  const second = await startAxisProcess(first.data);
  expect((await second.clients['trung-tam-mau'].dispatch(dispatchId)).dispatchId).toBe(dispatchId);
  await second.remove();
});
