import { GetObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { AcceptedFacts, KeptObjects } from '../../core/contract/accepted.ts';
import type { DispatchId } from '../../core/contract/ids.ts';
import type { SeenObject } from '../../core/contract/ports.ts';
import { fromMetadata } from './acceptedMetadata.ts';
import { seenObjects } from './orphanage.ts';

/** Received bytes for who rebuilds their records: a message, and what lies beside it. */
export class KeptObjectBucket implements KeptObjects {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** One page: a message names far fewer files. */
  async of(id: DispatchId): Promise<readonly SeenObject[]> {
    const Prefix = `dispatches/${id}/`;
    const answer = await this.#client.send(new ListObjectVersionsCommand({ Bucket: this.#bucket, Prefix }));
    if (answer.IsTruncated) throw new Error(`more objects lie under ${Prefix} than a message names`);
    return seenObjects(answer.Versions);
  }

  async read(key: string): Promise<{ readonly bytes: Buffer; readonly facts?: AcceptedFacts }> {
    const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
    const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
    const facts = fromMetadata(answer.Metadata);
    return { bytes, ...(facts ? { facts } : {}) };
  }
}
