import y2025 from './calendar/2025.json' with { type: 'json' };
import y2026 from './calendar/2026.json' with { type: 'json' };
import y2027 from './calendar/2027.json' with { type: 'json' };
import unpublished from './calendar/unpublished.json' with { type: 'json' };

/**
 * The working days of state agencies in one year, as the state published them. A file per year: no formula can be right, since
 * the state decides every year anew which days around Tết are off and which are exchanged for a Saturday.
 */
export interface CalendarYear {
  readonly year: number;
  /** Counts up when the file of a year changes: days are exchanged, and even added, while the year runs. */
  readonly version: number;
  /** What the days follow from, and what each document settles. Dates `yyyy-MM-dd`. */
  readonly sources: readonly { readonly document: string; readonly date: string; readonly settles: string }[];
  /** What no source settles. */
  readonly unconfirmed: readonly string[];
  readonly hours: WorkingHours;
  /** Days off, `yyyy-MM-dd`, in order; those at a weekend too. */
  readonly holidays: readonly { readonly date: string; readonly name: string }[];
  /** Days at a weekend on which work is done in exchange for another, `yyyy-MM-dd`, in order. */
  readonly workingDays: readonly string[];
}

/** Vietnam time, `HH:mm`. */
interface WorkingHours {
  readonly morningEnds: string;
  readonly closes: string;
}

export const PUBLISHED_YEARS: readonly CalendarYear[] = [y2025, y2026, y2027];

/** The version of each year's calendar; none for a year that is not published. */
export const calendarVersions = (first: number, last: number): { year: number; version?: number }[] =>
  Array.from({ length: last - first + 1 }, (_, n) => {
    const version = PUBLISHED_YEARS.find(({ year }) => year === first + n)?.version;
    return { year: first + n, ...(version === undefined ? {} : { version }) };
  });

/** What is asked about the days of one year. */
interface YearRules {
  readonly published: boolean;
  readonly hours: WorkingHours;
  /** Of a date, `yyyy-MM-dd`. */
  readonly isOff: (date: string) => boolean;
  readonly isExchanged: (date: string) => boolean;
}

const PUBLISHED: ReadonlyMap<number, YearRules> = new Map(
  PUBLISHED_YEARS.map(({ year, hours, holidays, workingDays }) => {
    const off = new Set(holidays.map(({ date }) => date));
    const exchanged = new Set(workingDays);
    const isOff = (date: string) => off.has(date);
    return [year, { published: true, hours, isOff, isExchanged: (date: string) => exchanged.has(date) }];
  }),
);

/** Of a year that is not published only the holidays on a fixed date are known: not Tết, nor what is exchanged or made up for. */
const UNPUBLISHED: YearRules = {
  published: false,
  hours: unpublished.hours,
  isOff: (date) => unpublished.holidays.includes(date.slice(-5)),
  isExchanged: () => false,
};

export const rulesOf = (year: number): YearRules => PUBLISHED.get(year) ?? UNPUBLISHED;
