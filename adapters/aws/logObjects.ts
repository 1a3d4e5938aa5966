import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand, type PutObjectCommandInput, type S3Client } from '@aws-sdk/client-s3';
import type { LogBatch, LogObjects } from '../../core/contract/evidence.ts';
import { parseCheckpoint } from '../../core/prove/checkpoint.ts';
import { conditionalPut, isGone } from './s3Answers.ts';

/** Records by batch: never public. Beside them lies what is. */
const batchKey = (start: number): string => `log/batches/${String(start).padStart(16, '0')}`;
/** Where a file of the log lies that anybody may read. */
export const logFileKey = (path: string): string => `log/public/${path}`;
export const CHECKPOINT = 'checkpoint';
/** Others who publish beside this one are few. */
const TRIES = 4;

const pack = (batch: LogBatch): Buffer => gzipSync(JSON.stringify(batch));
function unpack(bytes: Buffer): LogBatch {
  const batch = JSON.parse(gunzipSync(bytes).toString()) as LogBatch;
  if (batch.v !== 1) throw new Error(`the batch at ${batch.start} is of version ${batch.v}: newer code must handle it`);
  return batch;
}

/** Batches and tiles of the evidence log, in the content bucket. */
export class S3LogObjects implements LogObjects {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async stage(batch: LogBatch): Promise<LogBatch> {
    const isOurs = await this.#writeOnce(batchKey(batch.start), pack(batch));
    return isOurs ? batch : this.batch(batch.start);
  }

  async batch(start: number): Promise<LogBatch> {
    return unpack(await this.#read(batchKey(start)));
  }

  tile(path: string): Promise<Buffer> {
    return this.#read(logFileKey(path));
  }

  /** Its path and the log decide what is in it: one that is there is the same. */
  async writeTile(path: string, bytes: Buffer): Promise<void> {
    await this.#writeOnce(logFileKey(path), bytes, 'public, max-age=31536000, immutable');
  }

  /** Over what was read alone: a run that slept publishes nothing behind the one that overtook it. */
  async publish(checkpoint: string): Promise<void> {
    const Key = logFileKey(CHECKPOINT);
    for (let tries = 1; ; tries++) {
      const seen = await this.#checkpoint();
      if (seen && sizeIn(seen.note) >= sizeIn(checkpoint)) return;
      const condition = seen ? { IfMatch: seen.etag } : { IfNoneMatch: '*' };
      const put = { Bucket: this.#bucket, Key, ContentType: 'text/plain; charset=utf-8', CacheControl: 'no-cache' };
      if (await this.#put({ ...put, Body: Buffer.from(checkpoint), ...condition })) return;
      if (tries === TRIES) throw new Error(`object ${Key} is being written by others all the time`);
    }
  }

  async #checkpoint(): Promise<{ readonly note: string; readonly etag: string | undefined } | undefined> {
    try {
      const answer = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: logFileKey(CHECKPOINT) }),
      );
      return { note: (await answer.Body?.transformToString()) ?? '', etag: answer.ETag };
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  async #read(key: string): Promise<Buffer> {
    const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
    const bytes = await answer.Body?.transformToByteArray();
    if (!bytes) throw new Error(`object ${key} has no body`);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @returns false: the key is taken */
  #writeOnce(key: string, bytes: Buffer, cacheControl?: string): Promise<boolean> {
    return this.#put({
      Bucket: this.#bucket,
      Key: key,
      Body: bytes,
      ContentType: 'application/octet-stream',
      IfNoneMatch: '*',
      ...(cacheControl ? { CacheControl: cacheControl } : {}),
    });
  }

  /** Under its checksum: a bucket with a lock takes nothing without. @returns false: its condition does not hold */
  #put(object: PutObjectCommandInput & { readonly Key: string; readonly Body: Buffer }): Promise<boolean> {
    const ChecksumSHA256 = createHash('sha256').update(object.Body).digest('base64');
    return conditionalPut(object.Key, () => this.#client.send(new PutObjectCommand({ ...object, ChecksumSHA256 })));
  }
}

const sizeIn = (note: string): number => parseCheckpoint(note)?.checkpoint.size ?? 0;
