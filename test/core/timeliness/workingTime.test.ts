import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  closingOf,
  dayNamed,
  dayOf,
  endOfDay,
  endOfMorning,
  isPublished,
  isWorkingDay,
  nextWorkingDay,
  startOfDay,
} from '../../../core/timeliness/workingTime.ts';

const iso = (at: number): string => new Date(at).toISOString();
const dateOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '/');
/** Days of the years 1990 to 2189: published ones, earlier and later ones. */
const days = fc.integer({ min: 7305, max: 80_000 });

test('a day begins and ends at midnight in Vietnam, seven hours before UTC', () => {
  const day = dayNamed('2026/11/27');
  expect(iso(startOfDay(day))).toBe('2026-11-26T17:00:00.000Z');
  expect(iso(endOfDay(day))).toBe('2026-11-27T16:59:59.999Z');
  expect(iso(endOfMorning(day))).toBe('2026-11-27T05:00:00.000Z');
  expect(iso(closingOf(day))).toBe('2026-11-27T09:30:00.000Z');
});

test.each([
  ['2026-11-26T16:59:59.999Z', '2026/11/26'],
  ['2026-11-26T17:00:00.000Z', '2026/11/27'],
  ['2026-12-31T16:59:59.999Z', '2026/12/31'],
  ['2026-12-31T17:00:00.000Z', '2027/01/01'],
  ['1969-12-31T16:59:59.999Z', '1969/12/31'],
])('%s falls on %s', (at, date) => {
  expect(dayOf(Date.parse(at))).toBe(dayNamed(date));
});

test.each(['', '2026-11-27', '2026/11/31', '2027/02/29', '27/11/2026', '2026/11/27 08:00:00', '20260/1/01'])(
  '%j names no day',
  (text) => {
    expect(dayNamed(text)).toBeNaN();
  },
);

test.each([
  ['2026/11/27', true, 'a Friday'],
  ['2026/11/28', false, 'a Saturday; that it be worked for 23 November was proposed and not adopted'],
  ['2026/11/29', false, 'a Sunday'],
  ['2026/11/23', true, 'a Monday before a day off'],
  ['2026/11/24', false, 'Ngày Văn hóa Việt Nam'],
  ['2025/11/24', true, 'a Monday, the year before that day was made'],
  ['2026/02/13', true, 'the last Friday before Tết'],
  ['2026/02/16', false, 'the eve of Tết'],
  ['2026/02/20', false, 'the fourth day of Tết'],
  ['2026/02/23', true, 'the first Monday after Tết'],
  ['2025/04/26', true, 'a Saturday worked for Friday 2 May'],
  ['2025/05/02', false, 'a Friday off for it'],
  ['2026/01/10', true, 'a Saturday worked for Friday 2 January'],
  ['2026/01/02', false, 'a Friday off for it'],
  ['2026/08/22', true, 'a Saturday worked for Monday 31 August'],
  ['2026/08/31', false, 'a Monday off for it'],
  ['2026/04/27', false, 'a Monday in lieu of Giỗ Tổ on Sunday'],
  ['2027/02/10', false, 'the last day of Tết'],
  ['2027/05/03', false, 'a Monday in lieu of Saturday 1 May'],
  ['2031/04/30', false, 'a fixed holiday, a Wednesday, in a year that is not published'],
  ['2031/01/23', true, 'Tết, which nobody can know from the year'],
])('%s: working day %s (%s)', (date, expected) => {
  expect(isWorkingDay(dayNamed(date))).toBe(expected);
});

test.each([
  ['2026/11/26', '2026/11/27', true, 'the day after'],
  ['2026/11/27', '2026/11/30', true, 'over a weekend'],
  ['2026/02/13', '2026/02/23', true, 'over Tết'],
  ['2026/08/21', '2026/08/22', true, 'to a Saturday that is worked'],
  ['2026/08/28', '2026/09/03', true, 'over Quốc khánh with its exchanged Monday'],
  ['2025/12/31', '2026/01/05', true, 'over the new year and its exchanged Friday'],
  ['2026/12/31', '2027/01/04', true, 'from one published year into the next'],
  ['2027/12/30', '2027/12/31', true, 'to the last published day'],
  ['2027/12/31', '2028/01/03', false, 'out of the published years'],
  ['2024/12/30', '2024/12/31', false, 'before the published years'],
  ['2024/12/31', '2025/01/02', true, 'into the published years'],
])('after %s comes %s (published %s): %s', (from, to, published) => {
  const next = nextWorkingDay(dayNamed(from));
  expect(dateOf(next)).toBe(to);
  expect(isPublished(next)).toBe(published);
});

test('the next working day is a working day, later, with nothing but days off before it, and not past ten days', () => {
  fc.assert(
    fc.property(days, (day) => {
      const next = nextWorkingDay(day);
      expect(isWorkingDay(next)).toBe(true);
      expect(next - day).toBeGreaterThan(0);
      expect(next - day).toBeLessThanOrEqual(10);
      for (let between = day + 1; between < next; between += 1) expect(isWorkingDay(between)).toBe(false);
    }),
  );
});

test('a later day never has an earlier next working day', () => {
  fc.assert(
    fc.property(days, days, (a, b) => {
      fc.pre(a <= b);
      expect(nextWorkingDay(a)).toBeLessThanOrEqual(nextWorkingDay(b));
    }),
  );
});

test('every instant lies within its day, and the name of a day names it', () => {
  fc.assert(
    fc.property(fc.integer({ min: -60_000_000_000, max: 10_000_000_000_000 }), (at) => {
      const day = dayOf(at);
      expect(startOfDay(day)).toBeLessThanOrEqual(at);
      expect(endOfDay(day)).toBeGreaterThanOrEqual(at);
      expect(dayNamed(dateOf(day))).toBe(day);
    }),
  );
});
