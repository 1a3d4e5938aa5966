import { gzipSync } from 'node:zlib';
import { fill } from '../../../core/contract/fill.ts';
import { REFUSALS, type Refusal } from '../../../core/contract/refusals.ts';
import { RETRY_SECONDS, type Reply, retryAfterOf } from '../reply.ts';
import { ERROR_CODE_OF, type ErrorCode } from './errorCodes.ts';

/** A member of an answer. There is no null: one makes the SDK drop a whole list. */
export type Member = string | number | boolean | readonly Readonly<Record<string, string | number | boolean>>[];
export type Members = Readonly<Record<string, Member>>;

/** Below this many bytes gzip gains nothing. */
const WORTH_PACKING = 1400;

/** JSON in ASCII alone: one version of the SDK reads answers as US-ASCII, another in the platform's character set. */
export const asciiJson = (value: object): string =>
  JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** The body of a success. */
export const succeeded = (members: Members): string =>
  asciiJson({ status: 'OK', ErrorCode: '0', ErrorDesc: 'Success', ...members });

/** The body of a failure. Each operation of each version misses something unless both `DocId` and `data` are there. */
const failed = (code: ErrorCode, description: string): string =>
  asciiJson({ status: 'FAIL', ErrorCode: code, ErrorDesc: description, DocId: '', data: '' });

const reply = (statusCode: number, body: string, headers: Record<string, string> = {}): Reply => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body,
});

/** A success in JSON, packed where the client takes it so. */
export function jsonReply(body: string, acceptEncoding: string | undefined): Reply {
  if (!takesGzip(acceptEncoding) || body.length < WORTH_PACKING) return reply(200, body);
  const packed = gzipSync(body, { level: 1 }).toString('base64');
  const headers = { 'content-encoding': 'gzip', vary: 'accept-encoding' };
  return { ...reply(200, packed, headers), isBase64Encoded: true };
}

/** Whether gzip is among the encodings that a client takes (RFC 9110 section 12.5.3). */
export const takesGzip = (acceptEncoding: string | undefined): boolean =>
  (acceptEncoding ?? '').split(',').some((part) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(part));

/** 303: followed as GET by every call of the SDK but `sendEdoc`. */
export const redirectReply = (href: string): Reply => ({
  statusCode: 303,
  headers: { location: href, 'cache-control': 'no-store' },
  body: '',
});

/** Where an answer is taken for a file whatever it says, a refusal has no body. */
const emptyReply = (statusCode: number, headers: Record<string, string> = {}): Reply => ({
  statusCode,
  headers: { 'cache-control': 'no-store', ...headers },
  body: '',
});

/** A refusal with its own status, in the shape of the faces: in Vietnamese, with the catalogue's code at the end. */
export function refusedReply(refusal: Refusal, asFile: boolean): Reply {
  const { status, vi } = REFUSALS[refusal.code];
  const headers = retryAfterOf(refusal);
  if (asFile) return emptyReply(status, headers);
  const description = `${fill(vi.detail, refusal.parameters)} [${refusal.code}]`;
  return reply(status, failed(ERROR_CODE_OF[refusal.code], description), headers);
}

/** An unexpected failure: opaque, retryable, findable by its correlation id. */
export function faultedReply(correlationId: string, asFile: boolean): Reply {
  const headers = { 'retry-after': RETRY_SECONDS };
  if (asFile) return emptyReply(500, headers);
  const description = `Trục gặp sự cố. Không có gì bị mất; hãy gửi lại đúng yêu cầu này. [fault ${correlationId}]`;
  return reply(500, failed('20', description), headers);
}
