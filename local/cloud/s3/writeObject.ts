import type { Clock } from '../../contract/clock.ts';
import type { GateRequest } from '../gate/service.ts';
import { escapeXml } from '../xml/escapeXml.ts';
import { childrenOf, parseXml, textOf } from '../xml/parseXml.ts';
import type { Bucket } from './bucketCatalogue.ts';
import { type Checksums, checksumElements, checksumHeaders, checksumName } from './checksum.ts';
import type { NewObject, WriteConditions } from './objectCatalogue.ts';
import { keptHeaders, refuseUnknownHeaders } from './objectHeaders.ts';
import { lockSchema, type ObjectLock } from './objectRecord.ts';
import { presentObject, versionHeader } from './readObject.ts';
import { receiveBody, receiveText } from './receiveBody.ts';
import { s3Error } from './s3Error.ts';
import { copySource } from './s3Operation.ts';
import { emptyAnswer, type S3Handler, type S3Parts, xmlAnswer } from './s3Parts.ts';

const DAY_MS = 86_400_000;
const TAGS_AT_MOST = 10;

/** PutObject: the bytes are whole, checked and on disk before the record is, and both before the answer. */
export const putObject: S3Handler = async (parts, { request, operation }) => {
  const bucket = parts.buckets.get(operation.bucket);
  refuseUnknownHeaders(request);
  const conditions = writeConditions(request.headers);
  // Once before the body is read, to refuse early, and once more in the transaction that decides.
  parts.objects.checkConditions(bucket.name, operation.key, conditions);
  const settings = newObjectSettings(request.headers, bucket, parts.clock);
  const { blob, size, etag, kept } = await receiveBody(request, parts.blobs);
  const object: NewObject = { key: operation.key, blob, size, etag, sums: kept, sumType: 'FULL_OBJECT', ...settings };
  const version = commit(parts, bucket, { object, conditions });
  return emptyAnswer(200, {
    etag: `"${etag}"`,
    ...checksumHeaders(kept, 'FULL_OBJECT'),
    ...versionHeader(version),
    ...encryptionHeader(settings.headers),
  });
};

/** CopyObject: new bytes of its own; a checksum algorithm may be named, and is then computed over the whole object. */
export const copyObject: S3Handler = async (parts, { request, operation, allows, ...call }) => {
  refuseUnknownHeaders(request);
  const { headers } = request;
  const bucket = parts.buckets.get(operation.bucket);
  const from = copySource(headers['x-amz-copy-source'] ?? '');
  const query = new URLSearchParams(from.version === undefined ? {} : { versionId: from.version });
  const source = presentObject(parts, { ...call, request, allows, operation: { ...operation, ...from, query } });
  const { blob, size, etag, sums } = await parts.blobs.write(parts.blobs.read(source.blob), Number.MAX_SAFE_INTEGER);
  const algorithm = headers['x-amz-checksum-algorithm'];
  const inherited = source.sumType === 'FULL_OBJECT' ? source.sums : {};
  const named: Checksums =
    algorithm === undefined ? inherited : { [checksumName(algorithm)]: sums[checksumName(algorithm)] };
  const settings = newObjectSettings(headers, bucket, parts.clock);
  const object: NewObject = {
    ...settings,
    key: operation.key,
    blob,
    size,
    etag,
    sums: named,
    sumType: 'FULL_OBJECT',
    headers: headers['x-amz-metadata-directive'] === 'REPLACE' ? settings.headers : source.headers,
    tags: settings.tags ?? source.tags,
  };
  const version = commit(parts, bucket, { object, conditions: writeConditions(headers) });
  const modified = new Date(parts.clock.now()).toISOString();
  const content = `<LastModified>${modified}</LastModified><ETag>&quot;${etag}&quot;</ETag>${checksumElements(named)}`;
  return xmlAnswer('CopyObjectResult', content, versionHeader(version));
};

/** DeleteObject: a version for good, or a delete marker in a versioned bucket. */
export const deleteObject: S3Handler = (parts, { request, operation }) => {
  const bucket = parts.buckets.get(operation.bucket);
  if (request.headers['if-match'] !== undefined)
    throw s3Error('NotImplemented', 'If-Match of a deletion is not implemented.');
  const done = parts.objects.delete(bucket, operation.key, {
    version: operation.query.get('versionId') ?? undefined,
    bypassGovernance: request.headers['x-amz-bypass-governance-retention'] === 'true',
  });
  return emptyAnswer(204, {
    ...versionHeader(done.version),
    ...(done.isMarker ? { 'x-amz-delete-marker': 'true' } : {}),
  });
};

/** GetObjectTagging. */
export const readTags: S3Handler = (parts, call) => {
  const tags = [...new URLSearchParams(presentObject(parts, call).tags ?? '')];
  const elements = tags.map(
    ([key, value]) => `<Tag><Key>${escapeXml(key)}</Key><Value>${escapeXml(value)}</Value></Tag>`,
  );
  return xmlAnswer('Tagging', `<TagSet>${elements.join('')}</TagSet>`);
};

/** PutObjectTagging: touches the tags only. */
export const writeTags: S3Handler = async (parts, call) => {
  const object = presentObject(parts, call);
  const document = parseXml(await receiveText(call.request));
  const set = document && childrenOf(document, 'TagSet')[0];
  if (!set) throw s3Error('MalformedXML');
  const tags = childrenOf(set, 'Tag').map((tag): [string, string] => [
    textOf(tag, 'Key') ?? '',
    textOf(tag, 'Value') ?? '',
  ]);
  if (tags.length > TAGS_AT_MOST) throw s3Error('InvalidRequest', 'Object tags cannot be greater than 10');
  parts.objects.setTags(call.operation.bucket, object, new URLSearchParams(tags).toString());
  return emptyAnswer(200, versionHeader(object.version));
};

/** Headers, tags and lock that a request gives to the object it makes. */
export function newObjectSettings(
  headers: GateRequest['headers'],
  bucket: Bucket,
  clock: Clock,
): Pick<NewObject, 'headers' | 'tags' | 'lock'> {
  return { headers: keptHeaders(headers), tags: headers['x-amz-tagging'], lock: lockOf(headers, bucket, clock) };
}

/** Records an object whose bytes are on disk; removes the bytes if a condition does not hold. Returns the version id. */
export function commit(
  parts: S3Parts,
  bucket: Bucket,
  { object, conditions }: { object: NewObject; conditions: WriteConditions },
): string {
  try {
    return parts.objects.put(bucket, object, conditions);
  } catch (error) {
    parts.blobs.remove(object.blob);
    throw error;
  }
}

/** The preconditions of a write. */
export function writeConditions(headers: GateRequest['headers']): WriteConditions {
  return { ifNoneMatch: headers['if-none-match'], ifMatch: headers['if-match'] };
}

function lockOf(headers: GateRequest['headers'], bucket: Bucket, clock: Clock): ObjectLock {
  const mode = headers['x-amz-object-lock-mode'];
  const until = headers['x-amz-object-lock-retain-until-date'];
  const hold = headers['x-amz-object-lock-legal-hold'];
  if (mode === undefined && until === undefined && hold === undefined) return defaultLock(bucket, clock);
  if (!bucket.lock) throw s3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration');
  if ((mode === undefined) !== (until === undefined))
    throw s3Error('InvalidArgument', 'Retention needs a mode and a date.');
  const lock = lockSchema.safeParse({
    ...(mode === undefined ? {} : { mode, until }),
    ...(hold === undefined ? {} : { hold: hold === 'ON' }),
  });
  if (!lock.success) throw s3Error('InvalidArgument', 'The Object Lock headers are not valid.');
  return lock.data;
}

function defaultLock({ lock }: Bucket, clock: Clock): ObjectLock {
  if (lock?.mode === undefined || lock.days === undefined) return {};
  return { mode: lock.mode, until: new Date(clock.now() + lock.days * DAY_MS).toISOString() };
}

function encryptionHeader(headers: Readonly<Record<string, string>>): Record<string, string> {
  const name = 'x-amz-server-side-encryption';
  const value = headers[name];
  return value === undefined ? {} : { [name]: value };
}
