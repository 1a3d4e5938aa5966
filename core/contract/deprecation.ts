/** A call that goes one day; docs/api-deprecation.md says how. */
export interface Deprecation {
  /** Since when it should not be used any more: ISO 8601, UTC. */
  readonly since: string;
  /** Until when it works as ever: ISO 8601, UTC. */
  readonly sunset: string;
}

const POLICY = 'https://docaxis.dev/api-deprecation';
const NOTICE_DAYS = 365;
const DAY_MS = 86_400_000;

/**
 * What every answer of a call says that goes one day: `Deprecation` (RFC 9745 section 2.1, a date of RFC 9651 section 3.3.7), `Sunset` (RFC 8594
 * section 3) and where to read more. Nothing for every other call.
 *
 * @throws RangeError when it would go earlier than the policy promises.
 */
export function deprecationHeaders(deprecation: Deprecation | undefined): Readonly<Record<string, string>> {
  if (deprecation === undefined) return {};
  const [since, sunset] = [Date.parse(deprecation.since), Date.parse(deprecation.sunset)];
  if (!(sunset - since >= NOTICE_DAYS * DAY_MS)) throw new RangeError(`a notice of less than ${NOTICE_DAYS} days`);
  return {
    deprecation: `@${Math.floor(since / 1000)}`,
    sunset: new Date(sunset).toUTCString(),
    link: `<${POLICY}>; rel="deprecation"; type="text/html"`,
  };
}
