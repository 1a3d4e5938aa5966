import type { Language } from '../../axisRefusal.ts';

const LOCALES = { en: 'en-GB', vi: 'vi-VN' } as const;
const UNITS = {
  en: { underMinute: 'under 1 min', minutes: 'min', hours: 'h', days: 'days' },
  vi: { underMinute: 'dưới 1 phút', minutes: 'phút', hours: 'giờ', days: 'ngày' },
} as const;

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
/** Nothing to say, in a cell that a screen reader passes over. */
export const NOTHING = '–';

/** Numbers, shares, times and dates as a language writes them; moments in Vietnam time. */
export interface Numbers {
  whole(value: number): string;
  /** With one digit after the point; undefined is nothing. */
  share(value: number | undefined): string;
  /** A duration in the two units that matter. */
  time(seconds: number | undefined): string;
  /** `01/11/2026 10:00`. */
  moment(iso: string): string;
}

export function numbersOf(language: Language): Numbers {
  const whole = new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: 0 });
  const tenth = new Intl.NumberFormat(LOCALES[language], { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const units = UNITS[language];
  return {
    whole: (value) => whole.format(value),
    share: (value) => (value === undefined ? NOTHING : `${tenth.format(value * 100)}%`),
    time(seconds) {
      if (seconds === undefined) return NOTHING;
      if (seconds < MINUTE) return units.underMinute;
      const minutes = Math.round(seconds / MINUTE);
      if (minutes < 60) return `${minutes} ${units.minutes}`;
      if (seconds < 2 * DAY) {
        const rest = minutes % 60;
        return `${Math.floor(minutes / 60)} ${units.hours}${rest > 0 ? ` ${rest} ${units.minutes}` : ''}`;
      }
      return `${tenth.format(seconds / DAY)} ${units.days}`;
    },
    moment(iso) {
      const local = new Date(Date.parse(iso) + 7 * HOUR * 1000).toISOString();
      const [year = '', month = '', day = ''] = local.slice(0, 10).split('-');
      return `${day}/${month}/${year} ${local.slice(11, 16)}`;
    },
  };
}
