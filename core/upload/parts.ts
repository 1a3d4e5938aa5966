import { LIMITS } from '../contract/limits.ts';

/** How an upload of so many bytes is cut: every part but the last one has `LIMITS.partBytes`. */
export const isMultipart = (bytes: number): boolean => bytes > LIMITS.singlePutBytes;

export const partCountOf = (bytes: number): number => Math.ceil(bytes / LIMITS.partBytes);

/** Bytes of part `n`, counted from 1. */
export const partBytesOf = (bytes: number, n: number): number =>
  Math.min(LIMITS.partBytes, bytes - (n - 1) * LIMITS.partBytes);

interface Arrived {
  readonly n: number;
  readonly bytes: number;
  readonly etag: string;
}

const SHOWN = 10;

/**
 * What keeps an upload from being complete: parts that have not arrived, or not with the length that the plan gives them,
 * or other ones than the caller sent. Undefined when everything is there.
 */
export function incomplete(
  bytes: number,
  arrived: readonly Arrived[],
  sent: readonly { readonly n: number; readonly etag: string }[] = [],
): string | undefined {
  const byNumber = new Map(arrived.map((part) => [part.n, part]));
  const numbers = Array.from({ length: partCountOf(bytes) }, (_, index) => index + 1);
  const missing = numbers.filter((n) => byNumber.get(n)?.bytes !== partBytesOf(bytes, n));
  if (missing.length > 0) return `parts ${shown(missing)} are missing or have another length than planned`;
  const strange = sent.filter(({ n, etag }) => plain(byNumber.get(n)?.etag) !== plain(etag)).map(({ n }) => n);
  return strange.length > 0 ? `parts ${shown(strange)} are not those that you name` : undefined;
}

/** Entity tags are quoted in headers and not everywhere else. */
const plain = (etag: string | undefined): string | undefined => etag?.replaceAll('"', '');

const shown = (numbers: readonly number[]): string =>
  numbers.slice(0, SHOWN).join(', ') + (numbers.length > SHOWN ? ' and more' : '');
