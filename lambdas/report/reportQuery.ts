import { LIMITS } from '../../core/contract/limits.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';
import type { ReportLinesQuery } from '../../core/walk/reportLines.ts';

const DAY_MS = 86_400_000;
/** Milliseconds with as many digits as the keys of the index have. */
const LAST = 999_999_999_999_999;
/** ISO 8601 with its zone: a time without one would be another wherever it is read. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

type Query = Readonly<Record<string, string>>;

/** Reads what a page of report lines is asked for. */
export function reportQuery(query: Query): Outcome<ReportLinesQuery> {
  const [from, to] = [momentOf(query.from), momentOf(query.to)];
  if (from === undefined) return wrong('from', 'a moment with its zone, as 2026-10-01T00:00:00+07:00');
  if (to === undefined) return wrong('to', 'a moment with its zone, as 2026-11-01T00:00:00+07:00');
  const { period, after } = LIMITS.reportDays;
  if (to <= from || to - from > period * DAY_MS) return wrong('to', `after from, by at most ${period} days`);
  const until = query.until === undefined ? to : momentOf(query.until);
  if (until === undefined || until < to || until - to > after * DAY_MS)
    return wrong('until', `not before to, and at most ${after} days after it`);
  const segments = wholeOf(query.segments ?? '1');
  if (!(segments >= 1 && segments <= LIMITS.reportPage.segments))
    return wrong('segments', `a whole number from 1 to ${LIMITS.reportPage.segments}`);
  const segment = wholeOf(query.segment ?? '0');
  if (!(segment < segments)) return wrong('segment', 'a whole number from 0 to one less than segments');
  return accept({ from, to, until, segment, segments, after: query.after });
}

function momentOf(text = ''): number | undefined {
  const at = MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  return at >= 0 && at <= LAST ? at : undefined;
}

const wholeOf = (text: string): number => (/^\d{1,3}$/.test(text) ? Number(text) : Number.NaN);

const wrong = (parameter: string, problem: string): Outcome<never> =>
  refuse('parameter-invalid', { parameter, problem });
