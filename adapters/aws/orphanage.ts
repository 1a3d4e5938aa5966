import { DeleteObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { Orphanage } from '../../core/contract/ports.ts';

const PAGE = 500;

/** Received bytes by page, for the sweeper. A versioned bucket keeps what is removed here until its lifecycle ends. */
export class ObjectOrphanage implements Orphanage {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async list(after: string | undefined): ReturnType<Orphanage['list']> {
    const answer = await this.#client.send(
      new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: 'dispatches/',
        MaxKeys: PAGE,
        ...(after ? { StartAfter: after } : {}),
      }),
    );
    const keys = (answer.Contents ?? []).flatMap(({ Key, LastModified }) =>
      Key === undefined || LastModified === undefined ? [] : [{ key: Key, at: LastModified.getTime() }],
    );
    const last = keys.at(-1)?.key;
    return { keys, ...(answer.IsTruncated && last ? { next: last } : {}) };
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
  }
}
