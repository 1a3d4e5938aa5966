import Holidays from 'date-holidays';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { PUBLISHED_YEARS } from '../../../core/timeliness/workingCalendar.ts';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const text = z.string().trim().min(1);

const calendarYear = z.strictObject({
  year: z.int().min(2025),
  version: z.int().min(1),
  sources: z.array(z.strictObject({ document: text, date: z.iso.date(), settles: text })).min(1),
  unconfirmed: z.array(text),
  hours: z.strictObject({ morningEnds: time, closes: time }),
  holidays: z.array(z.strictObject({ date: z.iso.date(), name: text })).min(1),
  workingDays: z.array(z.iso.date()),
});

const weekday = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay();
const isAtWeekend = (date: string): boolean => weekday(date) === 0 || weekday(date) === 6;
const inOrderOnce = (dates: readonly string[]): readonly string[] => [...new Set(dates)].sort();

test.each(PUBLISHED_YEARS.map((calendar) => [calendar.year, calendar] as const))(
  'the calendar of %i is well formed, in order, within its year and without contradiction',
  (year, calendar) => {
    const { holidays, workingDays, hours } = calendarYear.parse(calendar);
    const off = holidays.map(({ date }) => date);
    expect(off).toEqual(inOrderOnce(off));
    expect(workingDays).toEqual(inOrderOnce(workingDays));
    for (const date of [...off, ...workingDays]) expect(date).toMatch(new RegExp(`^${year}-`));
    expect(off.filter((date) => workingDays.includes(date))).toEqual([]);
    expect(workingDays.filter((date) => !isAtWeekend(date))).toEqual([]);
    expect(hours.morningEnds < hours.closes).toBe(true);
    // Every exchange takes one day and gives one back.
    expect(holidays.filter(({ name }) => name.startsWith('hoán đổi')).length).toBe(workingDays.length);
  },
);

test('the published years follow one another without a gap', () => {
  const years = PUBLISHED_YEARS.map(({ year }) => year);
  expect(years).toEqual(years.map((_, index) => 2025 + index));
});

test.each(PUBLISHED_YEARS.map(({ year, holidays }) => [year, holidays] as const))(
  'in %i the statutory days off are as many as the law gives, each that falls on a weekend made up for',
  (year, holidays) => {
    const statutory = holidays.filter(({ name }) => !name.startsWith('nghỉ bù') && !name.startsWith('hoán đổi'));
    // Labour Code article 112.1: eleven days; from 2026 one more by Resolution 28/2026/QH16.
    expect(statutory.length).toBe(year < 2026 ? 11 : 12);
    const madeUpFor = holidays.filter(({ name }) => name.startsWith('nghỉ bù'));
    expect(madeUpFor.length).toBe(statutory.filter(({ date }) => isAtWeekend(date)).length);
    expect(madeUpFor.filter(({ date }) => isAtWeekend(date))).toEqual([]);
  },
);

/**
 * What the state decided otherwise than `date-holidays` computes, looked at one by one. The package is here for this comparison alone:
 * it counts the lunar dates by itself, so that a slip of the pen in a calendar file shows.
 */
const DECIDED: Readonly<
  Record<number, { readonly off: Record<string, string>; readonly notOff: Record<string, string> }>
> = {
  2025: {
    off: {
      '2025-01-27': 'Tết began two days before the new year',
      '2025-05-02': 'exchanged for 26 April',
      '2025-09-01': 'the second day of Quốc khánh',
    },
    notOff: { '2025-02-01': 'the fifth day of Tết was 27 January instead' },
  },
  2026: {
    off: {
      '2026-01-02': 'exchanged for 10 January',
      '2026-04-27': 'in lieu of Sunday 26 April',
      '2026-08-31': 'exchanged for 22 August',
      '2026-09-01': 'the second day of Quốc khánh',
      '2026-11-24': 'Ngày Văn hóa Việt Nam, new in 2026',
    },
    notOff: {},
  },
  2027: {
    off: {
      '2027-02-04': 'Tết begins two days before the new year',
      '2027-02-10': 'the second of two days in lieu of the weekend within Tết',
      '2027-05-03': 'in lieu of Saturday 1 May',
      '2027-09-03': 'the second day of Quốc khánh',
      '2027-11-24': 'Ngày Văn hóa Việt Nam, new in 2026',
    },
    notOff: {},
  },
};

test.each(PUBLISHED_YEARS.map(({ year, holidays }) => [year, holidays] as const))(
  'the days off of %i are those that a library computes, but for what the state decided',
  (year, holidays) => {
    const published = holidays.map(({ date }) => date);
    const computed = computedDaysOff(year);
    expect(computed.length).toBeGreaterThan(8);
    expect(published.filter((date) => !computed.includes(date))).toEqual(Object.keys(DECIDED[year]?.off ?? {}));
    expect(computed.filter((date) => !published.includes(date))).toEqual(Object.keys(DECIDED[year]?.notOff ?? {}));
  },
);

/** Days off by the library, `yyyy-MM-dd`: its holidays can last several days. */
function computedDaysOff(year: number): readonly string[] {
  const DAY_MS = 86_400_000;
  const days = new Holidays('VN')
    .getHolidays(year)
    .filter(({ type }) => type === 'public')
    .flatMap(({ date, start, end }) => {
      const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
      const length = Math.round((end.getTime() - start.getTime()) / DAY_MS);
      return Array.from({ length }, (_, index) => new Date(first + index * DAY_MS).toISOString().slice(0, 10));
    });
  return inOrderOnce(days);
}
