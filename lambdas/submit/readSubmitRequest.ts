import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isUploadId, type UploadId } from '../../core/contract/ids.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';
import { DELIVERY_EXPIRES, DOCUMENT_REVOCATION, SUBMIT_UPLOAD } from '../../core/contract/requests.ts';
import type { SubmitRequest } from '../../core/walk/submit.ts';
import { bodyOf, checkContentDigest, headerOf, parseJson } from '../edge/edgeRequest.ts';

/** Only these reach a function as the sender's exact bytes: the gateway decodes text, JSON and XML types. */
const BINARY = ['application/octet-stream', 'application/edxml'];
const UPLOADED = 'application/json';

/** A submission as it was asked for: the message itself, or where it was uploaded to. */
export type SubmitAsked = Omit<SubmitRequest, 'caller' | 'bytes' | 'correlationId'> &
  ({ readonly bytes: Buffer } | { readonly uploadId: UploadId });

/** The raw message and its headers, or the upload that holds the message. */
export function readSubmitRequest(event: APIGatewayProxyEventV2): Outcome<SubmitAsked> {
  const dryRun = event.queryStringParameters?.dryRun ?? 'false';
  if (dryRun !== 'true' && dryRun !== 'false')
    return refuse('parameter-invalid', { parameter: 'dryRun', problem: 'true or false' });
  const received = headerOf(event, 'content-type')?.split(';')[0]?.trim().toLowerCase() ?? 'no content type';
  const asked = received === UPLOADED ? readUploaded(event) : readBytes(event, received);
  if (!asked.ok) return asked;
  return accept({ ...asked.value, dryRun: dryRun === 'true', background: prefersAsync(headerOf(event, 'prefer')) });
}

/** Whether one of the preferences is `respond-async` (RFC 7240 sections 2 and 4.1); what others ask for is passed over. */
const prefersAsync = (prefer = ''): boolean =>
  prefer.split(',').some((preference) => preference.split(';')[0]?.trim().toLowerCase() === 'respond-async');

/** What may come along with a message, in headers or in JSON. */
interface Beside {
  readonly documentSignature?: string;
  readonly documentRevocation?: Buffer;
  readonly deliveryExpires?: number;
}

function readUploaded(event: APIGatewayProxyEventV2): Outcome<Beside & { uploadId: UploadId }> {
  const body = parseJson(SUBMIT_UPLOAD, event);
  if (!body.ok) return body;
  const { uploadId, documentSignature, documentRevocation, deliveryExpires } = body.value;
  if (!isUploadId(uploadId)) return refuse('upload-not-found', { hours: LIMITS.uploadHours });
  return accept({ uploadId, ...besideOf(documentSignature, documentRevocation), ...expiryOf(deliveryExpires) });
}

const besideOf = (signature: string | undefined, revocation: string | undefined): Beside => ({
  ...(signature === undefined ? {} : { documentSignature: signature }),
  ...(revocation === undefined ? {} : { documentRevocation: Buffer.from(revocation, 'base64') }),
});

const expiryOf = (text: string | undefined): Pick<Beside, 'deliveryExpires'> =>
  text === undefined ? {} : { deliveryExpires: Date.parse(text) };

function readBytes(event: APIGatewayProxyEventV2, received: string): Outcome<Beside & { bytes: Buffer }> {
  if (!BINARY.includes(received)) {
    const expected = `${BINARY.join(' or ')}, or ${UPLOADED} with an uploadId`;
    return refuse('content-type-unsupported', { expected, received });
  }
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
  const documentRevocation = headerOf(event, 'document-revocation');
  if (documentRevocation !== undefined && !DOCUMENT_REVOCATION.safeParse(documentRevocation).success) {
    return refuse('parameter-invalid', {
      parameter: 'Document-Revocation',
      problem: `DER in base64, at most ${LIMITS.documentRevocationChars} characters`,
    });
  }
  const deliveryExpires = headerOf(event, 'delivery-expires');
  if (deliveryExpires !== undefined && !DELIVERY_EXPIRES.safeParse(deliveryExpires).success) {
    const problem = 'a time with its zone, ISO 8601: 2026-12-31T17:00:00+07:00';
    return refuse('parameter-invalid', { parameter: 'Delivery-Expires', problem });
  }
  return accept({ bytes, ...besideOf(documentSignature, documentRevocation), ...expiryOf(deliveryExpires) });
}
