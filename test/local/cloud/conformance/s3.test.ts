import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketNotificationConfigurationCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  type HeadObjectCommandInput,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll } from 'vitest';
import { presign } from '../presign.ts';
import { startTestCloud, type TestCloud } from '../testCloud.ts';
import { type Check, conformance, fails } from './conformance.ts';

const Bucket = 'things';
const PART = 5 * 1_024 * 1_024;
let test: TestCloud;
let s3: S3Client;

const put = (Key: string, Body: string | Buffer, rest: Partial<PutObjectCommandInput> = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...rest }));
const get = (Key: string, rest: Partial<GetObjectCommandInput> = {}) =>
  s3.send(new GetObjectCommand({ Bucket, Key, ...rest }));
const text = async (Key: string, rest: Partial<GetObjectCommandInput> = {}) =>
  (await get(Key, rest)).Body?.transformToString();
const head = (Key: string, rest: Partial<HeadObjectCommandInput> = {}) =>
  s3.send(new HeadObjectCommand({ Bucket, Key, ...rest }));
const sha256 = (body: string) => createHash('sha256').update(body).digest('base64');
const part = async (Key: string, UploadId: string | undefined, PartNumber: number, Body: Buffer, rest = {}) =>
  s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...rest }));
const presignedGet = (key: string, expiresIn = 60) => presign(test, { bucket: Bucket, key, expiresIn });

beforeAll(async () => {
  test = await startTestCloud();
  ({ s3 } = test.clients());
});
afterAll(() => test.stop());

const objects: Check[] = [
  [
    'CreateBucket, HeadBucket, ListBuckets',
    async () => {
      await s3.send(new CreateBucketCommand({ Bucket }));
      await s3.send(new HeadBucketCommand({ Bucket }));
      const { Buckets } = await s3.send(new ListBucketsCommand({}));
      return Buckets?.some(({ Name }) => Name === Bucket) ?? false;
    },
  ],
  [
    'PutObject with the default CRC32, metadata round trip',
    async () => {
      await put('k/a', 'hello', { ContentType: 'text/x', Metadata: { foo: 'bar' } });
      const object = await get('k/a');
      return (
        (await object.Body?.transformToString()) === 'hello' &&
        object.Metadata?.foo === 'bar' &&
        object.ContentType === 'text/x'
      );
    },
  ],
  ['ETag is the MD5', async () => (await head('k/a')).ETag === '"5d41402abc4b2a76b9719d911017c592"'],
  ['wrong Content-MD5 rejected', () => fails(put('bad', 'x', { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }), 400)],
  [
    'SHA-256 stored and returned',
    async () => {
      await put('sha', 'hello', { ChecksumSHA256: sha256('hello') });
      return (await head('sha', { ChecksumMode: 'ENABLED' })).ChecksumSHA256 === sha256('hello');
    },
  ],
  ['wrong SHA-256 rejected', () => fails(put('sha2', 'hello', { ChecksumSHA256: sha256('other') }), 400)],
  [
    'GetObjectAttributes',
    async () => {
      const ObjectAttributes: ('Checksum' | 'ObjectSize')[] = ['Checksum', 'ObjectSize'];
      const found = await s3.send(new GetObjectAttributesCommand({ Bucket, Key: 'sha', ObjectAttributes }));
      return found.ObjectSize === 5 && found.Checksum?.ChecksumSHA256 === sha256('hello');
    },
  ],
  [
    'If-None-Match: * lets one put through',
    async () => {
      await put('once', '1', { IfNoneMatch: '*' });
      await fails(put('once', '2', { IfNoneMatch: '*' }), 412);
      return (await text('once')) === '1';
    },
  ],
  [
    '20 racing If-None-Match puts have one winner',
    async () => {
      const puts = Array.from({ length: 20 }, (_, index) => put('race', `w${index}`, { IfNoneMatch: '*' }));
      return (await Promise.allSettled(puts)).filter(({ status }) => status === 'fulfilled').length === 1;
    },
  ],
  [
    'If-Match put',
    async () => {
      const { ETag } = await head('once');
      await put('once', '3', { IfMatch: ETag });
      return fails(put('once', '4', { IfMatch: ETag }), 412);
    },
  ],
  ['conditional GET 304', async () => fails(get('once', { IfNoneMatch: (await head('once')).ETag }), 304)],
  [
    'range, suffix, beyond the end',
    async () => {
      const middle = await get('k/a', { Range: 'bytes=1-3' });
      if ((await middle.Body?.transformToString()) !== 'ell' || middle.ContentRange !== 'bytes 1-3/5') return false;
      if ((await text('k/a', { Range: 'bytes=-2' })) !== 'lo') return false;
      return fails(get('k/a', { Range: 'bytes=99-' }), 416);
    },
  ],
  ['NoSuchKey', () => fails(get('nope'), 404)],
  [
    'keys with spaces, plus and other scripts',
    async () => {
      const Key = 'công văn số 12 a+b/ü&=.xml';
      await put(Key, 'u');
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'công' }));
      return (await text(Key)) === 'u' && Contents?.[0]?.Key === Key;
    },
  ],
];

const listsAndCopies: Check[] = [
  [
    'ListObjectsV2: prefix, delimiter, pages',
    async () => {
      for (let index = 0; index < 12; index++) await put(`l/${index % 3}/${index}`, 'x');
      const grouped = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'l/', Delimiter: '/' }));
      if (grouped.CommonPrefixes?.length !== 3) return false;
      let [token, count]: [string | undefined, number] = [undefined, 0];
      do {
        const next: { ContinuationToken?: string } = token === undefined ? {} : { ContinuationToken: token };
        const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'l/', MaxKeys: 5, ...next }));
        count += page.Contents?.length ?? 0;
        token = page.NextContinuationToken;
      } while (token);
      return count === 12;
    },
  ],
  [
    'common prefixes are told once across pages',
    async () => {
      const found: (string | undefined)[] = [];
      let token: string | undefined;
      do {
        const next: { ContinuationToken?: string } = token === undefined ? {} : { ContinuationToken: token };
        const page = await s3.send(
          new ListObjectsV2Command({ Bucket, Prefix: 'l/', Delimiter: '/', MaxKeys: 1, ...next }),
        );
        found.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
        token = page.NextContinuationToken;
      } while (token);
      return found.join() === 'l/0/,l/1/,l/2/';
    },
  ],
  [
    'DeleteObjects',
    async () => {
      const Delete = { Objects: [{ Key: 'l/0/0' }, { Key: 'l/1/1' }] };
      return (await s3.send(new DeleteObjectsCommand({ Bucket, Delete }))).Deleted?.length === 2;
    },
  ],
  [
    'CopyObject with replaced metadata',
    async () => {
      const copy = { CopySource: `${Bucket}/k/a`, MetadataDirective: 'REPLACE', Metadata: { z: '1' } } as const;
      await s3.send(new CopyObjectCommand({ Bucket, Key: 'cp', ...copy }));
      const object = await get('cp');
      return (await object.Body?.transformToString()) === 'hello' && object.Metadata?.z === '1';
    },
  ],
  [
    'CopyObject computes a whole-object SHA-256',
    async () => {
      const copy = { CopySource: `${Bucket}/k/a`, ChecksumAlgorithm: 'SHA256' } as const;
      const { CopyObjectResult } = await s3.send(new CopyObjectCommand({ Bucket, Key: 'cp2', ...copy }));
      return CopyObjectResult?.ChecksumSHA256 === sha256('hello');
    },
  ],
  [
    'object tagging leaves the bytes alone',
    async () => {
      const Tagging = { TagSet: [{ Key: 't', Value: 'v' }] };
      await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'k/a', Tagging }));
      const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'k/a' }));
      return TagSet?.[0]?.Value === 'v' && (await text('k/a')) === 'hello';
    },
  ],
];

const uploads: Check[] = [
  [
    'multipart upload of two parts, listed, aborted',
    async () => {
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'mp' }));
      const Parts = [];
      for (const PartNumber of [1, 2]) {
        const { ETag } = await part('mp', UploadId, PartNumber, Buffer.alloc(PART, PartNumber));
        Parts.push({ PartNumber, ETag });
      }
      const listed = await s3.send(new ListPartsCommand({ Bucket, Key: 'mp', UploadId }));
      const MultipartUpload = { Parts };
      await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: 'mp', UploadId, MultipartUpload }));
      const { ContentLength, ETag } = await head('mp');
      const other = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'mp2' }));
      await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: 'mp2', UploadId: other.UploadId }));
      return listed.Parts?.length === 2 && ContentLength === 2 * PART && /-2"$/.test(ETag ?? '');
    },
  ],
  [
    'multipart SHA-256 is a composite',
    async () => {
      const sum = { ChecksumAlgorithm: 'SHA256' } as const;
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'mp3', ...sum }));
      const { ETag, ChecksumSHA256 } = await part('mp3', UploadId, 1, Buffer.from('abc'), sum);
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumSHA256 }] };
      const done = await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: 'mp3', UploadId, MultipartUpload }));
      return done.ChecksumSHA256?.endsWith('-1') ?? false;
    },
  ],
  [
    'body of 24 MiB intact',
    async () => {
      const body = Buffer.alloc(24 * 1_024 * 1_024, 7);
      await put('big', body);
      const back = await (await get('big')).Body?.transformToByteArray();
      return back !== undefined && Buffer.compare(back, body) === 0;
    },
  ],
];

const versions: Check[] = [
  [
    'versioning: old version, delete marker',
    async () => {
      const VersioningConfiguration = { Status: 'Enabled' } as const;
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      const first = await put('v', '1');
      const second = await put('v', '2');
      if (!first.VersionId || first.VersionId === second.VersionId) return false;
      if ((await text('v', { VersionId: first.VersionId })) !== '1') return false;
      const { DeleteMarker } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'v' }));
      const listed = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'v' }));
      return DeleteMarker === true && listed.Versions?.length === 2 && listed.DeleteMarkers?.length === 1;
    },
  ],
  [
    'Object Lock: a retained version cannot be deleted',
    async () => {
      const locked = { Bucket: `${Bucket}-locked`, Key: 'r' };
      await s3.send(new CreateBucketCommand({ Bucket: locked.Bucket, ObjectLockEnabledForBucket: true }));
      const ObjectLockRetainUntilDate = new Date(test.clock.now() + 3_600_000);
      const lock = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate } as const;
      const { VersionId } = await s3.send(new PutObjectCommand({ ...locked, Body: '1', ...lock }));
      return fails(s3.send(new DeleteObjectCommand({ ...locked, VersionId })), 403);
    },
  ],
];

const access: Check[] = [
  ['presigned GET', async () => (await (await fetch(await presignedGet('k/a'))).text()) === 'hello'],
  [
    'presigned PUT',
    async () => {
      const url = await presign(test, { bucket: Bucket, key: 'pp', method: 'PUT' });
      return (await fetch(url, { method: 'PUT', body: 'pp' })).ok && (await text('pp')) === 'pp';
    },
  ],
  [
    'presigned POST',
    async () => {
      const form = new FormData();
      form.append('key', 'post');
      form.append('file', new Blob(['tiny']));
      const { status } = await fetch(`${test.cloud.endpoints.s3}/${Bucket}`, { method: 'POST', body: form });
      return status < 300;
    },
  ],
  [
    'expired presigned URL rejected',
    async () => {
      const url = await presignedGet('k/a', 1);
      test.clock.advance(2_500);
      return (await fetch(url)).status === 403;
    },
  ],
  [
    'wrong secret rejected',
    () => {
      const { credentials } = test.clients();
      const other = test.clients(undefined, { ...credentials, secretAccessKey: 'wrong' });
      return fails(other.s3.send(new GetObjectCommand({ Bucket, Key: 'k/a' })), 403);
    },
  ],
  [
    'tampered presigned URL rejected',
    async () => {
      const url = await presignedGet('k/a');
      return (await fetch(url.replace(/Signature=....../, 'Signature=000000'))).status === 403;
    },
  ],
  [
    'bucket notifications',
    async () => {
      const NotificationConfiguration = { EventBridgeConfiguration: {} };
      await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
      await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    },
  ],
  [
    'SSE-KMS headers come back',
    async () => {
      await put('kms', 'x', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/x' });
      return (await head('kms')).ServerSideEncryption === 'aws:kms';
    },
  ],
];

conformance(
  'S3 behaves as AWS documents',
  [...objects, ...listsAndCopies, ...uploads, ...versions, ...access],
  ['presigned POST', 'bucket notifications'],
);
