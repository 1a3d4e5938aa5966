import { VIETNAM_AHEAD_MS } from '../../../core/edxml/localTime.ts';

const DAY_MS = 86_400_000;

const YEAR_FIRST = /^(?<year>\d{4})[-/](?<month>\d{1,2})[-/](?<day>\d{1,2})/;
const DAY_FIRST = /^(?<day>\d{1,2})[-/](?<month>\d{1,2})[-/](?<year>\d{4})/;
const TIME = /^[T ](?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?/;

/**
 * A bound of a period as callers write it, milliseconds since the epoch: year or day first, with `/` or `-`, with a time or without.
 * A day alone counts from its first or to its last moment. The old interface fixes no form, so one that cannot be read bounds
 * nothing: the list is longer, and nothing that waits is hidden.
 */
export function boundOf(text: string | undefined, side: 'from' | 'to'): number | undefined {
  const given = text?.trim() ?? '';
  const date = YEAR_FIRST.exec(given) ?? DAY_FIRST.exec(given);
  if (!date?.groups) return undefined;
  const { year, month, day } = date.groups;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day)) - VIETNAM_AHEAD_MS;
  const time = TIME.exec(given.slice(date[0].length))?.groups;
  if (time) {
    const seconds = Number(time.hour) * 3600 + Number(time.minute) * 60 + Number(time.second ?? 0);
    return midnight + seconds * 1000 + (side === 'to' ? 999 : 0);
  }
  return side === 'from' ? midnight : midnight + DAY_MS - 1;
}
