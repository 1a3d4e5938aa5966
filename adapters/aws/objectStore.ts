import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Sha256 } from '../../core/contract/ids.ts';
import type { Clock, Kept, Objects, Put } from '../../core/contract/ports.ts';
import { toMetadata } from './acceptedMetadata.ts';
import { conditionalPut } from './s3Answers.ts';

/** Half of the time after which the sweeper takes an object without a record away. */
const FRESH_MS = 12 * 3_600_000;

/** What a key must hold. */
interface Expected {
  readonly bytes: number;
  readonly sha256: Sha256;
}

type Condition = { readonly IfNoneMatch: '*' } | Record<never, never>;

/** The retained bucket of received bytes. Whatever is in it was written once, under the digest that its key names. */
export class ObjectStore implements Omit<Objects, 'link'> {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #clock: Clock;

  constructor(client: S3Client, bucket: string, clock: Clock) {
    this.#client = client;
    this.#bucket = bucket;
    this.#clock = clock;
  }

  /** S3 itself checks the bytes against `sha256`; 412 means that the key is taken, 409 that a rival is writing it. */
  putOnce(key: string, bytes: Uint8Array, { sha256, facts }: Kept): Promise<Put> {
    const object = {
      Bucket: this.#bucket,
      Key: key,
      Body: bytes,
      ContentType: 'application/octet-stream',
      ChecksumSHA256: toBase64(sha256),
      ...(facts ? { Metadata: toMetadata(facts) } : {}),
    };
    return this.#once(key, { bytes: bytes.length, sha256 }, (condition) =>
      this.#client.send(new PutObjectCommand({ ...object, ...condition })),
    );
  }

  /** S3 copies at most 5 GB in one call, and computes the digest of the whole while it does. */
  copyOnce(key: string, from: Expected & { readonly bucket: string; readonly key: string }): Promise<Put> {
    const object = {
      Bucket: this.#bucket,
      Key: key,
      CopySource: `${from.bucket}/${from.key}`,
      ChecksumAlgorithm: 'SHA256',
    } as const;
    return this.#once(key, from, async (condition) => {
      const answer = await this.#client.send(new CopyObjectCommand({ ...object, ...condition }));
      if (answer.CopyObjectResult?.ChecksumSHA256 !== toBase64(from.sha256))
        throw new Error(`object ${key} was copied from bytes that nobody sealed`);
    });
  }

  async read(key: string, first?: number): Promise<Buffer | undefined> {
    const range = first === undefined ? {} : { Range: `bytes=0-${first - 1}` };
    const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key, ...range }));
    const bytes = await answer.Body?.transformToByteArray();
    return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  async #once(key: string, expected: Expected, write: (condition: Condition) => Promise<unknown>): Promise<Put> {
    if (await conditionalPut(key, () => write({ IfNoneMatch: '*' }))) return 'created';
    const head = await this.#client.send(
      new HeadObjectCommand({ Bucket: this.#bucket, Key: key, ChecksumMode: 'ENABLED' }),
    );
    if (head.ChecksumSHA256 !== toBase64(expected.sha256) || head.ContentLength !== expected.bytes) return 'different';
    const age = this.#clock.now() - (head.LastModified?.getTime() ?? 0);
    if (age > FRESH_MS) await write({});
    return 'same';
  }
}

const toBase64 = (sha256: Sha256): string => Buffer.from(sha256, 'hex').toString('base64');
