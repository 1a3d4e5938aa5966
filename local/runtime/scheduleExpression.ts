import { Unsupported } from '../assembly/unsupported.ts';

/** When a schedule is due next, strictly after an instant (both in milliseconds since the Unix epoch). */
export type NextDue = (after: number) => number;

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const dayMs = unitMs.day;

/** Zones without daylight saving time, as the offset from UTC in milliseconds. */
const zones: Readonly<Record<string, number>> = { UTC: 0, 'Etc/UTC': 0, 'Asia/Ho_Chi_Minh': 7 * unitMs.hour };

/**
 * Reads `rate(…)` and `cron(…)`.
 * @throws Unsupported for other expressions, and for time zones other than UTC and Asia/Ho_Chi_Minh.
 * @see Amazon EventBridge User Guide, "Schedule types"
 */
export function parseSchedule(expression: string, options: { timezone?: string | undefined; where: string }): NextDue {
  const offset = zones[options.timezone ?? 'UTC'];
  if (offset === undefined) throw new Unsupported(`the time zone ${options.timezone}`, options.where);
  const rate = /^rate\((\d{1,9}) (minute|hour|day)s?\)$/.exec(expression);
  if (rate !== null) {
    const unit = rate[2] === 'minute' ? unitMs.minute : rate[2] === 'hour' ? unitMs.hour : unitMs.day;
    const period = Number(rate[1]) * unit;
    if (period > 0) return (after) => after + period;
  }
  const fields = /^cron\(([^()]+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  if (fields?.length !== 6) throw new Unsupported(`the schedule expression ${expression}`, options.where);
  const cron = parseCron(fields, { expression, where: options.where });
  return (after) => nextCron(cron, after + offset) - offset;
}

interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** Sunday is 1. */
  readonly daysOfWeek: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function parseCron(fields: readonly string[], origin: { expression: string; where: string }): Cron {
  const field = (index: number, range: readonly [number, number], names: readonly string[] = []): ReadonlySet<number> =>
    parseField(fields[index] ?? '', { range, names, ...origin });
  return {
    minutes: field(0, [0, 59]),
    hours: field(1, [0, 23]),
    daysOfMonth: field(2, [1, 31]),
    months: field(3, [1, 12], monthNames),
    daysOfWeek: field(4, [1, 7], dayNames),
    years: field(5, [1970, 2199]),
  };
}

interface FieldRule {
  readonly range: readonly [number, number];
  readonly names: readonly string[];
  readonly expression: string;
  readonly where: string;
}

function parseField(text: string, rule: FieldRule): ReadonlySet<number> {
  const values = new Set<number>();
  const [lowest, highest] = rule.range;
  for (const part of text.split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const every = step === undefined ? 1 : Number(step);
    const [first, last] = bounds(range, { rule, open: step !== undefined });
    if (every < 1 || first < lowest || last > highest)
      throw new Unsupported(`the schedule expression ${rule.expression}`, rule.where);
    for (let value = first; value <= last; value += every) values.add(value);
  }
  return values;
}

function bounds(range: string, { rule, open }: { rule: FieldRule; open: boolean }): [number, number] {
  if (range === '*' || range === '?') return [...rule.range];
  const numbers = range.split('-').map((word) => {
    const named = rule.names.indexOf(word.toUpperCase());
    if (named >= 0) return named + rule.range[0];
    // L, W and # depend on the calendar of a month and are not used here
    if (!/^\d+$/.test(word)) throw new Unsupported(`the schedule expression ${rule.expression}`, rule.where);
    return Number(word);
  });
  const first = numbers[0] ?? 0;
  return [first, numbers[1] ?? (open ? rule.range[1] : first)];
}

/** Walks day by day, then minute by minute of the day that fits: at most a few thousand steps for any real expression. */
function nextCron(cron: Cron, after: number): number {
  const firstMinute = Math.floor(after / unitMs.minute) * unitMs.minute + unitMs.minute;
  const farthest = after + 10 * 366 * dayMs;
  for (let day = Math.floor(firstMinute / dayMs) * dayMs; day < farthest; day += dayMs) {
    if (!fitsDay(cron, new Date(day))) continue;
    for (const hour of [...cron.hours].sort((a, b) => a - b)) {
      for (const minute of [...cron.minutes].sort((a, b) => a - b)) {
        const at = day + hour * unitMs.hour + minute * unitMs.minute;
        if (at >= firstMinute) return at;
      }
    }
  }
  return Number.POSITIVE_INFINITY;
}

function fitsDay(cron: Cron, day: Date): boolean {
  return (
    cron.years.has(day.getUTCFullYear()) &&
    cron.months.has(day.getUTCMonth() + 1) &&
    cron.daysOfMonth.has(day.getUTCDate()) &&
    cron.daysOfWeek.has(day.getUTCDay() + 1)
  );
}
