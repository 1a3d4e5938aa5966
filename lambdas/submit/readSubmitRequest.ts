import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { LIMITS } from '../../core/contract/limits.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';
import type { SubmitRequest } from '../../core/walk/submit.ts';
import { bodyOf, checkContentDigest, headerOf } from '../edge/edgeRequest.ts';

/** Only these reach a function as the sender's exact bytes: the gateway decodes text, JSON and XML types. */
const BINARY = ['application/octet-stream', 'application/edxml'];

/** The raw message and its headers. */
export function readSubmitRequest(event: APIGatewayProxyEventV2): Outcome<Omit<SubmitRequest, 'caller'>> {
  const received = headerOf(event, 'content-type')?.split(';')[0]?.trim().toLowerCase() ?? 'no content type';
  if (!BINARY.includes(received))
    return refuse('content-type-unsupported', { expected: BINARY.join(' or '), received });
  const bytes = bodyOf(event);
  if (bytes.length > LIMITS.messageBytes)
    return refuse('body-too-large', { bytes: bytes.length, limit: LIMITS.messageBytes });
  const digest = checkContentDigest(headerOf(event, 'content-digest'), bytes);
  if (!digest.ok) return digest;
  const documentSignature = headerOf(event, 'document-signature');
  if ((documentSignature?.length ?? 0) > LIMITS.documentSignatureChars) {
    return refuse('parameter-invalid', {
      parameter: 'Document-Signature',
      problem: `at most ${LIMITS.documentSignatureChars} characters`,
    });
  }
  const dryRun = event.queryStringParameters?.dryRun ?? 'false';
  if (dryRun !== 'true' && dryRun !== 'false')
    return refuse('parameter-invalid', { parameter: 'dryRun', problem: 'true or false' });
  return accept({
    bytes,
    dryRun: dryRun === 'true',
    ...(documentSignature === undefined ? {} : { documentSignature }),
  });
}
