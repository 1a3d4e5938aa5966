import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Sha256 } from '../../core/contract/ids.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type {
  RevocationIndex,
  RevocationLibrary,
  RevocationNews,
  RevocationObjects,
} from '../../core/contract/revocation.ts';
import { RevocationIndexTable } from './revocationIndexTable.ts';

/** News of revocation in the content bucket, each under its digest: an index never names an object of other bytes. */
export class S3RevocationObjects implements RevocationObjects {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async read(sha256: Sha256): Promise<Buffer | undefined> {
    try {
      const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: keyOf(sha256) }));
      const bytes = await answer.Body?.transformToByteArray();
      return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async write(sha256: Sha256, bytes: Buffer): Promise<void> {
    const object = { Bucket: this.#bucket, Key: keyOf(sha256), Body: bytes, ContentType: 'application/octet-stream' };
    const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64');
    await this.#client.send(new PutObjectCommand({ ...object, ChecksumSHA256 }));
  }
}

const keyOf = (sha256: Sha256): string => `revocation/${sha256}`;

/**
 * What is held, as a function that judges certificates sees it: the index is believed for
 * `LIMITS.registryCacheSeconds`, also that there is none, and an object is read when its digest is new.
 */
export class CachedRevocationLibrary implements RevocationLibrary {
  readonly #index: Pick<RevocationIndex, 'current'>;
  readonly #objects: Pick<RevocationObjects, 'read'>;
  readonly #clock: Clock;
  #held: { readonly news: Promise<RevocationNews>; readonly until: number } | undefined;
  #known: ReadonlyMap<Sha256, Buffer> = new Map();

  constructor(from: {
    readonly index: Pick<RevocationIndex, 'current'>;
    readonly objects: Pick<RevocationObjects, 'read'>;
    readonly clock: Clock;
  }) {
    this.#index = from.index;
    this.#objects = from.objects;
    this.#clock = from.clock;
  }

  /** The library of an axis: its registry table and its content bucket. */
  static of(from: {
    readonly dynamo: DynamoDBClient;
    readonly table: string;
    readonly s3: S3Client;
    readonly bucket: string;
    readonly clock: Clock;
  }): CachedRevocationLibrary {
    const index = new RevocationIndexTable(from.dynamo, from.table);
    return new CachedRevocationLibrary({
      index,
      objects: new S3RevocationObjects(from.s3, from.bucket),
      clock: from.clock,
    });
  }

  current(): Promise<RevocationNews> {
    const now = this.#clock.now();
    if (!this.#held || this.#held.until <= now) {
      const news = this.#load();
      this.#held = { news, until: now + LIMITS.registryCacheSeconds * 1000 };
      // What failed is not believed: the next caller tries again.
      news.catch(() => {
        if (this.#held?.news === news) this.#held = undefined;
      });
    }
    return this.#held.news;
  }

  async #load(): Promise<RevocationNews> {
    const sources = (await this.#index.current())?.sources ?? [];
    const wanted = new Set(sources.flatMap(({ held }) => (held ? [held.sha256] : [])));
    const read = async (sha256: Sha256) =>
      [sha256, this.#known.get(sha256) ?? (await this.#objects.read(sha256))] as const;
    const found = await Promise.all([...wanted].map(read));
    this.#known = new Map(found.flatMap(([sha256, bytes]) => (bytes ? [[sha256, bytes] as const] : [])));
    return { sources, objects: this.#known };
  }
}
