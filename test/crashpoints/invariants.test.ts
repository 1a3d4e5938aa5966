import { describe, expect, test } from 'vitest';
import { holdingsProblems, inboxProblems, queueProblems, timelineProblems } from './invariants.ts';

const entry = (ev: string, from: string, to: string, at = 1) => ({ ev, at, by: 'axis', from, to });
const consigned = entry('ContentConsignment', 'none', 'queued');
const handedOver = entry('ContentHandover', 'offered', 'acknowledged', 2);

describe('a timeline', () => {
  test('that tells every step in order is right', () => {
    expect(timelineProblems('dlv_1', { state: 'acknowledged', timeline: [consigned, handedOver] })).toEqual([]);
    expect(timelineProblems('dlv_1', { state: 'offered', timeline: [consigned], offers: 1 })).toEqual([]);
  });

  test.each([
    ['lacks its first step', 'acknowledged', [handedOver], 'a step is missing'],
    ['lacks its last step', 'acknowledged', [consigned], 'it does not end at acknowledged'],
    ['tells a step twice', 'queued', [consigned, consigned], 'a step is missing'],
    ['is out of order', 'acknowledged', [{ ...consigned, at: 3 }, handedOver], 'older than the one before'],
    ['tells a step that there is not', 'queued', [entry('x-made-up', 'none', 'queued')], 'x-made-up is no such step'],
    ['says that it was offered and counts none', 'offered', [consigned], 'it does not end at offered'],
  ])('that %s is wrong', (_, state, timeline, what) => {
    expect(timelineProblems('dlv_1', { state, timeline }).join()).toContain(what);
  });
});

describe('what an axis holds', () => {
  const dispatch = { id: 'dsp_a', state: 'dispatched', recipientCount: 2 };
  const deliveries = ['x', 'y'].map((recipient) => ({ id: `dlv_${recipient}`, dispatchId: 'dsp_a', recipient }));
  const whole = { items: [dispatch, ...deliveries], objects: ['dispatches/dsp_a/0'], uploads: [], overdueBefore: 1000 };

  test('is right when everything fits together', () => {
    expect(holdingsProblems(whole)).toEqual([]);
  });

  test.each([
    ['a recipient without a delivery', { items: [dispatch, ...deliveries.slice(1)] }, '1 deliveries to 1 agencies'],
    [
      'two deliveries to one recipient',
      { items: [dispatch, ...deliveries.map((delivery) => ({ ...delivery, recipient: 'x' }))] },
      '2 deliveries to 1 agencies',
    ],
    ['a delivery without a dispatch', { items: deliveries }, 'dlv_x has no dispatch'],
    ['a dispatch without bytes', { objects: [] }, 'dsp_a: its bytes are not where its record says'],
    ['bytes without a dispatch', { objects: [...whole.objects, 'dispatches/dsp_b/0'] }, 'there are bytes of dsp_b'],
    [
      'a dispatch that stays accepted',
      { items: [{ ...dispatch, state: 'accepted' }, ...deliveries] },
      'dsp_a is accepted',
    ],
    ['work that nobody moves', { items: [...whole.items, { id: 'mov_1', dueAt: 999 }] }, 'mov_1 is due since'],
    ['an item whose time is over', { items: [...whole.items, { id: 'sub_1', expires: 0 }] }, 'sub_1 should be gone'],
    ['an upload whose time is over', { uploads: ['uploads/upl_1/0'] }, 'uploads/upl_1/0 should be gone'],
  ])('is wrong with %s', (_, change, what) => {
    expect(holdingsProblems({ ...whole, ...change }).join()).toContain(what);
  });
});

test('an inbox shows each waiting delivery once and nothing else', () => {
  expect(inboxProblems('s', ['dlv_x'], ['dlv_x'])).toEqual([]);
  expect(inboxProblems('s', [], ['dlv_x'])).toEqual(['dlv_x stands 0 times in the inbox of s']);
  expect(inboxProblems('s', ['dlv_x', 'dlv_x'], ['dlv_x'])).toEqual(['dlv_x stands 2 times in the inbox of s']);
  expect(inboxProblems('s', ['dlv_x'], [])).toEqual(['dlv_x waits in the inbox of s and should not']);
});

test('a queue at rest is empty, also of what workers took and never finished', () => {
  expect(queueProblems([{ name: 'FanOut', ready: 0, away: 0 }])).toEqual([]);
  expect(queueProblems([{ name: 'FanOut', ready: 0, away: 1 }])).toEqual(['the queue FanOut holds 1 messages']);
});
