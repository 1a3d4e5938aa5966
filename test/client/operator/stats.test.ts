import { expect, test } from 'vitest';
import { type Look, sparkline, statsText } from '../../../client/commands/operator/statsText.ts';
import { openScreen } from '../../../client/screen.ts';
import { WORDS } from '../../../client/words.ts';
import type { AnswerOf } from '../../../core/contract/answers.ts';

const AT = '2026-11-27T16:05:30.000Z';
const perMinute = Array.from({ length: 60 }, (_, index) => ({
  at: new Date(Date.parse('2026-11-27T15:06:00.000Z') + index * 60_000).toISOString(),
  accepted: index % 9,
  delivered: index % 3,
  acknowledged: 0,
}));
const STATS: AnswerOf<'stats'> = {
  at: AT,
  minutes: 60,
  perMinute,
  totals: { accepted: 234, delivered: 60, acknowledged: 0, refused: 4 },
  refusals: [
    { code: 'signature-invalid', count: 3 },
    { code: 'rate-limited', count: 1 },
  ],
  verificationFailures: 3,
  latencies: { submit: { count: 234, p50: 82, p95: 140, p99: 1_210 } },
  watchman: '2026-11-27T16:05:00.000Z',
  queues: [
    { name: 'fan-out', waiting: 2, dead: 0 },
    { name: 'inbox', dead: 1 },
  ],
  undelivered: { count: 1, partial: false, oldest: { dispatchId: 'dsp_a', acceptedAt: '2026-11-27T16:00:30.000Z' } },
  certificate: { agency: 'X92', thumbprint: 'a', notAfter: '2026-11-30T00:00:00.000Z', daysLeft: 2 },
};

const text = (language: 'en' | 'vi', look: Look, stats = STATS) =>
  statsText(stats, { word: (word) => WORDS[word][language] }, look);
const RED = '\u001b[31m';

test('a line of bars is as high as its largest count, and nothing is a blank', () => {
  expect(sparkline([0, 1, 4, 8, 0, 2])).toBe(' ▁▄█ ▂');
  expect(sparkline([0, 0])).toBe('');
});

test('every number has a line, and every trouble is red', () => {
  const lines = text('en', { columns: 100, colour: true }).split('\n');
  const lineOf = (title: string) => lines.find((line) => line.startsWith(title)) ?? '';
  expect(lineOf('accepted')).toMatch(/ 234 .*█/);
  expect(lineOf('refused')).toContain('4 signature-invalid 3  rate-limited 1');
  expect(lineOf('submission takes')).toContain('p50 82 ms  p95 140 ms  p99 1.2 s');
  expect(lineOf('delivery takes')).toMatch(/-$/);
  expect(lineOf('queues')).toContain('fan-out 2');
  expect(lineOf('watchman')).toMatch(/ 16:05$/);
  for (const title of ['signature failures', 'undelivered', 'dead letters', 'first certificate']) {
    expect(lineOf(title), title).toContain(RED);
  }
  expect(lines.filter((line) => line.includes(RED))).toHaveLength(4);
  const silent = text('en', { columns: 100, colour: true }, { ...STATS, watchman: '2026-11-27T16:01:00.000Z' });
  expect(silent).toContain(`${RED}16:01`);
});

test.each([
  ['en', 30],
  ['vi', 42],
  ['en', 80],
] as const)(
  'in %s no line is wider than a terminal of %d columns, and without colour there is no sequence',
  (language, columns) => {
    const lines = text(language, { columns, colour: false }).split('\n');
    expect(lines.filter((line) => [...line].length > columns)).toEqual([]);
    expect(lines.join('')).not.toContain('\u001b');
  },
);

test('Ctrl-C ends the wait at once and gives the cursor and the screen back, once', async () => {
  const written: string[] = [];
  let end = (): void => undefined;
  const screen = openScreen({
    write: (part) => written.push(part),
    rows: () => 3,
    onEnd: (listener) => {
      end = listener;
    },
  });
  screen.draw('one\ntwo\nthree');
  const waited = screen.pause(3_600_000);
  end();
  expect(await waited).toBe(false);
  screen.draw('late');
  screen.close();
  const all = written.join('');
  expect(all).toContain('two');
  // What would scroll the picture away is not drawn.
  expect(all).not.toContain('three');
  expect(all).not.toContain('late');
  expect(all.split('\u001b[?25h')).toHaveLength(2);
  expect(all.endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
});
