import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Witness } from '../../core/contract/memory.ts';
import { isGone } from './s3Answers.ts';

const KEY = 'memory/rounds';

/** The count of rounds in the content bucket, which nobody puts back together with a table. */
export class WitnessObject implements Witness {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async read(): Promise<number | undefined> {
    try {
      const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: KEY }));
      const round = Number(await answer.Body?.transformToString());
      if (!Number.isSafeInteger(round)) throw new Error(`${KEY} holds no number of rounds`);
      return round;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  async write(round: number): Promise<void> {
    const object = { Bucket: this.#bucket, Key: KEY, Body: String(round), ContentType: 'text/plain' };
    // A bucket with a lock takes nothing without a checksum.
    await this.#client.send(new PutObjectCommand({ ...object, ChecksumAlgorithm: 'SHA256' }));
  }
}
