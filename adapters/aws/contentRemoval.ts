import { DeleteObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { DispatchId } from '../../core/contract/ids.ts';
import type { ContentRemoval } from '../../core/contract/retention.ts';

const PAGE = 500;

/** Removes the objects of a dispatch from the content bucket: of a versioned bucket every version, so that nothing stays behind. */
export class ObjectContentRemoval implements ContentRemoval {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async remove(id: DispatchId): Promise<number> {
    const Prefix = `dispatches/${id}/`;
    let removed = 0;
    // What was removed is not listed again: each look begins anew until nothing is left.
    for (;;) {
      const page = await this.#client.send(
        new ListObjectVersionsCommand({ Bucket: this.#bucket, Prefix, MaxKeys: PAGE }),
      );
      const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
      if (found.length === 0) return removed;
      for (const { Key, VersionId } of found)
        await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key, VersionId }));
      removed += found.length;
    }
  }
}
