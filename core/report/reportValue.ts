import { RELATIVE_ERROR } from './durations.ts';
import {
  CLOCK_COUNTS,
  type ClockCount,
  COUNTS,
  DIRECTIVE_COUNTS,
  type DirectiveCount,
  DURATIONS,
  type DurationName,
  type Figures,
  REPORT_CLOCKS,
  type ReportClock,
} from './figures.ts';

/**
 * A report as data, version 1: `docs/report.md` says what each member means. Moments are ISO 8601 in UTC, shares from 0 to 1, durations
 * whole seconds.
 */
export interface Report {
  readonly format: 'docaxis-report';
  readonly version: 1;
  readonly axis: string;
  readonly period: {
    readonly kind: 'month' | 'quarter';
    readonly name: string;
    readonly from: string;
    readonly to: string;
  };
  /** What happened after this moment does not count. */
  readonly asOf: string;
  /** It was cut off so early that documents of the period could still be in time. */
  readonly provisional: boolean;
  /** The code of the agency that it is about, with all below it; absent where it is about all. */
  readonly scope?: string;
  readonly basis: ReportBasis;
  readonly total: FiguresView;
  readonly months: readonly (FiguresView & { readonly month: string })[];
  readonly days: readonly DayView[];
  /** How the times are spread: at most so long, and longer than the span before. */
  readonly spans: Readonly<Record<'toPickedUp' | 'toRegistered' | 'toFinished', readonly SpanView[]>>;
  readonly directives: { readonly overdue: readonly OverdueDirective[]; readonly overdueMore: number };
  readonly refusals: ReportRefusals;
  /** In the order of their codes; made one by one. */
  readonly agencies: Iterable<AgencyView>;
}

export interface ReportBasis {
  readonly dispatches: number;
  readonly deliveries: number;
  /** Of the lines, whatever their order. */
  readonly fingerprint: string;
  /** Version of the legal clocks, and of the calendar of each year that they used; a year without one is not published. */
  readonly clocks: number;
  readonly calendars: readonly { readonly year: number; readonly version?: number }[];
  /** What medians and percentiles are off by at most, as a share of themselves. */
  readonly relativeError: number;
}

export interface DayView {
  readonly day: string;
  readonly documents: number;
  readonly deliveries: number;
}

export interface SpanView {
  /** Absent in the last one, which has no end. */
  readonly upToSeconds?: number;
  readonly count: number;
}

export interface OverdueDirective {
  readonly dispatchId: string;
  readonly sender: string;
  readonly recipient: string;
  readonly dueAt: string;
}

/** Refusals of the systems that sent in the period, as far as their records are still there. */
export interface ReportRefusals {
  readonly counts: readonly { readonly system: string; readonly code: string; readonly count: number }[];
  /** Records that are kept of one system, and for how many days: there may have been more. */
  readonly perSystem: number;
  readonly keptDays: number;
}

type CountsOf<Prefix extends string> = {
  readonly [N in (typeof COUNTS)[number] as N extends `${Prefix}.${infer Rest}` ? Rest : never]: number;
};

export interface ClockView extends Readonly<Record<ClockCount, number>> {
  /** On time of all that was on time, late or overdue; absent where there was none. */
  readonly share?: number;
}

export interface DurationView {
  readonly count: number;
  readonly medianSeconds?: number;
  readonly p90Seconds?: number;
}

export interface FiguresView {
  readonly sent: CountsOf<'sent'>;
  readonly received: CountsOf<'received'>;
  readonly states: CountsOf<'states'>;
  readonly clocks: Readonly<Record<ReportClock, ClockView>>;
  readonly durations: Readonly<Record<DurationName, DurationView>>;
  readonly implausibleClaims: number;
  readonly directives: {
    readonly given: Readonly<Record<DirectiveCount, number>>;
    readonly asked: Readonly<Record<DirectiveCount, number>>;
  };
}

export interface AgencyView extends FiguresView {
  readonly agencyId: string;
  readonly code: string;
  readonly name: string;
}

export const RELATIVE_ERROR_SHOWN = Math.ceil(RELATIVE_ERROR * 10_000) / 10_000;

/** Figures as a report shows them. */
export function viewFigures(figures: Figures): FiguresView {
  return {
    sent: countsOf(figures, 'sent'),
    received: countsOf(figures, 'received'),
    states: countsOf(figures, 'states'),
    clocks: recordOf(REPORT_CLOCKS, (clock) => clockView(figures, clock)),
    durations: recordOf(DURATIONS, (name) => durationView(figures, name)),
    implausibleClaims: figures.of('implausibleClaims'),
    directives: recordOf(['given', 'asked'] as const, (side) =>
      recordOf(DIRECTIVE_COUNTS, (count) => figures.of(`directives.${side}.${count}`)),
    ),
  };
}

const HOUR = 3600;
const SPAN_ENDS = [HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR, 48 * HOUR, 120 * HOUR] as const;

/** The spread of the times of everything, within the error of medians at each border. */
export function spansOf(figures: Figures): Report['spans'] {
  return recordOf(['toPickedUp', 'toRegistered', 'toFinished'] as const, (name) => {
    const durations = figures.durations(name);
    const upTo = SPAN_ENDS.map((seconds) => durations.countUpTo(seconds * 1000));
    const spans = SPAN_ENDS.map((upToSeconds, n) => ({ upToSeconds, count: (upTo[n] ?? 0) - (upTo[n - 1] ?? 0) }));
    return [...spans, { count: durations.count - (upTo.at(-1) ?? 0) }];
  });
}

function countsOf<Prefix extends 'sent' | 'received' | 'states'>(figures: Figures, prefix: Prefix): CountsOf<Prefix> {
  const counts = COUNTS.filter((name) => name.startsWith(`${prefix}.`)).map(
    (name) => [name.slice(prefix.length + 1), figures.of(name)] as const,
  );
  return Object.fromEntries(counts) as CountsOf<Prefix>;
}

function clockView(figures: Figures, clock: ReportClock): ClockView {
  const counts = recordOf(CLOCK_COUNTS, (count) => figures.of(`clocks.${clock}.${count}`));
  const judged = counts.onTime + counts.late + counts.overdue;
  return { ...counts, ...(judged > 0 ? { share: Math.round((counts.onTime / judged) * 10_000) / 10_000 } : {}) };
}

function durationView(figures: Figures, name: DurationName): DurationView {
  const durations = figures.durations(name);
  const [median, p90] = [durations.quantile(0.5), durations.quantile(0.9)];
  if (median === undefined || p90 === undefined) return { count: 0 };
  return { count: durations.count, medianSeconds: Math.round(median / 1000), p90Seconds: Math.round(p90 / 1000) };
}

const recordOf = <K extends string, V>(names: readonly K[], value: (name: K) => V): Record<K, V> =>
  Object.fromEntries(names.map((name) => [name, value(name)])) as Record<K, V>;
