import { gzipSync } from 'node:zlib';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { DirectoryObjects } from '../../core/contract/ports.ts';

/** Published lists of the directory, in the content bucket. */
export class S3DirectoryObjects implements DirectoryObjects {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async read(key: string): Promise<string> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
    if (!Body) throw new Error(`object ${key} has no body`);
    return Body.transformToString('utf8');
  }

  async write(key: string, text: string | Buffer, as?: 'json' | 'packed-json'): Promise<void> {
    const packed = as === 'packed-json';
    const bytes = packed ? gzipSync(text) : typeof text === 'string' ? Buffer.from(text) : text;
    const object = {
      Bucket: this.#bucket,
      Key: key,
      Body: bytes,
      // The client takes an empty body for a stream unless it is told.
      ContentLength: bytes.length,
      // A bucket with a lock takes nothing without a checksum.
      ChecksumAlgorithm: 'SHA256' as const,
      ContentType: as === undefined ? 'application/jsonl' : 'application/json',
      ...(packed ? { ContentEncoding: 'gzip' } : {}),
    };
    await this.#client.send(new PutObjectCommand(object));
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
  }
}
