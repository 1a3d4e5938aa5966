import { gunzipSync, gzipSync } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { LogBatch, LogObjects } from '../../core/contract/evidence.ts';

/** Records by batch: never public. Beside them lies what is. */
const batchKey = (start: number): string => `log/batches/${String(start).padStart(16, '0')}`;
/** Where a file of the log lies that anybody may read. */
export const logFileKey = (path: string): string => `log/public/${path}`;
export const CHECKPOINT = 'checkpoint';
/** A rival that writes the same key is done within moments. */
const TRIES = 4;

const pack = (batch: LogBatch): Buffer => gzipSync(JSON.stringify(batch));
const unpack = (bytes: Buffer): LogBatch => JSON.parse(gunzipSync(bytes).toString()) as LogBatch;

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

  async publish(checkpoint: string): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: logFileKey(CHECKPOINT),
        Body: checkpoint,
        ContentType: 'text/plain; charset=utf-8',
        CacheControl: 'no-cache',
      }),
    );
  }

  async #read(key: string): Promise<Buffer> {
    const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
    const bytes = await answer.Body?.transformToByteArray();
    if (!bytes) throw new Error(`object ${key} has no body`);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @returns false: the key is taken */
  async #writeOnce(key: string, bytes: Buffer, cacheControl?: string): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#client.send(
          new PutObjectCommand({
            Bucket: this.#bucket,
            Key: key,
            Body: bytes,
            ContentType: 'application/octet-stream',
            IfNoneMatch: '*',
            ...(cacheControl ? { CacheControl: cacheControl } : {}),
          }),
        );
        return true;
      } catch (error) {
        const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
        if (status === 412) return false;
        if (status !== 409 || tries === TRIES) throw error;
      }
    }
  }
}
