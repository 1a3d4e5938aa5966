import type { GateRequest, Operation } from '../gate/service.ts';
import type { NeededGrant } from '../iam/evaluate.ts';
import { s3Error } from './s3Error.ts';

/** An S3 request: what it does to which bucket and key. */
export interface S3Operation extends Operation {
  readonly name: S3OperationName;
  /** Empty for ListBuckets. */
  readonly bucket: string;
  /** Empty for operations on a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
}

interface Route {
  readonly on: 'service' | 'bucket' | 'object';
  readonly method: string;
  /** Query parameters that make it this operation. */
  readonly marks?: readonly string[];
  /** A header that makes it this operation. */
  readonly header?: string;
  /** Further query parameters that it understands. */
  readonly takes?: readonly string[];
  readonly action: string;
  /** The action if a version is named. */
  readonly versionAction?: string;
}

const LISTING = ['prefix', 'delimiter', 'max-keys', 'encoding-type'];
const RESPONSE = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
].map((name) => `response-${name}`);
const READ = { action: 's3:GetObject', versionAction: 's3:GetObjectVersion' };

const ROUTES = {
  ListBuckets: { on: 'service', method: 'GET', action: 's3:ListAllMyBuckets' },
  CreateBucket: { on: 'bucket', method: 'PUT', action: 's3:CreateBucket' },
  DeleteBucket: { on: 'bucket', method: 'DELETE', action: 's3:DeleteBucket' },
  HeadBucket: { on: 'bucket', method: 'HEAD', action: 's3:ListBucket' },
  GetBucketLocation: { on: 'bucket', method: 'GET', marks: ['location'], action: 's3:GetBucketLocation' },
  GetBucketVersioning: { on: 'bucket', method: 'GET', marks: ['versioning'], action: 's3:GetBucketVersioning' },
  PutBucketVersioning: { on: 'bucket', method: 'PUT', marks: ['versioning'], action: 's3:PutBucketVersioning' },
  GetBucketLifecycle: { on: 'bucket', method: 'GET', marks: ['lifecycle'], action: 's3:GetLifecycleConfiguration' },
  PutBucketLifecycle: { on: 'bucket', method: 'PUT', marks: ['lifecycle'], action: 's3:PutLifecycleConfiguration' },
  ListObjectsV2: {
    on: 'bucket',
    method: 'GET',
    marks: ['list-type'],
    takes: [...LISTING, 'continuation-token', 'start-after', 'fetch-owner'],
    action: 's3:ListBucket',
  },
  ListObjectVersions: {
    on: 'bucket',
    method: 'GET',
    marks: ['versions'],
    takes: ['prefix', 'max-keys', 'encoding-type', 'key-marker', 'version-id-marker'],
    action: 's3:ListBucketVersions',
  },
  ListMultipartUploads: {
    on: 'bucket',
    method: 'GET',
    marks: ['uploads'],
    takes: ['prefix'],
    action: 's3:ListBucketMultipartUploads',
  },
  // Each key of the list is authorised by itself.
  DeleteObjects: { on: 'bucket', method: 'POST', marks: ['delete'], action: '' },
  GetObject: { on: 'object', method: 'GET', takes: ['versionId', ...RESPONSE], ...READ },
  HeadObject: { on: 'object', method: 'HEAD', takes: ['versionId', ...RESPONSE], ...READ },
  GetObjectAttributes: { on: 'object', method: 'GET', marks: ['attributes'], takes: ['versionId'], ...READ },
  CopyObject: { on: 'object', method: 'PUT', header: 'x-amz-copy-source', action: 's3:PutObject' },
  PutObject: { on: 'object', method: 'PUT', action: 's3:PutObject' },
  DeleteObject: {
    on: 'object',
    method: 'DELETE',
    takes: ['versionId'],
    action: 's3:DeleteObject',
    versionAction: 's3:DeleteObjectVersion',
  },
  GetObjectTagging: {
    on: 'object',
    method: 'GET',
    marks: ['tagging'],
    takes: ['versionId'],
    action: 's3:GetObjectTagging',
  },
  PutObjectTagging: {
    on: 'object',
    method: 'PUT',
    marks: ['tagging'],
    takes: ['versionId'],
    action: 's3:PutObjectTagging',
  },
  CreateMultipartUpload: { on: 'object', method: 'POST', marks: ['uploads'], action: 's3:PutObject' },
  UploadPart: { on: 'object', method: 'PUT', marks: ['uploadId', 'partNumber'], action: 's3:PutObject' },
  ListParts: { on: 'object', method: 'GET', marks: ['uploadId'], action: 's3:ListMultipartUploadParts' },
  CompleteMultipartUpload: { on: 'object', method: 'POST', marks: ['uploadId'], action: 's3:PutObject' },
  AbortMultipartUpload: { on: 'object', method: 'DELETE', marks: ['uploadId'], action: 's3:AbortMultipartUpload' },
} as const satisfies Record<string, Route>;

/** Every operation that is implemented; all others answer 501. */
export type S3OperationName = keyof typeof ROUTES;

const ROUTE_LIST: readonly (readonly [string, Route])[] = Object.entries(ROUTES);

/*
 * Parameters that change nothing: the signature, a tag of the SDK, and headers that the SDK moved ("hoisted") into the query of a
 * presigned URL although S3 heeds them as headers only, so that such an upload goes unchecked, exactly as on AWS.
 */
const INERT = /^(X-Amz-[A-Za-z0-9-]+|x-id|x-amz-checksum-[a-z0-9]+|x-amz-sdk-checksum-algorithm|x-amz-user-agent)$/;
const KEY_BYTES = 1_024;
const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Says what a request asks for; throws `NotImplemented` (501) for whatever is not in the table of operations. */
export function s3Operation(request: GateRequest): S3Operation {
  const { bucket, key } = placeOf(request.path);
  const query = new URLSearchParams(request.query);
  const on = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const names = [...query.keys()].filter((name) => !INERT.test(name));
  const found = ROUTE_LIST.find(([, route]) => {
    const { marks = [], takes = [], header } = route;
    return (
      route.on === on &&
      route.method === request.method &&
      marks.every((mark) => query.has(mark)) &&
      names.every((name) => marks.includes(name) || takes.includes(name)) &&
      (header === undefined) === (request.headers['x-amz-copy-source'] === undefined)
    );
  });
  const [name, route] = found ?? [];
  if (!name || !route || !isOperationName(name)) {
    throw s3Error(
      'NotImplemented',
      `${request.method} on a ${on} with the query [${names.join(', ')}] is not implemented.`,
    );
  }
  const resource = arnOf(bucket, key);
  const grants = neededGrants(request, { name, route, query, resource });
  return { name, bucket, key, query, resource, grants };
}

/** ARN of a bucket or object. */
export function arnOf(bucket: string, key = ''): string {
  if (bucket === '') return '*';
  return key === '' ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
}

/** True if a bucket may be called that. */
export function isBucketName(name: string): boolean {
  return BUCKET_NAME.test(name);
}

/** Source of a copy: `/bucket/key?versionId=…`, percent-encoded. */
export function copySource(header: string): { bucket: string; key: string; version: string | undefined } {
  const [path = '', query = ''] = header.split('?');
  const place = placeOf(path.startsWith('/') ? path : `/${path}`);
  if (place.key === '') throw s3Error('InvalidArgument', 'Copy Source must mention the source bucket and key.');
  return { ...place, version: new URLSearchParams(query).get('versionId') ?? undefined };
}

function neededGrants(
  request: GateRequest,
  found: { name: S3OperationName; route: Route; query: URLSearchParams; resource: string },
): NeededGrant[] {
  const { name, route, query, resource } = found;
  if (name === 'DeleteObjects') return [];
  const action = query.has('versionId') ? (route.versionAction ?? route.action) : route.action;
  const grants: NeededGrant[] = [{ action, resource, context: listingContext(query) }];
  if (name === 'CopyObject') {
    const source = copySource(request.headers['x-amz-copy-source'] ?? '');
    const read = source.version === undefined ? READ.action : READ.versionAction;
    grants.push({ action: read, resource: arnOf(source.bucket, source.key) });
  }
  if (request.headers['x-amz-tagging'] !== undefined) grants.push({ action: 's3:PutObjectTagging', resource });
  return grants;
}

function listingContext(query: URLSearchParams): Record<string, string> {
  const context: Record<string, string> = {};
  for (const name of ['prefix', 'delimiter', 'max-keys']) {
    const value = query.get(name);
    if (value !== null) context[`s3:${name}`] = value;
  }
  return context;
}

function isOperationName(name: string): name is S3OperationName {
  return Object.hasOwn(ROUTES, name);
}

function placeOf(path: string): { bucket: string; key: string } {
  const slash = path.indexOf('/', 1);
  try {
    const bucket = decodeURIComponent(slash < 0 ? path.slice(1) : path.slice(1, slash));
    const key = slash < 0 ? '' : decodeURIComponent(path.slice(slash + 1));
    if (bucket !== '' && !isBucketName(bucket)) throw s3Error('InvalidBucketName');
    if (Buffer.byteLength(key) > KEY_BYTES) throw s3Error('KeyTooLongError');
    return { bucket, key };
  } catch (error) {
    if (error instanceof URIError) throw s3Error('InvalidArgument', "Couldn't parse the specified URI.");
    throw error;
  }
}
