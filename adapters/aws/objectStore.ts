import { HeadObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Sha256 } from '../../core/contract/ids.ts';
import type { Objects, Put } from '../../core/contract/ports.ts';

/** The retained bucket of received bytes. */
export class ObjectStore implements Pick<Objects, 'putOnce'> {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** S3 itself checks the bytes against `sha256`; 412 means that the key is taken, 409 that a rival is writing it. */
  async putOnce(key: string, bytes: Uint8Array, sha256: Sha256): Promise<Put> {
    const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64');
    try {
      await this.#client.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          Body: bytes,
          ContentType: 'application/edxml',
          IfNoneMatch: '*',
          ChecksumSHA256,
        }),
      );
      return 'created';
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status !== 412 && status !== 409) throw error;
    }
    const head = await this.#client.send(
      new HeadObjectCommand({ Bucket: this.#bucket, Key: key, ChecksumMode: 'ENABLED' }),
    );
    return head.ChecksumSHA256 === ChecksumSHA256 && head.ContentLength === bytes.length ? 'same' : 'different';
  }
}
