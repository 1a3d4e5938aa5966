import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { escapeXml } from '../xml/escapeXml.ts';
import { childrenOf, parseXml, textOf } from '../xml/parseXml.ts';
import {
  type ChecksumName,
  type Checksums,
  checksumElements,
  checksumHeaders,
  checksumName,
  createHasher,
} from './checksum.ts';
import type { NewObject } from './objectCatalogue.ts';
import { refuseUnknownHeaders } from './objectHeaders.ts';
import { lockSchema } from './objectRecord.ts';
import { versionHeader } from './readObject.ts';
import { receiveBody, receiveText } from './receiveBody.ts';
import { s3Error } from './s3Error.ts';
import type { S3Operation } from './s3Operation.ts';
import { emptyAnswer, type S3Handler, type S3Parts, xmlAnswer } from './s3Parts.ts';
import { commit, newObjectSettings, writeConditions } from './writeObject.ts';

const PART_NUMBER_AT_MOST = 10_000;
const PART_AT_LEAST = 5 * 1_024 * 1_024;
const OBJECT_AT_MOST = 5 * 1_024 ** 4;

const uploadSchema = z.object({
  id: z.string(),
  key: z.string(),
  headers: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
  algorithm: z.enum(['crc32', 'sha1', 'sha256']).nullable(),
  tags: z.string().nullable(),
  lock: z.string().transform((text) => lockSchema.parse(JSON.parse(text))),
});
const partSchema = z.object({
  number: z.number(),
  etag: z.string(),
  size: z.number(),
  blob: z.string(),
  sums: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
});
type Upload = z.infer<typeof uploadSchema>;
type Part = z.infer<typeof partSchema>;

/** CreateMultipartUpload. */
export const createUpload: S3Handler = (parts, { request, operation }) => {
  refuseUnknownHeaders(request);
  const bucket = parts.buckets.get(operation.bucket);
  const { headers } = request;
  const algorithm = headers['x-amz-checksum-algorithm'];
  if (headers['x-amz-checksum-type'] === 'FULL_OBJECT') {
    throw s3Error('NotImplemented', 'Full-object checksums of multipart uploads are not implemented.');
  }
  const settings = newObjectSettings(headers, bucket, parts.clock);
  const id = randomUUID();
  parts.database.run(
    'INSERT INTO uploads (id, bucket, key, headers, algorithm, tags, lock, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ...[id, bucket.name, operation.key, JSON.stringify(settings.headers)],
    ...[algorithm === undefined ? null : checksumName(algorithm), settings.tags ?? null, JSON.stringify(settings.lock)],
    Math.round(parts.clock.now()),
  );
  return xmlAnswer(
    'InitiateMultipartUploadResult',
    `<Bucket>${bucket.name}</Bucket><Key>${escapeXml(operation.key)}</Key><UploadId>${id}</UploadId>`,
    algorithm === undefined ? {} : { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': 'COMPOSITE' },
  );
};

/** UploadPart: a part sent again replaces the one before. */
export const uploadPart: S3Handler = async (parts, { request, operation }) => {
  refuseUnknownHeaders(request);
  const { id, algorithm } = uploadOf(parts, operation);
  const number = Number(operation.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > PART_NUMBER_AT_MOST) {
    throw s3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  }
  const received = await receiveBody(request, parts.blobs);
  const kept: Checksums = algorithm ? { [algorithm]: received.sums[algorithm] } : received.kept;
  const before = partsOf(parts, id).find((part) => part.number === number);
  parts.database.run(
    'INSERT OR REPLACE INTO parts (upload, number, etag, size, blob, sums) VALUES (?, ?, ?, ?, ?, ?)',
    ...[id, number, received.etag, received.size, received.blob, JSON.stringify(kept)],
  );
  if (before) parts.blobs.remove(before.blob);
  const { 'x-amz-checksum-type': _whole, ...headers } = checksumHeaders(kept, 'COMPOSITE');
  return emptyAnswer(200, { etag: `"${received.etag}"`, ...headers });
};

/** ListParts, all in one page: 10,000 at most. */
export const listParts: S3Handler = (parts, { operation }) => {
  const upload = uploadOf(parts, operation);
  const elements = partsOf(parts, upload.id).map(
    ({ number, etag, size }) =>
      `<Part><PartNumber>${number}</PartNumber><ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size></Part>`,
  );
  const head = `<Bucket>${operation.bucket}</Bucket><Key>${escapeXml(upload.key)}</Key><UploadId>${upload.id}</UploadId>`;
  return xmlAnswer('ListPartsResult', `${head}<IsTruncated>false</IsTruncated>${elements.join('')}`);
};

/** ListMultipartUploads of a bucket. */
export const listUploads: S3Handler = (parts, { operation }) => {
  parts.buckets.get(operation.bucket);
  const prefix = operation.query.get('prefix') ?? '';
  const rows = parts.database.all('SELECT * FROM uploads WHERE bucket = ? ORDER BY key, created_at', operation.bucket);
  const uploads = rows.map((row) => uploadSchema.parse(row)).filter(({ key }) => key.startsWith(prefix));
  const elements = uploads.map(
    ({ key, id }) => `<Upload><Key>${escapeXml(key)}</Key><UploadId>${id}</UploadId></Upload>`,
  );
  const head = `<Bucket>${operation.bucket}</Bucket><IsTruncated>false</IsTruncated>`;
  return xmlAnswer('ListMultipartUploadsResult', head + elements.join(''));
};

/** AbortMultipartUpload. */
export const abortUpload: S3Handler = (parts, { operation }) => {
  dropUpload(parts, uploadOf(parts, operation).id);
  return emptyAnswer(204);
};

/** CompleteMultipartUpload: the parts become one file; its checksum is a checksum of the parts' checksums. */
export const completeUpload: S3Handler = async (parts, { request, operation }) => {
  const upload = uploadOf(parts, operation);
  const bucket = parts.buckets.get(operation.bucket);
  const conditions = writeConditions(request.headers);
  parts.objects.checkConditions(bucket.name, operation.key, conditions);
  const chosen = chosenParts(partsOf(parts, upload.id), await receiveText(request));
  const joined = await parts.blobs.write(joinedBytes(parts, chosen), OBJECT_AT_MOST);
  const etagBytes = chosen.map(({ etag }) => Buffer.from(etag, 'hex'));
  const etag = `${createHash('md5').update(Buffer.concat(etagBytes)).digest('hex')}-${chosen.length}`;
  const sums = upload.algorithm ? compositeChecksum(upload.algorithm, chosen) : {};
  const object: NewObject = {
    key: operation.key,
    blob: joined.blob,
    size: joined.size,
    etag,
    headers: upload.headers,
    sums,
    sumType: 'COMPOSITE',
    tags: upload.tags ?? undefined,
    lock: upload.lock,
  };
  const version = commit(parts, bucket, { object, conditions });
  dropUpload(parts, upload.id);
  const place = `<Bucket>${bucket.name}</Bucket><Key>${escapeXml(operation.key)}</Key>`;
  const content = `${place}<ETag>&quot;${etag}&quot;</ETag>${checksumElements(sums)}`;
  return xmlAnswer('CompleteMultipartUploadResult', content, versionHeader(version));
};

/** Forgets an upload and removes its parts. */
export function dropUpload({ database, blobs }: S3Parts, id: string): void {
  const blobsOfParts = database.all('SELECT blob FROM parts WHERE upload = ?', id).map(({ blob }) => String(blob));
  database.change(() => {
    database.run('DELETE FROM parts WHERE upload = ?', id);
    database.run('DELETE FROM uploads WHERE id = ?', id);
  });
  for (const blob of blobsOfParts) blobs.remove(blob);
}

function uploadOf({ database }: S3Parts, { bucket, key, query }: S3Operation): Upload {
  const id = query.get('uploadId') ?? '';
  const row = database.first('SELECT * FROM uploads WHERE id = ? AND bucket = ? AND key = ?', id, bucket, key);
  if (!row) throw s3Error('NoSuchUpload');
  return uploadSchema.parse(row);
}

function partsOf({ database }: S3Parts, id: string): Part[] {
  return database.all('SELECT * FROM parts WHERE upload = ? ORDER BY number', id).map((row) => partSchema.parse(row));
}

/** The parts that the client names, in its order, each as it was uploaded. */
function chosenParts(present: readonly Part[], text: string): Part[] {
  const document = parseXml(text);
  const named = document ? childrenOf(document, 'Part') : [];
  if (named.length === 0) throw s3Error('MalformedXML');
  const byNumber = new Map(present.map((part) => [part.number, part]));
  let previous = 0;
  return named.map((element, index) => {
    const number = Number(textOf(element, 'PartNumber'));
    const part = byNumber.get(number);
    if (!part || textOf(element, 'ETag')?.replaceAll('"', '') !== part.etag) throw s3Error('InvalidPart');
    if (number <= previous) throw s3Error('InvalidPartOrder');
    if (index < named.length - 1 && part.size < PART_AT_LEAST) throw s3Error('EntityTooSmall');
    for (const [name, value] of Object.entries(part.sums)) {
      const declared = textOf(element, `Checksum${name.toUpperCase()}`);
      if (declared !== undefined && declared !== value) throw s3Error('InvalidPart');
    }
    previous = number;
    return part;
  });
}

async function* joinedBytes({ blobs }: S3Parts, chosen: readonly Part[]): AsyncGenerator<Buffer> {
  for (const { blob } of chosen) yield* blobs.read(blob);
}

function compositeChecksum(algorithm: ChecksumName, chosen: readonly Part[]): Checksums {
  const hasher = createHasher(algorithm);
  for (const { sums } of chosen) hasher.update(Buffer.from(sums[algorithm] ?? '', 'base64'));
  return { [algorithm]: `${hasher.digest().toString('base64')}-${chosen.length}` };
}
