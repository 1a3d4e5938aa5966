import type { GateRequest } from '../gate/service.ts';
import type { BlobStore, StoredBlob } from './blobStore.ts';
import { type ChecksumName, type Checksums, checksumName, declaredChecksums } from './checksum.ts';
import { decodeChunks } from './decodeChunks.ts';
import { s3Error } from './s3Error.ts';

const SINGLE_PUT_LIMIT = 5 * 1_024 ** 3;
const XML_LIMIT = 2 * 1_024 * 1_024;
const HASH = /^[0-9a-f]{64}$/;
const UNSIGNED_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/** A body that lies on disk and is what its headers said; `kept` are the checksums to remember. */
export interface ReceivedBody extends StoredBlob {
  readonly kept: Checksums;
}

/**
 * Streams a request's body to disk and holds it against everything that was declared: length, Content-MD5, signed SHA-256, and the
 * additional checksums of headers or trailers. Throws without leaving a file if one differs.
 */
export async function receiveBody(request: GateRequest, blobs: BlobStore): Promise<ReceivedBody> {
  const { headers } = request;
  const trailers: Record<string, string> = {};
  const expectedSize = declaredSize(headers);
  const declared = declaredChecksums(headers);
  const stored = await blobs.write(bodyOf(request, trailers), SINGLE_PUT_LIMIT).catch((error: unknown) => {
    // The caller hung up in the middle of the body.
    if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') throw s3Error('IncompleteBody');
    throw error;
  });
  try {
    if (stored.size !== expectedSize) throw s3Error('IncompleteBody');
    const all = { ...declared, ...declaredChecksums(trailers) };
    refuseMismatch(headers, stored, all);
    return { ...stored, kept: keptChecksums(headers, stored, all) };
  } catch (error) {
    blobs.remove(stored.blob);
    throw error;
  }
}

/** Reads the small XML body of a request, held against its checksums. */
export async function receiveText(request: GateRequest): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bodyOf(request, {})) {
    size += chunk.length;
    if (size > XML_LIMIT) throw s3Error('EntityTooLarge');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function bodyOf(request: GateRequest, trailers: Record<string, string>): AsyncIterable<Buffer> {
  const signedHash = request.headers['x-amz-content-sha256'] ?? '';
  const isChunked = /\baws-chunked\b/.test(request.headers['content-encoding'] ?? '');
  if (signedHash.startsWith('STREAMING-') && signedHash !== UNSIGNED_TRAILER) {
    throw s3Error('NotImplemented', `${signedHash} is not implemented.`);
  }
  return signedHash === UNSIGNED_TRAILER || isChunked ? decodeChunks(request.stream, trailers) : request.stream;
}

function declaredSize(headers: GateRequest['headers']): number {
  const size = headers['x-amz-decoded-content-length'] ?? headers['content-length'];
  if (size === undefined) throw s3Error('MissingContentLength');
  if (!/^\d{1,13}$/.test(size)) throw s3Error('InvalidArgument', 'The content length is not a number.');
  if (Number(size) > SINGLE_PUT_LIMIT) throw s3Error('EntityTooLarge');
  return Number(size);
}

function refuseMismatch(headers: GateRequest['headers'], stored: StoredBlob, declared: Checksums): void {
  const md5 = headers['content-md5'];
  if (md5 !== undefined && md5 !== Buffer.from(stored.etag, 'hex').toString('base64')) {
    throw s3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  for (const [name, value] of Object.entries(declared)) {
    if (value !== stored.sums[checksumName(name)]) {
      throw s3Error('BadDigest', `The ${name.toUpperCase()} you specified did not match the calculated checksum.`);
    }
  }
  const signedHash = headers['x-amz-content-sha256'] ?? '';
  if (HASH.test(signedHash) && Buffer.from(signedHash, 'hex').toString('base64') !== stored.sums.sha256) {
    throw s3Error('XAmzContentSHA256Mismatch');
  }
}

/** The declared checksums, or the one of the algorithm that the client named without a value. */
function keptChecksums(headers: GateRequest['headers'], stored: StoredBlob, declared: Checksums): Checksums {
  if (Object.keys(declared).length > 0) return declared;
  const named = headers['x-amz-sdk-checksum-algorithm'];
  if (named === undefined) return {};
  const name: ChecksumName = checksumName(named);
  return { [name]: stored.sums[name] };
}
