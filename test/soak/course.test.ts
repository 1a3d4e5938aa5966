import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { growthOf, growthProblems, leaksOf, type Moment, slopeOf } from './course.ts';
import type { Memory } from './gauge.ts';
import { Ledger, type Message } from './ledger.ts';
import { plotCourse } from './plotCourse.ts';

const handles = { sockets: 20, pipes: 11, files: 8, resources: 25 };

/** A run of ten minutes, a look every six seconds, with the memory of each minute. */
const runOf = (memoryAt: (minute: number) => Partial<Memory>, callsEach = 0): readonly Moment[] =>
  Array.from({ length: 101 }, (_, look) => ({
    at: look * 6,
    memory: { rss: 1000, heap: 50, functions: 150, ...memoryAt(look / 10) },
    handles,
    backlog: 3,
    instances: 20,
    calls: look * callsEach,
    submitMs: 100 + look,
  }));

describe('memory', () => {
  test('that grows steadily after the warm-up is told, whichever kind it is', () => {
    for (const [what, base] of [
      ['rss', 1000],
      ['heap', 50],
      ['functions', 150],
    ] as const) {
      const problems = growthProblems(growthOf(runOf((minute) => ({ [what]: base + 40 * minute }))));
      expect(problems).toEqual([expect.stringContaining(`memory grows: ${what} by 40.0 MB a minute`)]);
    }
  });

  test('that grows only while everything warms up, or goes up and down, is let stand', () => {
    const warming = runOf((minute) => ({ rss: 1000 + 200 * Math.min(3, minute) }));
    const waving = runOf((minute) => ({
      rss: 1000 + 100 * Math.sin(minute * 3),
      heap: 50 + 10 * Math.cos(minute * 5),
    }));
    expect([warming, waving].map((run) => growthProblems(growthOf(run)))).toEqual([[], []]);
  });

  test('of a run of half a minute is not judged', () => {
    const short = runOf((minute) => ({ heap: 50 + 400 * minute })).slice(0, 6);
    expect(growthProblems(growthOf(short))).toEqual([]);
  });

  test('may grow by the calls that the local axis remembers, and by no more', () => {
    const heap = (mb: number) => runOf((minute) => ({ heap: 50 + mb * minute }), 1000);
    expect(growthProblems(growthOf(heap(12)))).toEqual([]);
    expect(growthProblems(growthOf(heap(20)))).not.toEqual([]);
  });

  test('has a slope that a single peak does not move', () => {
    const points = Array.from({ length: 20 }, (_, x) => [x, x === 10 ? 10_000 : 2 * x] as const);
    expect(slopeOf(points)).toBeCloseTo(2, 5);
  });
});

test('handles that stay open are told by kind; a few connections that are kept alive are not', () => {
  expect(leaksOf(handles, { ...handles, sockets: 24, resources: 30 })).toEqual([]);
  expect(leaksOf(handles, { ...handles, sockets: 60, pipes: 14 })).toEqual([
    'sockets: 20 at the start, 60 at the end',
    'pipes: 11 at the start, 14 at the end',
  ]);
});

test('the plot has a line for each figure, and none leaves its frame', () => {
  const svg = plotCourse(
    'Soak',
    runOf(() => ({})),
  );
  const points = [...svg.matchAll(/points="([^"]*)"/g)].flatMap(([, list = '']) => list.split(' ')).filter(Boolean);
  expect(svg.match(/<polyline/g)).toHaveLength(6);
  expect(points.length).toBeGreaterThan(400);
  for (const point of points) {
    const [x, y] = point.split(',').map(Number);
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x).toBeLessThanOrEqual(760);
    expect(y).toBeGreaterThanOrEqual(50);
    expect(y).toBeLessThanOrEqual(600);
  }
});

describe('the ledger', () => {
  let folder: string;
  let ledger: Ledger;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'docaxis-ledger-'));
    ledger = new Ledger(join(folder, 'sent'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const about = { from: 'X92', number: 1, notation: 'BMH', date: '2026/03/02', documentId: 'one' };
  const letter: Message = { kind: 'letter', from: 'X92', to: ['X91.04'], about };
  const bytes = Buffer.from('the letter');
  // SHA-256 of these bytes, by sha256sum.
  const sha256 = '64e588fa98e1c4cf29a41921c208a435e82fb9e23c6fa068f8e18cf048f865f8';
  const answer = (receipt: string) =>
    ({ dispatchId: 'dsp_1', receipt, recipients: [{ deliveryId: 'dlv_1' }] }) as AnswerOf<'submit'>;
  const lease = (digest: string) =>
    ({ deliveryId: 'dlv_1', dispatchId: 'dsp_1', headline: { sha256: digest } }) as AnswerOf<'lease'>;

  test('tells a dispatch that was given two receipts', () => {
    ledger.accepted(letter, bytes, { answer: answer('r1'), began: 0 });
    ledger.accepted(letter, bytes, { answer: answer('r1'), began: 0 });
    expect(ledger.breaches).toEqual([]);
    ledger.accepted(letter, bytes, { answer: answer('r2'), began: 0 });
    expect(ledger.breaches).toEqual(['dsp_1 was given two receipts']);
  });

  test('tells a delivery of other bytes than were sent, whichever is known first', () => {
    ledger.seen(lease('0'.repeat(64)));
    ledger.accepted(letter, bytes, { answer: answer('r1'), began: 0 });
    expect(ledger.breaches).toEqual(['dlv_1 promised other bytes than were sent']);
  });

  test('counts a delivery as on its way until somebody was given it, and gives back the bytes that were sent', () => {
    ledger.accepted(letter, bytes, { answer: answer('r1'), began: performance.now() });
    expect([ledger.backlog, ledger.wasSeen('dlv_1')]).toEqual([1, false]);
    ledger.seen(lease(sha256));
    expect([ledger.backlog, ledger.wasSeen('dlv_1'), ledger.deliveryMs.length]).toEqual([0, true, 1]);
    expect(ledger.breaches).toEqual([]);
    expect(ledger.submitted.map((one) => ledger.sent(one).bytes.toString())).toEqual(['the letter']);
  });
});
