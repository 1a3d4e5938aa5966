import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
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

  async write(key: string, text: string): Promise<void> {
    const object = { Bucket: this.#bucket, Key: key, Body: text, ContentType: 'application/jsonl' };
    await this.#client.send(new PutObjectCommand(object));
  }
}
