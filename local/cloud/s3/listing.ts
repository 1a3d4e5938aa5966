import { escapeXml } from '../xml/escapeXml.ts';
import { type ObjectRecord, objectRecord } from './objectRecord.ts';
import { s3Error } from './s3Error.ts';
import { type S3Handler, type S3Parts, xmlAnswer } from './s3Parts.ts';

const KEYS_AT_MOST = 1_000;
const PAGE_ROWS = 1_000;
/** Sorts behind every key that starts with the same text. */
const LAST = '\u{10FFFF}';

interface Page {
  readonly objects: ObjectRecord[];
  readonly prefixes: string[];
  /** Where the next page starts; undefined: there is none. */
  readonly next: string | undefined;
}

/** ListObjectsV2: keys in UTF-8 order, common prefixes, pages. */
export const listObjects: S3Handler = (parts, { operation }) => {
  const { bucket, query } = operation;
  parts.buckets.get(bucket);
  if (query.get('list-type') !== '2') throw s3Error('InvalidArgument', 'list-type must be 2');
  const encode = keyEncoding(query);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = maxKeysOf(query);
  const token = query.get('continuation-token');
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString('utf8');
  const page = pageOf(parts, { bucket, prefix, delimiter, maxKeys, after });
  const contents = page.objects.map(
    ({ key, modifiedAt, etag, size }) =>
      `<Contents><Key>${encode(key)}</Key>${objectElements({ modifiedAt, etag, size })}</Contents>`,
  );
  const prefixes = page.prefixes.map((common) => `<CommonPrefixes><Prefix>${encode(common)}</Prefix></CommonPrefixes>`);
  const next = page.next === undefined ? undefined : Buffer.from(page.next).toString('base64url');
  const content = [
    `<Name>${bucket}</Name><Prefix>${encode(prefix)}</Prefix><MaxKeys>${maxKeys}</MaxKeys>`,
    delimiter === '' ? '' : `<Delimiter>${encode(delimiter)}</Delimiter>`,
    query.has('encoding-type') ? '<EncodingType>url</EncodingType>' : '',
    `<KeyCount>${contents.length + prefixes.length}</KeyCount><IsTruncated>${next !== undefined}</IsTruncated>`,
    next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`,
    ...contents,
    ...prefixes,
  ];
  return xmlAnswer('ListBucketResult', content.join(''));
};

/** ListObjectVersions: the newest version of a key first. */
export const listVersions: S3Handler = (parts, { operation }) => {
  const { bucket, query } = operation;
  parts.buckets.get(bucket);
  const encode = keyEncoding(query);
  const prefix = query.get('prefix') ?? '';
  const maxKeys = maxKeysOf(query);
  const keyMarker = query.get('key-marker') ?? '';
  const versionMarker = parts.objects.find(bucket, keyMarker, query.get('version-id-marker') ?? '');
  const rows = parts.database.all(
    `SELECT * FROM objects WHERE bucket = ? AND key >= ? AND key < ? AND (key > ? OR (key = ? AND seq < ?))
     ORDER BY key, seq DESC LIMIT ?`,
    ...[bucket, prefix, prefix + LAST, keyMarker, keyMarker, versionMarker?.seq ?? 0, maxKeys + 1],
  );
  const versions = rows.slice(0, maxKeys).map(objectRecord);
  const last = rows.length > maxKeys ? versions.at(-1) : undefined;
  const elements = versions.map((object) => {
    const { key, version, isLatest, isMarker, modifiedAt } = object;
    const head = `<Key>${encode(key)}</Key><VersionId>${version}</VersionId><IsLatest>${isLatest}</IsLatest>`;
    return isMarker
      ? `<DeleteMarker>${head}${timeElement(modifiedAt)}</DeleteMarker>`
      : `<Version>${head}${objectElements(object)}</Version>`;
  });
  const next = last
    ? `<NextKeyMarker>${encode(last.key)}</NextKeyMarker><NextVersionIdMarker>${last.version}</NextVersionIdMarker>`
    : '';
  const head = `<Name>${bucket}</Name><Prefix>${encode(prefix)}</Prefix><MaxKeys>${maxKeys}</MaxKeys>`;
  const encoding = query.has('encoding-type') ? '<EncodingType>url</EncodingType>' : '';
  const content = `${head}${encoding}<IsTruncated>${last !== undefined}</IsTruncated>${next}${elements.join('')}`;
  return xmlAnswer('ListVersionsResult', content);
};

function pageOf(
  { database }: S3Parts,
  wanted: { bucket: string; prefix: string; delimiter: string; maxKeys: number; after: string },
): Page {
  const { bucket, prefix, delimiter, maxKeys } = wanted;
  const objects: ObjectRecord[] = [];
  const prefixes: string[] = [];
  let after = wanted.after;
  for (;;) {
    const rows = database.all(
      `SELECT * FROM objects WHERE bucket = ? AND is_latest = 1 AND is_marker = 0 AND key >= ? AND key < ? AND key > ?
       ORDER BY key LIMIT ?`,
      ...[bucket, prefix, prefix + LAST, after, PAGE_ROWS],
    );
    for (const row of rows) {
      const object = objectRecord(row);
      const told = prefixes.at(-1);
      if (told !== undefined && object.key.startsWith(told)) continue;
      if (objects.length + prefixes.length >= maxKeys) return { objects, prefixes, next: after };
      const end = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
      if (end < 0) {
        objects.push(object);
        after = object.key;
      } else {
        const common = object.key.slice(0, end + delimiter.length);
        prefixes.push(common);
        after = common + LAST;
      }
    }
    if (rows.length < PAGE_ROWS) return { objects, prefixes, next: undefined };
  }
}

function objectElements({ modifiedAt, etag, size }: Pick<ObjectRecord, 'modifiedAt' | 'etag' | 'size'>): string {
  return `${timeElement(modifiedAt)}<ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass>`;
}

function timeElement(time: number): string {
  return `<LastModified>${new Date(time).toISOString()}</LastModified>`;
}

function keyEncoding(query: URLSearchParams): (text: string) => string {
  const encoding = query.get('encoding-type');
  if (encoding !== null && encoding !== 'url')
    throw s3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  if (encoding === 'url') return (text) => encodeURIComponent(text).replaceAll('%2F', '/');
  return escapeXml;
}

function maxKeysOf(query: URLSearchParams): number {
  const text = query.get('max-keys') ?? String(KEYS_AT_MOST);
  if (!/^\d{1,9}$/.test(text))
    throw s3Error('InvalidArgument', 'Provided max-keys not an integer or within integer range');
  return Math.min(Number(text), KEYS_AT_MOST);
}
