import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { SignableRequest } from './service.ts';
import type { SignatureParts } from './signedRequest.ts';

/**
 * Recomputes the signature of a request (AWS General Reference, "Create a signed AWS API request").
 * `payloadHash` is the SHA-256 of the body in hexadecimal, or the constant that S3 signs instead.
 */
export function signatureMatches(
  request: SignableRequest,
  parts: SignatureParts,
  secret: { secretAccessKey: string; payloadHash: string },
): boolean {
  const { day, region, service } = parts.scope;
  const canonical = [
    request.method,
    canonicalPath(request.path, service),
    canonicalQuery(request.query),
    ...parts.signedHeaders.map((name) => `${name}:${canonicalValue(request.headers[name] ?? '')}`),
    '',
    parts.signedHeaders.join(';'),
    secret.payloadHash,
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', parts.date, `${day}/${region}/${service}/aws4_request`, sha256Hex(canonical)];
  const key = [day, region, service, 'aws4_request'].reduce(
    (previous: Buffer, part) => hmac(previous, part),
    Buffer.from(`AWS4${secret.secretAccessKey}`),
  );
  const expected = hmac(key, toSign.join('\n'));
  const actual = Buffer.from(parts.signature, 'hex');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** SHA-256 in hexadecimal. */
export function sha256Hex(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function canonicalPath(path: string, service: string): string {
  const segments = path.split('/').map((segment) => {
    // S3 signs the path encoded once; every other service encodes the path as it was sent once more.
    return encode(service === 's3' ? decode(segment) : segment);
  });
  return segments.join('/') || '/';
}

function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='))
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals < 0 ? pair : pair.slice(0, equals);
      const value = equals < 0 ? '' : pair.slice(equals + 1);
      return [encode(decode(name.replaceAll('+', ' '))), encode(decode(value.replaceAll('+', ' ')))] as const;
    })
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function canonicalValue(value: string): string {
  return value.trim().replace(/ +/g, ' ');
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not valid UTF-8: such a request cannot have been signed by anybody, so any fixed text will do.
    return '\uFFFD';
  }
}
