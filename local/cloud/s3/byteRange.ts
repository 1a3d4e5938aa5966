import { s3Error } from './s3Error.ts';

/** First and last byte, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The part of an object that a `Range` header asks for (RFC 9110, section 14.1.2). As S3 does, several ranges or anything that is no
 * byte range yield the whole object (undefined); a range behind the end throws `InvalidRange` (416).
 */
export function byteRange(header: string | undefined, size: number): ByteRange | undefined {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  const [, first = '', last = ''] = found ?? [];
  if (!found || (first === '' && last === '')) return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end) throw s3Error('InvalidRange', undefined, { 'content-range': `bytes */${size}` });
  return { start, end };
}
