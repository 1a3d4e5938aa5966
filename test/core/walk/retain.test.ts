import { expect, test } from 'vitest';
import type { DispatchId } from '../../../core/contract/ids.ts';
import { retain } from '../../../core/walk/retain.ts';
import { aDelivery, aDispatch } from '../../adapters/aws/records.ts';

const AT = 1_772_438_400_000;
const DAY = 86_400_000;

test('content that was closed without an answer is looked at again soon, not a day later', async () => {
  const now = AT + 60 * DAY;
  const again = now + 120_000;
  const days = { contentDays: 30, recordDays: 365 };
  const reminders: [DispatchId, number][] = [];
  const seen = aDispatch(AT);
  const ended = aDelivery(AT, {
    state: 'acknowledged',
    timeline: [{ ev: 'ContentHandover', at: AT, by: 'system:ministry', from: 'offered', to: 'acknowledged' }],
  });
  const deleted = await retain(seen, again, {
    clock: { now: () => now },
    rules: { document: days, status: days },
    dispatches: { remindLater: async (id, at) => reminders.push([id, at]) > 0 },
    deliveries: { findMany: async (ids) => ids.map(() => ended) },
    retention: { hold: no, close: no, deleted: no, forget: no },
    content: { remove: async () => 0 },
  });
  expect(deleted).toBe(false);
  expect(reminders).toEqual([[seen.dispatchId, again]]);
});

const no = async (): Promise<boolean> => false;
