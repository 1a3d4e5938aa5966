import { VIETNAM_AHEAD_MS } from '../edxml/localTime.ts';

const DAY_MS = 86_400_000;

/** A month or a quarter in Vietnam time. */
export interface ReportPeriod {
  readonly kind: 'month' | 'quarter';
  /** `2026-10` or `2026-Q4`. */
  readonly name: string;
  /** Milliseconds since the epoch: the first moment, and the first one after it. */
  readonly from: number;
  readonly to: number;
  /** Its months, `2026-10`. */
  readonly months: readonly string[];
  /** Its days, `2026-10-01`. */
  readonly days: readonly string[];
}

const MONTH = /^(2\d{3})-(0[1-9]|1[0-2])$/;
const QUARTER = /^(2\d{3})-Q([1-4])$/;

/** The period that `2026-10` or `2026-Q4` names; undefined for any other text. */
export function periodNamed(name: string): ReportPeriod | undefined {
  const month = MONTH.exec(name);
  if (month) return periodOf('month', name, { year: Number(month[1]), first: Number(month[2]) - 1, months: 1 });
  const quarter = QUARTER.exec(name);
  if (quarter)
    return periodOf('quarter', name, { year: Number(quarter[1]), first: (Number(quarter[2]) - 1) * 3, months: 3 });
  return undefined;
}

/** The day and the month in which a moment falls, `yyyy-MM-dd` and `yyyy-MM`, in Vietnam time. */
export const dayAt = (at: number): string => new Date(at + VIETNAM_AHEAD_MS).toISOString().slice(0, 10);

function periodOf(
  kind: ReportPeriod['kind'],
  name: string,
  { year, first, months }: { readonly year: number; readonly first: number; readonly months: number },
): ReportPeriod {
  const from = Date.UTC(year, first) - VIETNAM_AHEAD_MS;
  const to = Date.UTC(year, first + months) - VIETNAM_AHEAD_MS;
  const days = Array.from({ length: (to - from) / DAY_MS }, (_, n) => dayAt(from + n * DAY_MS));
  return { kind, name, from, to, months: [...new Set(days.map((day) => day.slice(0, 7)))], days };
}
