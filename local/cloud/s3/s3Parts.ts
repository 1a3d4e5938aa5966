import type { Clock } from '../../contract/clock.ts';
import type { Answer, ServiceCall } from '../gate/service.ts';
import type { BlobStore } from './blobStore.ts';
import type { BucketCatalogue } from './bucketCatalogue.ts';
import type { ObjectCatalogue } from './objectCatalogue.ts';
import type { S3Database } from './s3Database.ts';
import type { S3Operation } from './s3Operation.ts';

/** What the operations of S3 work on. */
export interface S3Parts {
  readonly database: S3Database;
  readonly blobs: BlobStore;
  readonly buckets: BucketCatalogue;
  readonly objects: ObjectCatalogue;
  readonly clock: Clock;
  readonly region: string;
}

/** One operation of S3. */
export type S3Handler = (parts: S3Parts, call: ServiceCall<S3Operation>) => Promise<Answer> | Answer;

/** An answer without a body. */
export function emptyAnswer(status: number, headers: Record<string, string> = {}): Answer {
  return { status, headers, body: '' };
}

/** An answer with an XML body; `content` is what stands inside the root element. */
export function xmlAnswer(root: string, content: string, headers: Record<string, string> = {}): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${root}>`;
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body };
}
