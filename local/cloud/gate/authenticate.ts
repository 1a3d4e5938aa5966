import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../contract/clock.ts';
import { sha256Hex, signatureMatches } from './canonicalRequest.ts';
import type { CredentialRegistry, KnownKey } from './credentialRegistry.ts';
import type { SignableRequest } from './service.ts';
import type { GateFault } from './serviceError.ts';
import { readSignature, type SignatureParts } from './signedRequest.ts';

/** A caller whose signature is right. */
export interface Caller extends KnownKey {
  readonly parts: SignatureParts;
}

/** Why a signature does not count. */
export interface SignatureFault {
  readonly fault: GateFault;
  readonly message: string;
  /** The request carries a presigned query and an `Authorization` header at once. */
  readonly twice?: true;
}

/** What the signature is held against. */
export interface SignatureContext {
  readonly registry: CredentialRegistry;
  readonly clock: Clock;
  readonly region: string;
  readonly service: string;
}

const S3_SKEW_MS = 15 * 60_000;
const SKEW_MS = 5 * 60_000;
const HASH = /^[0-9a-f]{64}$/;
const UNSIGNED = 'UNSIGNED-PAYLOAD';

/** Says who signed a request, or what is wrong with the signature. Times are judged by the axis clock. */
export function authenticate(request: SignableRequest, context: SignatureContext): Caller | SignatureFault {
  const parts = readSignature(request);
  if (parts === 'absent') return { fault: 'unsigned', message: 'Request is missing Authentication Token' };
  if (parts === 'twice') return { fault: 'bad-signature', message: 'Only one auth mechanism allowed', twice: true };
  if (parts === 'malformed') return { fault: 'bad-signature', message: 'The signature is incomplete or malformed.' };
  const key = context.registry.find(parts.accessKeyId);
  if (!key) return { fault: 'unknown-key', message: 'The security token included in the request is invalid.' };
  const wrong =
    scopeFault(request, parts, context) ??
    timeFault(parts, context) ??
    tokenFault(key, parts, context.clock.now()) ??
    unsignedHeaderFault(request, parts);
  if (wrong) return wrong;
  const payloadHash = signedPayloadHash(request, parts, context.service);
  if (payloadHash === undefined || !signatureMatches(request, parts, { ...key.credentials, payloadHash })) {
    return {
      fault: 'bad-signature',
      message: 'The request signature we calculated does not match the signature you provided.',
    };
  }
  return { ...key, parts };
}

function scopeFault(
  request: SignableRequest,
  parts: SignatureParts,
  context: SignatureContext,
): SignatureFault | undefined {
  if (parts.scope.service !== context.service || parts.scope.region !== context.region) {
    return { fault: 'bad-signature', message: `Credential should be scoped to ${context.region}/${context.service}.` };
  }
  if (!parts.signedHeaders.includes('host') || request.headers.host === undefined) {
    return { fault: 'bad-signature', message: "'Host' must be a 'SignedHeader' in the AWS Authorization." };
  }
  return undefined;
}

function timeFault(parts: SignatureParts, { clock, service }: SignatureContext): SignatureFault | undefined {
  const signedAt = Date.parse(
    parts.date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, (_, year, month, day, hour, minute, second) => {
      return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
    }),
  );
  const skew = service === 's3' ? S3_SKEW_MS : SKEW_MS;
  const age = clock.now() - signedAt;
  const tooOld = parts.expiresSeconds === undefined ? age > skew : age > parts.expiresSeconds * 1_000;
  if (Number.isNaN(signedAt)) return { fault: 'bad-signature', message: 'The date of the signature is not a date.' };
  if (tooOld && parts.expiresSeconds !== undefined) return { fault: 'expired-link', message: 'Request has expired' };
  if (tooOld) return { fault: 'clock-skew', message: `Signature expired: ${parts.date} is too long ago.` };
  if (age < -skew)
    return { fault: 'clock-skew', message: `Signature not yet current: ${parts.date} is in the future.` };
  return undefined;
}

function tokenFault({ credentials }: KnownKey, parts: SignatureParts, now: number): SignatureFault | undefined {
  if (credentials.sessionToken !== undefined && !sameText(credentials.sessionToken, parts.sessionToken ?? '')) {
    return { fault: 'unknown-key', message: 'The security token included in the request is invalid.' };
  }
  if (credentials.expiresAt !== undefined && credentials.expiresAt <= now) {
    return { fault: 'expired-token', message: 'The security token included in the request is expired' };
  }
  return undefined;
}

/** A header that steers a service must be covered by the signature, or whoever holds a presigned URL could add it. */
function unsignedHeaderFault(request: SignableRequest, parts: SignatureParts): SignatureFault | undefined {
  const signed = new Set(parts.signedHeaders);
  const loose = Object.keys(request.headers).find((name) => name.startsWith('x-amz-') && !signed.has(name));
  if (loose === undefined || loose === 'x-amz-content-sha256') return undefined;
  return { fault: 'denied', message: `There were headers present in the request which were not signed: ${loose}` };
}

/** The payload hash that belongs into the canonical request; undefined if the body is not the one that was signed. */
function signedPayloadHash(request: SignableRequest, parts: SignatureParts, service: string): string | undefined {
  if (service === 's3') {
    // S3 checks the body itself while it streams; here only the declaration counts.
    return parts.payloadHash ?? (parts.expiresSeconds === undefined ? undefined : UNSIGNED);
  }
  const actual = sha256Hex(request.body);
  const isDeclared = parts.payloadHash !== undefined && HASH.test(parts.payloadHash);
  return isDeclared && parts.payloadHash !== actual ? undefined : actual;
}

function sameText(left: string, right: string): boolean {
  const a = Buffer.from(sha256Hex(left));
  const b = Buffer.from(sha256Hex(right));
  return timingSafeEqual(a, b);
}
