import type { AnswerOf } from '../contract/answers.ts';
import { iso } from '../contract/iso.ts';
import { type LogRow, VERIFICATION_FAILURES } from '../contract/seeing.ts';

type Stats = AnswerOf<'stats'>;
type Minute = Stats['perMinute'][number];

const MINUTE = 60_000;

/** What the logs answered, by the names of `LOG_QUERIES`. */
export interface Answered {
  readonly minutes: readonly LogRow[];
  readonly refusals: readonly LogRow[];
  readonly latencies: readonly LogRow[];
}

/** The part of the numbers that the logs know. */
export type Logged = Pick<
  Stats,
  'perMinute' | 'totals' | 'refusals' | 'verificationFailures' | 'latencies' | 'watchman'
>;

/** Reads the answers of the logs as numbers: one entry for each minute of the period, the one that runs included. */
export function statsOf(
  answered: Answered,
  { now, minutes }: { readonly now: number; readonly minutes: number },
): Logged {
  const last = Math.floor(now / MINUTE) * MINUTE;
  const starts = Array.from({ length: minutes }, (_, index) => last - (minutes - 1 - index) * MINUTE);
  const perMinute = starts.map((start) => minuteOf(start, answered.minutes));
  const refusals = answered.refusals.map(({ code = 'unknown', refused }) => ({ code, count: numberOf(refused) }));
  const total = (of: 'accepted' | 'delivered' | 'acknowledged') => perMinute.reduce((sum, each) => sum + each[of], 0);
  const failures: readonly string[] = VERIFICATION_FAILURES;
  const seen = answered.minutes.filter(({ message }) => message === 'watched').map(({ minute }) => timeOf(minute));
  return {
    perMinute,
    totals: {
      accepted: total('accepted'),
      delivered: total('delivered'),
      acknowledged: total('acknowledged'),
      refused: sumOf(refusals),
    },
    refusals,
    verificationFailures: sumOf(refusals.filter(({ code }) => failures.includes(code))),
    latencies: { ...latencyOf('submit', answered), ...latencyOf('deliver', answered) },
    ...(seen.length > 0 ? { watchman: iso(Math.max(...seen)) } : {}),
  };
}

function minuteOf(start: number, rows: readonly LogRow[]): Minute {
  const here = rows.filter(({ minute }) => timeOf(minute) === start);
  const lines = (fits: (row: LogRow) => boolean) =>
    here.filter(fits).reduce((sum, { lines: count }) => sum + numberOf(count), 0);
  return {
    at: iso(start),
    accepted: lines(
      ({ message, what, outcome }) =>
        (message === 'submitted' && what === 'accepted') || (message === 'concluded' && outcome === 'accepted'),
    ),
    delivered: here.filter(({ message }) => message === 'delivered').reduce((sum, { put }) => sum + numberOf(put), 0),
    acknowledged: lines(({ message, state }) => message === 'settled' && state === 'acknowledged'),
  };
}

const LINE_OF = { submit: 'submitted', deliver: 'delivered' } as const;

function latencyOf(step: keyof typeof LINE_OF, { latencies }: Answered): Stats['latencies'] {
  const row = latencies.find(({ message }) => message === LINE_OF[step]);
  if (!row) return {};
  const { lines, p50, p95, p99 } = row;
  return { [step]: { count: numberOf(lines), p50: numberOf(p50), p95: numberOf(p95), p99: numberOf(p99) } };
}

const sumOf = (counts: readonly { readonly count: number }[]): number =>
  counts.reduce((sum, { count }) => sum + count, 0);
const numberOf = (text: string | undefined): number => Number(text ?? 0) || 0;
/** Logs Insights writes times as `2026-11-27 16:04:00.000`, UTC. */
const timeOf = (text = ''): number => Date.parse(`${text.replace(' ', 'T')}Z`);
