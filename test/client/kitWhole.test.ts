import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundledSdkClient, type KitDesk, naiveClient, openKitDesk } from './kitDesk.ts';

/** Every behaviour of the kit against both clients of `examples/kit`. */
let desk: KitDesk;
beforeAll(async () => {
  desk = await openKitDesk();
});
afterAll(() => desk.remove());

test('the SDK handles every behaviour', async () => {
  const { code, behaviours } = await desk.play(await bundledSdkClient(desk.cwd));
  expect(behaviours.filter(({ outcome }) => outcome !== 'handled')).toEqual([]);
  expect(behaviours.length).toBeGreaterThan(40);
  expect(code).toBe(0);
}, 300_000);

test('the hurried client is caught at exactly these', async () => {
  const { code, named } = await desk.play(naiveClient);
  expect(named('handled')).toEqual([
    'send-plain',
    'receive-plain',
    'fault-then-success',
    'html-error',
    'outage',
    'accepted-before',
    'answer-twice',
    'out-of-order',
    'empty-inbox',
    'slow-body',
    'token-at-link',
    'unknown-fields',
  ]);
  expect(named('not-met')).toEqual(['unknown-status', 'upload']);
  expect(named('not-handled')).toHaveLength(31);
  expect(code).toBe(1);
}, 300_000);
