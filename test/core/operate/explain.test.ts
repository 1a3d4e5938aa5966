import { describe, expect, test } from 'vitest';
import type { Explained } from '../../../core/contract/operating.ts';
import type { DeliveryRecord, DispatchRecord, SubmissionRecord, UploadRecord } from '../../../core/contract/records.ts';
import { DELIVERY_STATES, isFinal, SUBMISSION_STATES, UPLOAD_STATES } from '../../../core/contract/states.ts';
import { explain } from '../../../core/operate/explain.ts';

const NOW = Date.parse('2026-03-02T08:00:00Z');
const HOUR = 3_600_000;

// Only what an explanation reads: the rest of a record has nothing to do with it.
const delivery = (given: Partial<DeliveryRecord>): Explained => ({
  kind: 'delivery',
  record: {
    system: 'bo-minh-hoa',
    visibleAt: NOW - HOUR,
    timeline: [],
    fruitless: 3,
    ...given,
  } as unknown as DeliveryRecord,
});
const dispatch = (given: Partial<DispatchRecord>): Explained => ({
  kind: 'dispatch',
  record: { recipientCount: 7, ...given } as unknown as DispatchRecord,
});
const submission = (given: Partial<SubmissionRecord>): Explained => ({
  kind: 'submission',
  record: { expiresAt: NOW + HOUR, ...given } as unknown as SubmissionRecord,
});
const upload = (given: Partial<UploadRecord>): Explained => ({
  kind: 'upload',
  record: { expiresAt: NOW + HOUR, ...given } as unknown as UploadRecord,
});

const EVERY_STATE: readonly Explained[] = [
  ...DELIVERY_STATES.map((state) => delivery({ state })),
  ...(['accepted', 'dispatched'] as const).map((state) => dispatch({ state })),
  ...SUBMISSION_STATES.map((state) => submission({ state })),
  ...UPLOAD_STATES.map((state) => upload({ state })),
];

test.each(EVERY_STATE.map((asked) => [`${asked.kind} ${asked.record.state}`, asked] as const))(
  '%s is explained in both languages',
  (_, asked) => {
    const { where, next } = explain(asked, NOW);
    for (const { en, vi } of [where, next]) {
      expect(en).toMatch(/^[\x20-\x7e]{10,}\.$/);
      expect(vi).toMatch(/[^\x20-\x7e].*\.$/);
    }
  },
);

describe('a delivery', () => {
  test('that was set aside waits for an operator, for the reason that its timeline gives', () => {
    const entry = { ev: 'x-set-aside', at: NOW, by: 'axis', from: 'offered', to: 'set-aside', detail: '20 offers' };
    expect(explain(delivery({ state: 'set-aside', timeline: [entry] }), NOW)).toMatchObject({
      why: '20 offers',
      who: 'operator',
      next: { en: expect.stringContaining('ops requeue') },
    });
  });

  test('that waits is for its recipient to take, until it expires', () => {
    const waiting = explain(delivery({ state: 'queued', expiresAt: NOW + 5 * HOUR }), NOW);
    expect(waiting).toMatchObject({ nextAt: NOW + 5 * HOUR, who: 'recipient' });
    expect(waiting.where.en).toBe('Waiting in the inbox of bo-minh-hoa; offered 3 times.');
  });

  test('under lease comes back when the lease ends, and one whose lease is over waits', () => {
    const held = explain(delivery({ state: 'offered', visibleAt: NOW + HOUR }), NOW);
    expect([held.where.en, held.nextAt]).toEqual(['Under lease of bo-minh-hoa, its offer number 3.', NOW + HOUR]);
    expect(explain(delivery({ state: 'offered' }), NOW).where.en).toContain('Waiting in the inbox');
  });

  test('that was given back is offered again later', () => {
    const back = explain(delivery({ state: 'queued', visibleAt: NOW + HOUR }), NOW);
    expect([back.where.en, back.nextAt]).toEqual(['Given back by bo-minh-hoa, which wants it later.', NOW + HOUR]);
  });

  test('whose agency has moved follows it', () => {
    const movesTo = 'so-moi' as NonNullable<DeliveryRecord['movesTo']>;
    expect(explain(delivery({ state: 'queued', movesTo }), NOW).next.en).toBe('It follows its agency to so-moi.');
  });

  test.each(DELIVERY_STATES.filter(isFinal))('that is %s has no next step', (state) => {
    const final = explain(delivery({ state, reason: 'gửi nhầm' }), NOW);
    expect(final).toMatchObject({ why: 'gửi nhầm', next: { en: 'Nothing: this is its end.' }, who: 'nobody' });
    expect(final.nextAt).toBeUndefined();
  });
});

describe('a dispatch', () => {
  test('whose deliveries do not exist yet says when they are asked for again, and how often they were', () => {
    const due = { what: 'fan-out', at: NOW + HOUR, attempts: 2 } as const;
    expect(explain(dispatch({ state: 'accepted', due }), NOW)).toMatchObject({
      nextAt: NOW + HOUR,
      why: 'asked for again 2 times',
      who: 'nobody',
    });
  });

  test('that is done waits for the end of its retention, or for nothing', () => {
    const due = { what: 'retain', at: NOW + HOUR, attempts: 0 } as const;
    expect(explain(dispatch({ state: 'dispatched', due }), NOW).nextAt).toBe(NOW + HOUR);
    expect(explain(dispatch({ state: 'dispatched' }), NOW).next.en).toContain('Nothing');
  });
});

describe('an upload', () => {
  test('that failed says why, and one whose time is over says that', () => {
    expect(explain(upload({ state: 'failed', reason: 'other bytes' }), NOW)).toMatchObject({ why: 'other bytes' });
    expect(explain(upload({ state: 'open', expiresAt: NOW }), NOW).where.en).toBe('Its time is over.');
  });
});
