import { ServiceError } from '../gate/serviceError.ts';
import { escapeXml } from '../xml/escapeXml.ts';
import { childrenOf, parseXml, textOf } from '../xml/parseXml.ts';
import { readLifecycleXml, writeLifecycleXml } from './lifecycleXml.ts';
import { receiveText } from './receiveBody.ts';
import { s3Error } from './s3Error.ts';
import { arnOf } from './s3Operation.ts';
import { emptyAnswer, type S3Handler, xmlAnswer } from './s3Parts.ts';

const DELETE_AT_MOST = 1_000;

/** ListBuckets. */
export const listBuckets: S3Handler = ({ buckets }) => {
  const elements = buckets
    .list()
    .map(
      ({ name, createdAt }) =>
        `<Bucket><Name>${name}</Name><CreationDate>${new Date(createdAt).toISOString()}</CreationDate></Bucket>`,
    );
  return xmlAnswer('ListAllMyBucketsResult', `<Owner><ID>local</ID></Owner><Buckets>${elements.join('')}</Buckets>`);
};

/** CreateBucket: an existing one is an error, as everywhere but in us-east-1. */
export const createBucket: S3Handler = ({ buckets }, { request, operation }) => {
  if (!buckets.create(operation.bucket)) throw s3Error('BucketAlreadyOwnedByYou');
  if (request.headers['x-amz-bucket-object-lock-enabled'] === 'true') {
    buckets.change(operation.bucket, { versioning: 'Enabled', lock: {} });
  }
  return emptyAnswer(200, { location: `/${operation.bucket}` });
};

/** DeleteBucket. */
export const deleteBucket: S3Handler = ({ buckets }, { operation }) => {
  buckets.remove(operation.bucket);
  return emptyAnswer(204);
};

/** HeadBucket. */
export const headBucket: S3Handler = ({ buckets, region }, { operation }) => {
  buckets.get(operation.bucket);
  return emptyAnswer(200, { 'x-amz-bucket-region': region });
};

/** GetBucketLocation. */
export const readLocation: S3Handler = ({ buckets, region }, { operation }) => {
  buckets.get(operation.bucket);
  return xmlAnswer('LocationConstraint', region);
};

/** GetBucketVersioning. */
export const readVersioning: S3Handler = ({ buckets }, { operation }) => {
  const { versioning } = buckets.get(operation.bucket);
  return xmlAnswer('VersioningConfiguration', versioning === undefined ? '' : `<Status>${versioning}</Status>`);
};

/** PutBucketVersioning. */
export const writeVersioning: S3Handler = async ({ buckets }, { request, operation }) => {
  const document = parseXml(await receiveText(request));
  const versioning = document && textOf(document, 'Status');
  if (versioning !== 'Enabled' && versioning !== 'Suspended') throw s3Error('MalformedXML');
  buckets.change(operation.bucket, { versioning });
  return emptyAnswer(200);
};

/** GetBucketLifecycleConfiguration. */
export const readLifecycle: S3Handler = ({ buckets }, { operation }) => {
  const { lifecycle } = buckets.get(operation.bucket);
  if (lifecycle.length === 0) throw s3Error('NoSuchLifecycleConfiguration');
  return xmlAnswer('LifecycleConfiguration', writeLifecycleXml(lifecycle));
};

/** PutBucketLifecycleConfiguration. */
export const writeLifecycle: S3Handler = async ({ buckets }, { request, operation }) => {
  buckets.change(operation.bucket, { lifecycle: readLifecycleXml(await receiveText(request)) });
  return emptyAnswer(200);
};

/** DeleteObjects: every key is authorised and deleted by itself, and fails by itself. */
export const deleteObjects: S3Handler = async ({ buckets, objects }, { request, operation, allows }) => {
  const bucket = buckets.get(operation.bucket);
  const document = parseXml(await receiveText(request));
  const named = document ? childrenOf(document, 'Object') : [];
  if (!document || named.length === 0 || named.length > DELETE_AT_MOST) throw s3Error('MalformedXML');
  const isQuiet = textOf(document, 'Quiet') === 'true';
  const bypassGovernance = request.headers['x-amz-bypass-governance-retention'] === 'true';
  const results = named.map((element) => {
    const key = textOf(element, 'Key') ?? '';
    const version = textOf(element, 'VersionId');
    const place = `<Key>${escapeXml(key)}</Key>${version === undefined ? '' : `<VersionId>${escapeXml(version)}</VersionId>`}`;
    const action = version === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
    if (!allows({ action, resource: arnOf(bucket.name, key) })) return failed(place, s3Error('AccessDenied'));
    try {
      const done = objects.delete(bucket, key, { version, bypassGovernance });
      if (isQuiet) return '';
      const marker = done.isMarker
        ? `<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>${done.version}</DeleteMarkerVersionId>`
        : '';
      return `<Deleted>${place}${marker}</Deleted>`;
    } catch (error) {
      if (error instanceof ServiceError) return failed(place, error);
      throw error;
    }
  });
  return xmlAnswer('DeleteResult', results.join(''));
};

function failed(place: string, error: ServiceError): string {
  return `<Error>${place}<Code>${error.code}</Code><Message>${escapeXml(error.message)}</Message></Error>`;
}
