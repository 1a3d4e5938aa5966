import { describe, expect, test } from 'vitest';
import { deliveryIdOf } from '../../../core/contract/derivedIds.ts';
import { expiryOf } from '../../../core/contract/expiry.ts';
import type { AgencyId } from '../../../core/contract/ids.ts';
import { consignmentOf, fanOutMessages, recipientsOf } from '../../../core/deliver/fanOut.ts';
import { aDispatch, MINISTRY } from '../../adapters/aws/records.ts';

const AT = 1_772_438_400_000;
const recipients = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    agencyId: `agency ${index}` as AgencyId,
    code: `X${index}`,
    name: 'x',
    system: MINISTRY,
  }));

describe('fan-out messages', () => {
  test.each([
    [0, 1],
    [1, 1],
    [100, 1],
    [101, 2],
    [250, 3],
    [1000, 10],
  ])('%i recipients need %i', (count, messages) => {
    const dispatch = aDispatch(AT);
    const all = fanOutMessages({ ...dispatch, recipientCount: count });
    expect(all.map(({ chunk, chunks }) => [chunk, chunks])).toEqual(
      Array.from({ length: messages }, (_, chunk) => [chunk, messages]),
    );
    const named = recipients(count);
    const whole = { ...dispatch, details: { ...dispatch.details, recipients: named } };
    expect(all.flatMap((message) => recipientsOf(whole, message))).toEqual(named);
  });

  test('of a message that acts on twenty earlier ones each covers few recipients, and all are covered', () => {
    const named = recipients(1000);
    const on = named.flatMap(({ agencyId }) =>
      Array.from({ length: 20 }, () => ({
        how: 'recall' as const,
        dispatchId: aDispatch(AT).dispatchId,
        agencyId,
        recipient: agencyId,
      })),
    );
    const dispatch = aDispatch(AT, { recipientCount: 1000 });
    const whole = { ...dispatch, details: { ...dispatch.details, recipients: named, act: { on } } };
    const all = fanOutMessages(whole);
    expect(all).toHaveLength(200);
    expect(all.flatMap((message) => recipientsOf(whole, message))).toEqual(named);
  });

  test('a message for a chunk that is not there reaches nobody', () => {
    const dispatch = aDispatch(AT);
    expect(recipientsOf(dispatch, { dispatchId: dispatch.dispatchId, chunk: 7, chunks: 8 })).toEqual([]);
  });
});

test('a consignment waits in the inbox from now on, is warned of and expires after 30 days, and begins its timeline', () => {
  const dispatch = aDispatch(AT);
  const [recipient] = dispatch.details.recipients;
  if (!recipient) throw new Error('no recipient');
  const delivery = consignmentOf(dispatch, recipient, { now: AT + 5 });
  expect(delivery).toMatchObject({
    deliveryId: deliveryIdOf(dispatch.dispatchId, recipient.agencyId),
    state: 'queued',
    visibleAt: AT + 5,
    fruitless: 0,
    expiresAt: expiryOf(AT + 5),
    due: { what: 'warn', at: expiryOf(AT + 5) - 3 * 24 * 3_600_000 },
    timeline: [{ ev: 'ContentConsignment', from: 'none', to: 'queued', at: AT + 5 }],
  });
  expect(expiryOf(0)).toBe(30 * 24 * 3_600_000);
});
