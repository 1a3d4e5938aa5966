import { join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import type { Answer, GatedService } from '../gate/service.ts';
import { escapeXml } from '../xml/escapeXml.ts';
import { openBlobStore } from './blobStore.ts';
import { createBucketCatalogue } from './bucketCatalogue.ts';
import {
  createBucket,
  deleteBucket,
  deleteObjects,
  headBucket,
  listBuckets,
  readLifecycle,
  readLocation,
  readVersioning,
  writeLifecycle,
  writeVersioning,
} from './bucketOperations.ts';
import { createLifecycleSweep } from './lifecycleSweep.ts';
import { listObjects, listVersions } from './listing.ts';
import { abortUpload, completeUpload, createUpload, listParts, listUploads, uploadPart } from './multipart.ts';
import { createObjectCatalogue } from './objectCatalogue.ts';
import { readAttributes, readObject } from './readObject.ts';
import { openS3Database } from './s3Database.ts';
import { type S3Operation, type S3OperationName, s3Operation } from './s3Operation.ts';
import type { S3Handler, S3Parts } from './s3Parts.ts';
import { copyObject, deleteObject, putObject, readTags, writeTags } from './writeObject.ts';

const HANDLERS: Readonly<Record<S3OperationName, S3Handler>> = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  DeleteBucket: deleteBucket,
  HeadBucket: headBucket,
  GetBucketLocation: readLocation,
  GetBucketVersioning: readVersioning,
  PutBucketVersioning: writeVersioning,
  GetBucketLifecycle: readLifecycle,
  PutBucketLifecycle: writeLifecycle,
  ListObjectsV2: listObjects,
  ListObjectVersions: listVersions,
  ListMultipartUploads: listUploads,
  DeleteObjects: deleteObjects,
  GetObject: readObject,
  HeadObject: readObject,
  GetObjectAttributes: readAttributes,
  CopyObject: copyObject,
  PutObject: putObject,
  DeleteObject: deleteObject,
  GetObjectTagging: readTags,
  PutObjectTagging: writeTags,
  CreateMultipartUpload: createUpload,
  UploadPart: uploadPart,
  ListParts: listParts,
  CompleteMultipartUpload: completeUpload,
  AbortMultipartUpload: abortUpload,
};

/** S3 and what the rest of the cloud needs of it. */
export interface S3Service extends GatedService<S3Operation> {
  readonly buckets: S3Parts['buckets'];
  /** Applies lifecycle rules if that is due. */
  sweep(): void;
  close(): void;
}

/** Opens the buckets kept in `dir`: bodies as files, metadata in SQLite, path-style addresses only. */
export function openS3Service(dir: string, clock: Clock, region: string): S3Service {
  const database = openS3Database(join(dir, 's3'));
  const blobs = openBlobStore(join(dir, 's3'));
  const buckets = createBucketCatalogue(database, clock);
  const objects = createObjectCatalogue(database, clock, (blob) => blobs.remove(blob));
  blobs.removeUnknown((blob) => objects.isBlobKnown(blob));
  const parts: S3Parts = { database, blobs, buckets, objects, clock, region };

  return {
    name: 's3',
    bodyLimit: 0,
    buckets,
    identify: s3Operation,
    resourcePolicy: (resource) => buckets.find(resource.replace(/^arn:aws:s3:::/, '').split('/')[0] ?? '')?.policy,
    perform: async (call) => HANDLERS[call.operation.name](parts, call),
    refusal(error, request): Answer {
      const hasBody = request.method !== 'HEAD' && error.status !== 304;
      const resource = `<Resource>${escapeXml(request.path)}</Resource>`;
      const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${error.code}</Code><Message>${escapeXml(error.message)}</Message>${resource}<RequestId>local</RequestId></Error>`;
      return {
        status: error.status,
        headers: { 'content-type': 'application/xml', ...error.headers },
        body: hasBody ? body : '',
      };
    },
    sweep: createLifecycleSweep(parts, clock),
    close: () => database.close(),
  };
}
