import { sha256Of } from '../../core/contract/derivedIds.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';
import type { FaceRequest } from '../edge/compat/faceEdge.ts';
import { fileIn } from '../edge/compat/fileDigest.ts';
import { bodyOf, headerOf } from '../edge/edgeRequest.ts';

/** The SDK's CR LF behind the file. */
const LINE_END_BYTES = 2;

/** What a face takes in one call; the refusal names the limit and the way for more. */
export const tooLarge = (bytes: number): ReturnType<typeof refuse> =>
  refuse('message-needs-upload', { bytes, limit: LIMITS.messageBytes, uploaded: LIMITS.uploadedMessageBytes });

/**
 * The file that a call of `sendEdoc` carries: exactly the bytes whose digest the caller signed, without the CR LF that the SDK
 * puts behind them. The digest is all that binds the body to the signature, so a call without it is refused.
 */
export function readSdkFile({ event, parameter }: Pick<FaceRequest, 'event' | 'parameter'>): Outcome<Buffer> {
  if (event.body !== undefined && !event.isBase64Encoded) {
    const received = headerOf(event, 'content-type') ?? 'no content type';
    return refuse('content-type-unsupported', { expected: 'application/octet-stream', received });
  }
  const body = bodyOf(event);
  if (body.length > LIMITS.messageBytes + LINE_END_BYTES) return tooLarge(body.length);
  const declared = parameter('hash-file');
  if (declared === undefined) return refuse('parameter-invalid', { parameter: 'hash-file', problem: 'it is missing' });
  const file = fileIn(body, declared);
  if (!file) return refuse('content-digest-mismatch', { actual: sha256Of(body) });
  return file.length > LIMITS.messageBytes ? tooLarge(file.length) : accept(file);
}
