import type { ServiceCall } from '../gate/service.ts';
import { gateError } from '../gate/serviceError.ts';
import { byteRange } from './byteRange.ts';
import { checksumElements, checksumHeaders } from './checksum.ts';
import type { ObjectRecord } from './objectRecord.ts';
import { s3Error } from './s3Error.ts';
import { arnOf, type S3Operation } from './s3Operation.ts';
import { emptyAnswer, type S3Handler, type S3Parts, xmlAnswer } from './s3Parts.ts';

/** GetObject and HeadObject: conditions, ranges, checksums, overridden response headers. */
export const readObject: S3Handler = (parts, call) => {
  const { headers } = call.request;
  const object = presentObject(parts, call);
  const notModified = unmetCondition(object, headers);
  if (notModified) return emptyAnswer(304, notModified);
  const range = byteRange(headers.range, object.size);
  const answerHeaders: Record<string, string> = {
    ...objectHeaders(object),
    ...overriddenHeaders(call.operation.query),
  };
  // The checksum is of the whole object, so it would mislead beside a part of it.
  if (!range && headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED') {
    Object.assign(answerHeaders, checksumHeaders(object.sums, object.sumType));
  }
  if (range) answerHeaders['content-range'] = `bytes ${range.start}-${range.end}/${object.size}`;
  answerHeaders['content-length'] = String(range ? range.end - range.start + 1 : object.size);
  const status = range ? 206 : 200;
  if (call.operation.name === 'HeadObject' || object.size === 0) return emptyAnswer(status, answerHeaders);
  return { status, headers: answerHeaders, body: parts.blobs.read(object.blob, range) };
};

/** GetObjectAttributes: size, ETag, checksums, without the body. */
export const readAttributes: S3Handler = (parts, call) => {
  const object = presentObject(parts, call);
  const wanted = new Set((call.request.headers['x-amz-object-attributes'] ?? '').split(',').map((name) => name.trim()));
  const checksum = `<Checksum>${checksumElements(object.sums)}<ChecksumType>${object.sumType}</ChecksumType></Checksum>`;
  const content = [
    wanted.has('ETag') ? `<ETag>${object.etag}</ETag>` : '',
    wanted.has('Checksum') && Object.keys(object.sums).length > 0 ? checksum : '',
    wanted.has('StorageClass') ? '<StorageClass>STANDARD</StorageClass>' : '',
    wanted.has('ObjectSize') ? `<ObjectSize>${object.size}</ObjectSize>` : '',
  ].join('');
  return xmlAnswer('GetObjectAttributesResponse', content, {
    'last-modified': new Date(object.modifiedAt).toUTCString(),
    ...versionHeader(object.version),
  });
};

/**
 * The object that a request names. A missing key answers 404 only to callers that may list the bucket, 403 to all others,
 * as S3 does.
 */
export function presentObject(parts: S3Parts, call: ServiceCall<S3Operation>): ObjectRecord {
  const { bucket, key, query } = call.operation;
  parts.buckets.get(bucket);
  const version = query.get('versionId') ?? undefined;
  const object = parts.objects.find(bucket, key, version);
  if (object && !object.isMarker) return object;
  if (object && version !== undefined) {
    throw s3Error('MethodNotAllowed', undefined, { 'x-amz-delete-marker': 'true', ...versionHeader(object.version) });
  }
  if (!call.allows({ action: 's3:ListBucket', resource: arnOf(bucket) })) {
    throw gateError('s3', 'denied', `No ${key} here, and ${call.principal.arn} may not list the bucket`);
  }
  throw s3Error(version === undefined ? 'NoSuchKey' : 'NoSuchVersion', undefined, {
    ...(object ? { 'x-amz-delete-marker': 'true' } : {}),
  });
}

/** The version header of a versioned object. */
export function versionHeader(version: string | undefined): Record<string, string> {
  return version === undefined || version === 'null' ? {} : { 'x-amz-version-id': version };
}

function objectHeaders(object: ObjectRecord): Record<string, string> {
  const { lock } = object;
  return {
    'content-type': 'binary/octet-stream',
    ...object.headers,
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
    ...versionHeader(object.version),
    ...(object.tags ? { 'x-amz-tagging-count': String(new URLSearchParams(object.tags).size) } : {}),
    ...(lock.mode ? { 'x-amz-object-lock-mode': lock.mode } : {}),
    ...(lock.until ? { 'x-amz-object-lock-retain-until-date': lock.until } : {}),
    ...(lock.hold === undefined ? {} : { 'x-amz-object-lock-legal-hold': lock.hold ? 'ON' : 'OFF' }),
  };
}

function overriddenHeaders(query: URLSearchParams): Record<string, string> {
  const overridden: Record<string, string> = {};
  for (const [name, value] of query) {
    // A line break would be refused by the server anyway; refuse it with words.
    if (/[\r\n]/.test(value)) throw s3Error('InvalidArgument');
    if (name.startsWith('response-')) overridden[name.slice('response-'.length)] = value;
  }
  return overridden;
}

/** Checks the conditions of a read (RFC 9110, section 13.2.2); returns the headers of a 304 if that is the answer. */
function unmetCondition(
  object: ObjectRecord,
  headers: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const modifiedSecond = Math.floor(object.modifiedAt / 1_000) * 1_000;
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  const unmodifiedSince = Date.parse(headers['if-unmodified-since'] ?? '');
  const modifiedSince = Date.parse(headers['if-modified-since'] ?? '');
  if (ifMatch !== undefined && !namesEtag(ifMatch, object.etag)) throw s3Error('PreconditionFailed');
  if (ifMatch === undefined && modifiedSecond > unmodifiedSince) throw s3Error('PreconditionFailed');
  const isUnchanged = ifNoneMatch === undefined ? modifiedSecond <= modifiedSince : namesEtag(ifNoneMatch, object.etag);
  return isUnchanged ? { etag: `"${object.etag}"`, ...versionHeader(object.version) } : undefined;
}

function namesEtag(header: string, etag: string): boolean {
  return header.split(',').some((part) => {
    const named = part.trim().replaceAll('"', '');
    return named === '*' || named === etag;
  });
}
