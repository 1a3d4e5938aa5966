/** What Vietnam's clocks are ahead of UTC, without summer time since 1975; milliseconds. Times in edXML name no zone and mean these. */
export const VIETNAM_AHEAD_MS = 7 * 3_600_000;

/** `yyyy/MM/dd HH:mm:ss` in Vietnam, as edXML writes times; `at` in milliseconds since the epoch. */
export const localTime = (at: number): string =>
  new Date(at + VIETNAM_AHEAD_MS).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
