import type { AnswerOf } from '../../../core/contract/answers.ts';
import type { CommandContext } from '../../command.ts';
import { printable } from '../../table.ts';

type Stats = AnswerOf<'stats'>;
type Latency = NonNullable<Stats['latencies']['submit']>;

/** How wide a terminal is, and whether it shows colours. */
export interface Look {
  readonly columns: number;
  readonly colour: boolean;
}

const BARS = '▁▂▃▄▅▆▇█';
/** Titles are at most so wide, and a number takes so much beside a line of bars. */
const TITLE = 22;
const NUMBER = 8;
const LEAST_BARS = 5;
const MINUTE = 60_000;
/** After so long without a round of the watchman, or with an undelivered dispatch, something is wrong. */
const SILENT_MS = 3 * MINUTE;
const SOON_DAYS = 7;

type Paint = (text: string, isTrouble: boolean) => string;

/** The numbers of the axis as a picture: one line a number, trouble in red. No line is wider than the terminal. */
export function statsText(stats: Stats, { word }: Pick<CommandContext, 'word'>, look: Look): string {
  const paint: Paint = (text, isTrouble) => (look.colour && isTrouble ? `\u001b[31m${text}\u001b[0m` : text);
  const line = (title: string, text: string, isTrouble = false): string => {
    const cut = fitting(printable(text), look.columns - TITLE - 1);
    return `${fitting(title.toLowerCase(), TITLE).padEnd(TITLE)} ${paint(cut, isTrouble)}`.trimEnd();
  };
  const flow = (of: 'accepted' | 'delivered' | 'acknowledged') => {
    const counts = stats.perMinute.map((minute) => minute[of]);
    const bars = Math.max(LEAST_BARS, look.columns - TITLE - NUMBER - 2);
    return `${String(stats.totals[of]).padStart(NUMBER)} ${sparkline(counts.slice(-bars))}`;
  };
  const { undelivered, verificationFailures, certificate } = stats;
  const oldest = undelivered.oldest ? Date.parse(stats.at) - Date.parse(undelivered.oldest.acceptedAt) : 0;
  const dead = stats.queues.filter((queue) => queue.dead > 0);
  return [
    fitting(`docaxis  ${stats.at}  ${stats.minutes} ${word('lastMinutes')}`, look.columns),
    '',
    line(word('accepted'), flow('accepted')),
    line(word('delivered'), flow('delivered')),
    line(word('acknowledged'), flow('acknowledged')),
    line(word('refused'), `${String(stats.totals.refused).padStart(NUMBER)} ${codesOf(stats)}`),
    line(word('verificationFailures'), String(verificationFailures).padStart(NUMBER), verificationFailures > 0),
    '',
    line(word('submitLatency'), latencyOf(stats.latencies.submit)),
    line(word('deliveryLatency'), latencyOf(stats.latencies.deliver)),
    line(word('undelivered'), undeliveredOf(undelivered, oldest), oldest > SILENT_MS),
    line(word('queuesWaiting'), waitingIn(stats)),
    line(
      word('deadLetters'),
      dead.map(({ name, dead: count }) => `${name} ${count}`).join('  ') || '0',
      dead.length > 0,
    ),
    line(word('certificateEnds'), certificateOf(certificate), (certificate?.daysLeft ?? SOON_DAYS) < SOON_DAYS),
    line(word('watchman'), watchmanOf(stats), isSilent(stats)),
  ].join('\n');
}

/** One bar a minute; the highest is the largest count, and nothing is a blank. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  const bar = (count: number) => BARS[Math.max(0, Math.ceil((count / most) * BARS.length) - 1)];
  return counts
    .map((count) => (count === 0 ? ' ' : bar(count)))
    .join('')
    .trimEnd();
}

const codesOf = ({ refusals }: Stats): string => refusals.map(({ code, count }) => `${code} ${count}`).join('  ');

function latencyOf(latency: Latency | undefined): string {
  if (!latency) return '-';
  return `p50 ${duration(latency.p50)}  p95 ${duration(latency.p95)}  p99 ${duration(latency.p99)}`;
}

function undeliveredOf({ count, partial, oldest }: Stats['undelivered'], age: number): string {
  const some = `${count}${partial ? '+' : ''}`;
  return oldest ? `${some}  ${duration(age)}  ${oldest.dispatchId}` : some;
}

const waitingIn = ({ queues }: Stats): string =>
  queues.flatMap(({ name, waiting }) => (waiting === undefined ? [] : [`${name} ${waiting}`])).join('  ');

function certificateOf(certificate: Stats['certificate']): string {
  if (!certificate) return '-';
  const { daysLeft, notAfter, agency } = certificate;
  return `${daysLeft} d  ${notAfter.slice(0, 10)}  ${agency}`;
}

/** The minute that it reported in may have begun up to a minute earlier. */
const sinceRound = ({ at, watchman }: Stats): number =>
  watchman === undefined ? Number.POSITIVE_INFINITY : Date.parse(at) - Date.parse(watchman);
const isSilent = (stats: Stats): boolean => sinceRound(stats) > SILENT_MS;
const watchmanOf = (stats: Stats): string => stats.watchman?.slice(11, 16) ?? '-';

/** Milliseconds for people. */
function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 100 * MINUTE ? `${Math.round(ms / MINUTE)} min` : `${Math.round(ms / (60 * MINUTE))} h`;
}

function fitting(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
