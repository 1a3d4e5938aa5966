import { describe, expect, test } from 'vitest';
import type { Acting } from '../../../core/act/acting.ts';
import { effectOf } from '../../../core/act/effectOf.ts';
import type { DispatchId } from '../../../core/contract/ids.ts';
import type { How } from '../../../core/contract/life.ts';
import type { DeliveryRecord } from '../../../core/contract/records.ts';
import { aDelivery } from '../../adapters/aws/records.ts';

/** What a recipient's answers leave of what was asked, and what several reports come to in whatever order they are handled. */
const AT = 1_772_438_400_000;
const DAY = 86_400_000;
const LEASE_END = AT + 300_000;
const id = (letter: string) => `dsp_${letter.repeat(32)}` as DispatchId;

const acting = (given: Partial<Acting>): Acting => ({
  how: 'status',
  by: id('z'),
  acceptedAt: AT + 50,
  who: 'system:ministry',
  unsigned: false,
  ...given,
});

/** A delivery under a lease that lasts. */
const held = (given: Partial<DeliveryRecord> = {}): DeliveryRecord =>
  aDelivery(AT - 100, { state: 'offered', visibleAt: LEASE_END, expiresAt: AT + 30 * DAY, ...given });

/** The delivery after these messages, each accepted and handled a moment after the one before. */
function following(seen: DeliveryRecord, ...acts: readonly (readonly [letter: string, how: How, code?: string])[]) {
  return acts.reduce((delivery, [letter, how, code], place) => {
    const { mark = { onState: false } } = effectOf(
      delivery,
      acting({ how, code, by: id(letter), acceptedAt: AT + place }),
      AT + place,
    );
    const { withdrawing, entry, onState: _, to: __, ...facts } = mark;
    const { withdrawing: before, ...rest } = delivery;
    const kept = withdrawing === null ? undefined : (withdrawing ?? before);
    return {
      ...rest,
      ...facts,
      ...(kept ? { withdrawing: kept } : {}),
      timeline: [...rest.timeline, entry ?? []].flat(),
    };
  }, seen);
}

describe('a recall that its recipient refuses while it holds the document', () => {
  test('leaves the warning ahead of the end due, as if nothing had been asked', () => {
    const { withdrawing, due } = following(held(), ['b', 'recall'], ['c', 'status', '16']);
    expect(withdrawing).toBeUndefined();
    expect(due).toEqual({ what: 'warn', at: AT + 27 * DAY, attempts: 0 });
  });

  test('leaves the end due where the sender was warned already', () => {
    const warned = { ev: 'x-uncollected', at: AT - 50, by: 'axis', from: 'queued', to: 'queued' };
    const { timeline } = held();
    const { due } = following(held({ timeline: [...timeline, warned] }), ['b', 'recall'], ['c', 'status', '16']);
    expect(due).toEqual({ what: 'expire', at: AT + 30 * DAY, attempts: 0 });
  });

  test.each([
    [
      'before',
      [
        ['b', 'update'],
        ['c', 'recall'],
        ['d', 'status', '16'],
      ],
    ],
    [
      'after',
      [
        ['b', 'recall'],
        ['c', 'update'],
        ['d', 'status', '16'],
      ],
    ],
  ] as const)('is all that is refused: an update asked %s it still takes the document away', (_, acts) => {
    const delivery = following(held(), ...acts);
    expect(delivery).toMatchObject({ recall: { state: 'refused' }, revision: { state: 'requested' } });
    expect(delivery).toMatchObject({ withdrawing: 'update', due: { what: 'withdraw', at: LEASE_END } });
  });
});

test('a recall that was agreed to takes the document away, whatever becomes of an update', () => {
  const delivery = following(held(), ['b', 'recall'], ['c', 'status', '15'], ['d', 'update'], ['e', 'status', '16']);
  expect(delivery).toMatchObject({ recall: { state: 'agreed' }, revision: { state: 'refused' } });
  expect(delivery).toMatchObject({ withdrawing: 'recall', due: { what: 'withdraw', at: LEASE_END } });
});

test('a code was first reported when its first report was accepted, in whatever order workers come', () => {
  const seen = aDelivery(AT - 100, { state: 'acknowledged' });
  const report = (by: string, acceptedAt: number) => acting({ code: '03', by: id(by), acceptedAt });
  const later = effectOf(seen, report('b', AT + 20), AT + 30).mark?.businessStatus;
  const both = effectOf({ ...seen, ...(later && { businessStatus: later }) }, report('c', AT + 10), AT + 31);
  expect(both.mark?.businessStatus).toMatchObject({ code: '03', reported: { '03': AT + 10 }, repeats: { count: 1 } });
});

test('a repeated report counts once, also where others came between it and its repetition by a worker', () => {
  let delivery = aDelivery(AT - 100, { state: 'acknowledged' });
  for (const by of ['b', 'c', 'd', 'e', 'c', 'd', 'b', 'e']) {
    const { mark } = effectOf(delivery, acting({ code: '03', by: id(by), acceptedAt: AT }), AT + 1);
    if (mark?.businessStatus) delivery = { ...delivery, businessStatus: mark.businessStatus };
  }
  expect(delivery.businessStatus).toMatchObject({ code: '03', repeats: { count: 3 } });
});

test('a report that was applied stays so for a worker that repeats it, whatever was reported and asked since', () => {
  let delivery = following(aDelivery(AT - 100, { state: 'acknowledged' }), ['b', 'recall'], ['c', 'status', '16']);
  delivery = following(delivery, ['d', 'status', '01'], ['e', 'status', '06'], ['f', 'recall']);
  const again = (by: string, code: string) => effectOf(delivery, acting({ by: id(by), code }), AT + 90);
  expect(again('c', '16')).toEqual({ outcome: 'applied' });
  expect(again('d', '01')).toEqual({ outcome: 'applied' });
  expect(again('e', '06')).toEqual({ outcome: 'applied' });
});
