import { createHash, createHmac } from 'node:crypto';

/** What every header of the SDK begins with. */
export const PREFIX = 'XroadVnpt-';

/** `String.hashCode` of Java: 32 bits. */
const hashCode = (text: string): number =>
  [...text].reduce((sum, char) => (Math.imul(31, sum) + char.charCodeAt(0)) | 0, 0);

/**
 * The order in which the SDK's map gives its names: by bucket, within a bucket as they were put in. Buckets double when
 * three quarters are used. A server must not rely on it; it is kept here so that what goes over the wire looks the same.
 */
export function inMapOrder(names: readonly string[]): readonly string[] {
  let buckets = 16;
  while (names.length > buckets * 0.75) buckets *= 2;
  const bucketOf = (name: string): number => {
    const hash = hashCode(name);
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  };
  return names.toSorted((one, other) => bucketOf(one) - bucketOf(other));
}

/** JSON with the SDK's minimal escapes: quotes and backslashes, nothing else. */
const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

export interface SignedHeaders {
  readonly signHeader: string;
  readonly signHeaderKey: string;
  /** HMAC-SHA256, lower-case hexadecimal. */
  readonly hashHeader: string;
}

/** Signs names and values as the SDK does: one flat JSON object, the order of the map, HMAC-SHA256 in hexadecimal. */
export function signHeaders(values: ReadonlyMap<string, string>, secret: string): SignedHeaders {
  const names = inMapOrder([...values.keys()]);
  const signHeader = `{${names.map((name) => `${quoted(PREFIX + name)}:${quoted(values.get(name) ?? '')}`).join(',')}}`;
  return {
    signHeader,
    signHeaderKey: names.join(';'),
    hashHeader: createHmac('sha256', secret).update(signHeader, 'utf8').digest('hex'),
  };
}

/** The SDK's hexadecimal of a SHA-256: each octet without its leading zero, 62 digits on average. */
export const brokenHashOf = (file: Buffer): string =>
  [...createHash('sha256').update(file).digest()].map((octet) => octet.toString(16)).join('');

export const properHashOf = (file: Buffer): string => createHash('sha256').update(file).digest('hex');

/** `ddMMyyyy'T'HHmmss+SSSS`: the client's local time; the digits behind the plus are milliseconds. */
export function timestampOf(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${two(at.getDate())}${two(at.getMonth() + 1)}${at.getFullYear()}`;
  const time = `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
  return `${day}T${time}+${String(at.getMilliseconds()).padStart(4, '0')}`;
}
