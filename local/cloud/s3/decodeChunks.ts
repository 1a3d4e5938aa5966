import { s3Error } from './s3Error.ts';

const LINE_LIMIT = 8_192;
const TRAILER_LIMIT = 16_384;

/**
 * Decodes the `aws-chunked` encoding without chunk signatures (STREAMING-UNSIGNED-PAYLOAD-TRAILER): sized chunks, a zero chunk,
 * then trailers, which are put into `trailers` with lower-case names.
 */
export async function* decodeChunks(
  source: AsyncIterable<Buffer>,
  trailers: Record<string, string>,
): AsyncGenerator<Buffer> {
  let pending: Buffer = Buffer.alloc(0);
  let remaining = 0;
  let state: 'size' | 'data' | 'end-of-data' | 'trailers' = 'size';
  for await (const chunk of source) {
    pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
    let progressed = true;
    while (progressed) {
      progressed = false;
      if (state === 'size') {
        const line = takeLine(pending);
        if (line === undefined) break;
        pending = pending.subarray(line.length + 2);
        remaining = sizeOf(line);
        state = remaining === 0 ? 'trailers' : 'data';
        progressed = true;
      } else if (state === 'data' && pending.length > 0) {
        const data = pending.subarray(0, remaining);
        pending = pending.subarray(data.length);
        remaining -= data.length;
        if (remaining === 0) state = 'end-of-data';
        progressed = true;
        yield data;
      } else if (state === 'end-of-data' && pending.length >= 2) {
        if (pending[0] !== 0x0d || pending[1] !== 0x0a)
          throw s3Error('InvalidRequest', 'A chunk is longer than its size.');
        pending = pending.subarray(2);
        state = 'size';
        progressed = true;
      }
    }
    if (state === 'trailers' && pending.length > TRAILER_LIMIT)
      throw s3Error('InvalidRequest', 'The trailers are too long.');
  }
  if (state !== 'trailers') throw s3Error('IncompleteBody');
  readTrailers(pending, trailers);
}

function takeLine(bytes: Buffer): string | undefined {
  const end = bytes.indexOf('\r\n');
  if (end > LINE_LIMIT || (end < 0 && bytes.length > LINE_LIMIT))
    throw s3Error('InvalidRequest', 'A chunk size is too long.');
  return end < 0 ? undefined : bytes.toString('latin1', 0, end);
}

function sizeOf(line: string): number {
  const [size = '', ...extensions] = line.split(';');
  if (extensions.length > 0) throw s3Error('NotImplemented', 'Signed chunks are not implemented.');
  if (!/^[0-9a-fA-F]{1,10}$/.test(size)) throw s3Error('InvalidRequest', 'A chunk size is not a number.');
  return Number.parseInt(size, 16);
}

function readTrailers(bytes: Buffer, trailers: Record<string, string>): void {
  for (const line of bytes.toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
}
