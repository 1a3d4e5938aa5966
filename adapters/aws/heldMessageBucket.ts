import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { heldKeyOf, sha256Of } from '../../core/contract/derivedIds.ts';
import type { Sha256, SubmissionId } from '../../core/contract/ids.ts';
import type { HeldMessages } from '../../core/contract/transferPorts.ts';
import { isGone } from './s3Answers.ts';

/** Messages under `submissions/` in the bucket of uploads. Whatever happens, nothing in it lasts longer than a day. */
export class HeldMessageBucket implements HeldMessages {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** Its key names the digest, so that a write over it can only ever be the same one. */
  async hold(id: SubmissionId, bytes: Uint8Array, sha256: Sha256): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        ...this.#at(id, sha256),
        Body: bytes,
        ContentType: 'application/octet-stream',
        ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
      }),
    );
  }

  async read(id: SubmissionId, sha256: Sha256): Promise<Buffer | undefined> {
    const answer = await this.#find(id, sha256);
    if (!answer) return undefined;
    const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
    if (sha256Of(bytes) !== sha256) throw new Error(`the message of ${id} is not what was held`);
    return bytes;
  }

  async release(id: SubmissionId, sha256: Sha256): Promise<void> {
    await this.#client.send(new DeleteObjectCommand(this.#at(id, sha256)));
  }

  async #find(id: SubmissionId, sha256: Sha256): Promise<GetObjectCommandOutput | undefined> {
    try {
      return await this.#client.send(new GetObjectCommand(this.#at(id, sha256)));
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  #at(id: SubmissionId, sha256: Sha256): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: heldKeyOf(id, sha256) };
  }
}
