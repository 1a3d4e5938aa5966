import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Orphanage, SeenObject } from '../../core/contract/ports.ts';

const PAGE = 500;

/** Received bytes by page, for the sweeper. */
export class ObjectOrphanage implements Orphanage {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async list(after: string | undefined): ReturnType<Orphanage['list']> {
    const answer = await this.#client.send(
      new ListObjectVersionsCommand({
        Bucket: this.#bucket,
        Prefix: 'dispatches/',
        MaxKeys: PAGE,
        ...(after ? { KeyMarker: after } : {}),
      }),
    );
    const objects = seenObjects(answer.Versions);
    const next = answer.IsTruncated ? answer.NextKeyMarker : undefined;
    return { objects, ...(next ? { next } : {}) };
  }

  /** Of a versioned bucket only this version goes: one that was written since stays, and is the object. */
  async remove({ key, version }: SeenObject): Promise<boolean> {
    try {
      await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key, VersionId: version }));
      return true;
    } catch (error) {
      if (isLocked(error)) return false;
      throw error;
    }
  }
}

/** The objects among versions: what was replaced, or deleted, is none. */
export const seenObjects = (versions: readonly ObjectVersion[] = []): readonly SeenObject[] =>
  versions.flatMap(({ Key: key, VersionId: version, LastModified, IsLatest, Size: bytes }) =>
    key && version && LastModified && IsLatest && bytes !== undefined
      ? [{ key, version, bytes, at: LastModified.getTime() }]
      : [],
  );

/** S3 says it in words alone: its code is that of a right that is missing. */
const isLocked = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.name === 'AccessDenied' && error.message.includes('object lock');
