import { isEdxmlDate } from '../edxml/dates.ts';
import { rulesOf } from './workingCalendar.ts';

/**
 * Time as an office in Vietnam counts it. Instants are milliseconds since the epoch. A day is a number, counted from 1 January 1970
 * in Vietnam time, which has been UTC+07:00 without summer time since 1975 and needs no database of zones.
 */
const OFFSET_MS = 7 * 3_600_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** An instant whose UTC date is the day. */
const utcOf = (day: number): Date => new Date(day * DAY_MS);

const rulesOn = (day: number) => rulesOf(utcOf(day).getUTCFullYear());

/** The day on which an instant falls. */
export const dayOf = (at: number): number => Math.floor((at + OFFSET_MS) / DAY_MS);

/** The day that `yyyy/MM/dd` names; NaN, as with `Date.parse`, where it names none. */
export const dayNamed = (text = ''): number =>
  isEdxmlDate(text) ? Date.parse(`${text.replaceAll('/', '-')}T00:00:00Z`) / DAY_MS : Number.NaN;

export const startOfDay = (day: number): number => day * DAY_MS - OFFSET_MS;

/** The last millisecond of a day, so that it shows as that day and not as midnight of the next. */
export const endOfDay = (day: number): number => startOfDay(day + 1) - 1;

export const endOfMorning = (day: number): number => timeOn(day, rulesOn(day).hours.morningEnds);
export const closingOf = (day: number): number => timeOn(day, rulesOn(day).hours.closes);

function timeOn(day: number, time: string): number {
  const [hour, minute] = time.split(':');
  return startOfDay(day) + (Number(hour) * 60 + Number(minute)) * MINUTE_MS;
}

export function isWorkingDay(day: number): boolean {
  const utc = utcOf(day);
  const date = utc.toISOString().slice(0, 10);
  const { isOff, isExchanged } = rulesOn(day);
  if (isExchanged(date)) return true;
  const weekday = utc.getUTCDay();
  return weekday !== 0 && weekday !== 6 && !isOff(date);
}

/** The first working day after this one. */
export function nextWorkingDay(day: number): number {
  let next = day + 1;
  while (!isWorkingDay(next)) next += 1;
  return next;
}

/** Whether the state's calendar for the day's year is known here; otherwise what is said of the day can still change. */
export const isPublished = (day: number): boolean => rulesOn(day).published;
