import { afterAll, beforeAll, expect, test } from 'vitest';
import { echo } from '../../examples/echo.ts';
import { systemProfile } from '../../local/profiles.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';

let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis();
});
afterAll(() => town?.stop());

test('the echo agency acknowledges what comes and answers 01 and 03, and leaves the other agency’s letters alone', async () => {
  const stop = new AbortController();
  const profile = systemProfile('bo-minh-hoa', town.world, town.facts);
  const client = town.clients['bo-minh-hoa'];
  const { answer } = await town.submitLetter({ to: ['X92.03', 'X92'] });
  await town.settle();
  const done = echo({ client, profile, agency: 'X92.03', signal: stop.signal });
  const sender = town.clients['trung-tam-mau'];
  await until(async () => (await sender.waiting()).items.length === 2, 'both statuses wait for the sender');
  stop.abort();
  await done;
  const { items } = await sender.waiting();
  expect(items.map(({ headline }) => headline.statusCode).toSorted()).toEqual(['01', '03']);
  const { deliveries } = await sender.dispatch(answer.dispatchId);
  expect(Object.fromEntries(deliveries.map(({ recipient, state }) => [recipient, state]))).toEqual({
    'X92.03': 'acknowledged',
    X92: 'queued',
  });
});
