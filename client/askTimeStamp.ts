import { randomBytes } from 'node:crypto';
import { readTimeStampResponse, timeStampRequest } from '../adapters/trust/timeStampExchange.ts';
import { TOKEN_BYTES } from '../adapters/trust/timeStampToken.ts';
import { readBounded } from './boundedBody.ts';

/** Milliseconds that an authority may take to answer. */
const PATIENCE = 15_000;
const NONCE_BYTES = 8;

/**
 * Asks a time-stamping authority over HTTP (RFC 3161 section 3.4) for the token over a SHA-256. Whether the authority is
 * believed is for the verifier to say.
 *
 * @throws TrustRefusal when it refuses, or answers something else than what was asked; TypeError or a timeout's error when
 *   it cannot be reached.
 */
export async function askTimeStamp(url: string, digest: Buffer): Promise<Buffer> {
  const question = { hash: 'sha256', digest, nonce: randomBytes(NONCE_BYTES) } as const;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
    body: new Uint8Array(timeStampRequest(question)),
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status} to a request for a time-stamp`);
  return readTimeStampResponse(await readBounded(response, TOKEN_BYTES), question);
}
