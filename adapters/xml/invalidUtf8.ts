import { isUtf8 } from 'node:buffer';

const CHUNK = 64 * 1024;

/** The first byte that is no UTF-8; -1 when all is. Slow only in the one piece where it is. */
export function invalidUtf8At(bytes: Buffer): number {
  if (isUtf8(bytes)) return -1;
  let at = 0;
  for (let to = 0; at < bytes.length; at = to) {
    to = Math.min(at + CHUNK, bytes.length);
    while (to < bytes.length && to > at && isContinuation(bytes[to])) to--;
    if (to === at || !isUtf8(bytes.subarray(at, to))) break;
  }
  while (at < bytes.length) {
    const length = lengthByLead(bytes[at] ?? 0);
    if (!isUtf8(bytes.subarray(at, at + length))) break;
    at += length;
  }
  return at;
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

const lengthByLead = (byte: number): number => (byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4);
