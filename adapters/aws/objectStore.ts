import { HeadObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Sha256 } from '../../core/contract/ids.ts';
import type { Clock, Objects, Put } from '../../core/contract/ports.ts';

/** Half of the time after which the sweeper takes an object without a record away. */
const FRESH_MS = 12 * 3_600_000;
/** A rival that writes the same key is done within moments. */
const TRIES = 4;

/** The retained bucket of received bytes. */
export class ObjectStore implements Pick<Objects, 'putOnce'> {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #clock: Clock;

  constructor(client: S3Client, bucket: string, clock: Clock) {
    this.#client = client;
    this.#bucket = bucket;
    this.#clock = clock;
  }

  /** S3 itself checks the bytes against `sha256`; 412 means that the key is taken, 409 that a rival is writing it. */
  async putOnce(key: string, bytes: Uint8Array, sha256: Sha256): Promise<Put> {
    const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64');
    const object = { Bucket: this.#bucket, Key: key, Body: bytes, ContentType: 'application/edxml', ChecksumSHA256 };
    for (let tries = 1; ; tries++) {
      const status = await this.#statusOf(new PutObjectCommand({ ...object, IfNoneMatch: '*' }));
      if (status === 200) return 'created';
      if (status === 412) break;
      if (tries === TRIES) throw new Error(`object ${key} is being written by others all the time`);
    }
    const head = await this.#client.send(
      new HeadObjectCommand({ Bucket: this.#bucket, Key: key, ChecksumMode: 'ENABLED' }),
    );
    if (head.ChecksumSHA256 !== ChecksumSHA256 || head.ContentLength !== bytes.length) return 'different';
    const age = this.#clock.now() - (head.LastModified?.getTime() ?? 0);
    if (age > FRESH_MS) await this.#client.send(new PutObjectCommand(object));
    return 'same';
  }

  async #statusOf(put: PutObjectCommand): Promise<200 | 409 | 412> {
    try {
      await this.#client.send(put);
      return 200;
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === 412 || status === 409) return status;
      throw error;
    }
  }
}
