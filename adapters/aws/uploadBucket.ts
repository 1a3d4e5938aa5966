import { createHash } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  NoSuchUpload,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isSha256, type Sha256 } from '../../core/contract/ids.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type { UploadedPart, UploadLink, UploadObjects } from '../../core/contract/transferPorts.ts';
import { PresignedLinks } from './presignedLinks.ts';
import { isGone } from './s3Answers.ts';

/** The bucket of uploads: clients send to it by presigned links, and no bytes pass through a function but to be read once. */
export class UploadBucket implements UploadObjects {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #links: PresignedLinks;

  constructor(client: S3Client, bucket: string, clock: Clock) {
    this.#client = client;
    this.#bucket = bucket;
    this.#links = new PresignedLinks(bucket, clock);
  }

  async putLink(object: { key: string; bytes: number; sha256: Sha256 }, seconds: number): Promise<UploadLink> {
    const headers = {
      'content-length': String(object.bytes),
      'if-none-match': '*',
      'x-amz-checksum-sha256': Buffer.from(object.sha256, 'hex').toString('base64'),
    };
    const href = await this.#links.sign({ method: 'PUT', key: object.key, headers }, seconds);
    return { href, headers };
  }

  async begin(key: string): Promise<string> {
    const { UploadId } = await this.#client.send(new CreateMultipartUploadCommand({ Bucket: this.#bucket, Key: key }));
    if (UploadId === undefined) throw new Error('S3 began an upload without an id');
    return UploadId;
  }

  async partLink(
    part: { key: string; multipart: string; n: number; bytes: number },
    seconds: number,
  ): Promise<UploadLink> {
    const headers = { 'content-length': String(part.bytes) };
    const query = { partNumber: String(part.n), uploadId: part.multipart };
    const href = await this.#links.sign({ method: 'PUT', key: part.key, query, headers }, seconds);
    return { href, headers };
  }

  async parts(key: string, multipart: string): Promise<readonly UploadedPart[]> {
    // An upload has fewer parts than S3 lists in one answer (1,000).
    const { Parts = [] } = await this.#client.send(
      new ListPartsCommand({ Bucket: this.#bucket, Key: key, UploadId: multipart }),
    );
    return Parts.map(({ PartNumber = 0, Size = 0, ETag = '' }) => ({ n: PartNumber, bytes: Size, etag: ETag }));
  }

  async join(key: string, multipart: string, etags: readonly string[]): Promise<void> {
    const Parts = etags.map((ETag, index) => ({ PartNumber: index + 1, ETag }));
    try {
      await this.#client.send(
        new CompleteMultipartUploadCommand({
          Bucket: this.#bucket,
          Key: key,
          UploadId: multipart,
          MultipartUpload: { Parts },
        }),
      );
    } catch (error) {
      // Joined before, or gone: which of the two is seen when the object is read.
      if (!(error instanceof NoSuchUpload) && !isGone(error)) throw error;
    }
  }

  async stat(key: string): ReturnType<UploadObjects['stat']> {
    const head = await orUndefined(() =>
      this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key, ChecksumMode: 'ENABLED' })),
    );
    if (!head) return undefined;
    const sha256 = Buffer.from(head.ChecksumSHA256 ?? '', 'base64').toString('hex');
    return { bytes: head.ContentLength ?? 0, ...(isSha256(sha256) ? { sha256 } : {}) };
  }

  async digest(key: string): ReturnType<UploadObjects['digest']> {
    const answer = await orUndefined(() => this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key })));
    if (!answer?.Body) return undefined;
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of answer.Body.transformToWebStream()) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    if (bytes !== answer.ContentLength) throw new Error(`object ${key} broke off after ${bytes} bytes`);
    const sha256 = hash.digest('hex');
    if (!isSha256(sha256)) throw new Error('a SHA-256 has 64 digits');
    return { bytes, sha256 };
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
  }
}

async function orUndefined<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
