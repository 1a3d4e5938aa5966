import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Clock } from '../../core/contract/ports.ts';

export interface LinkRequest {
  readonly method: 'GET' | 'PUT';
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Headers that whoever uses the link must send exactly so. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Presigned requests to one bucket (SigV4 query signature) without the S3 client, which would weigh ten times more than the
 * functions that only hand out links. A link must be used without an `Authorization` header.
 */
export class PresignedLinks {
  readonly #bucket: string;
  readonly #clock: Clock;
  readonly #signer: SignatureV4;

  constructor(bucket: string, clock: Clock) {
    this.#bucket = bucket;
    this.#clock = clock;
    this.#signer = new SignatureV4({
      service: 's3',
      region: process.env.AWS_REGION ?? '',
      credentials: async () => lambdaCredentials(),
      sha256: Sha256,
      // S3 signs the path as it is sent, once encoded.
      uriEscapePath: false,
      applyChecksum: false,
    });
  }

  /** @throws Error when a header that must bind the caller is not among those signed. */
  async sign({ method, key, query = {}, headers = {} }: LinkRequest, seconds: number): Promise<string> {
    const { protocol, hostname, port, path } = addressOf(this.#bucket, key);
    const bound = Object.keys(headers);
    const signed = await this.#signer.presign(
      {
        method,
        protocol,
        hostname,
        ...(port ? { port } : {}),
        path,
        query,
        // S3 takes the body of a presigned request for unsigned; without the header the signer would sign an empty one.
        headers: {
          host: port ? `${hostname}:${port}` : hostname,
          'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
          ...headers,
        },
      },
      {
        expiresIn: seconds,
        signingDate: new Date(this.#clock.now()),
        unsignableHeaders: new Set(['content-type']),
        // S3 ignores a checksum that was moved into the query, and the upload would go unchecked.
        unhoistableHeaders: new Set(bound),
      },
    );
    const parameters = Object.entries(signed.query ?? {}).map(([name, value]) => [name, String(value)] as const);
    const signedHeaders = new Map(parameters).get('X-Amz-SignedHeaders')?.split(';') ?? [];
    const loose = bound.filter((name) => !signedHeaders.includes(name));
    if (loose.length > 0) throw new Error(`the link does not sign ${loose.join(', ')}`);
    const search = parameters.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
    return `${protocol}//${hostname}${port ? `:${port}` : ''}${path}?${search}`;
  }
}

/** RFC 3986 section 2.3: everything but unreserved characters is escaped, as SigV4 wants it. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Virtual-hosted address on AWS, path-style on any other endpoint. Keys of the axis need no escaping. */
function addressOf(bucket: string, key: string): { protocol: string; hostname: string; port?: number; path: string } {
  const endpoint = process.env.AWS_ENDPOINT_URL_S3;
  if (endpoint === undefined) {
    return { protocol: 'https:', hostname: `${bucket}.s3.${process.env.AWS_REGION}.amazonaws.com`, path: `/${key}` };
  }
  const { protocol, hostname, port } = new URL(endpoint);
  return { protocol, hostname, ...(port ? { port: Number(port) } : {}), path: `/${bucket}/${key}` };
}

/** Lambda hands a function its role's credentials through the environment. */
function lambdaCredentials(): { accessKeyId: string; secretAccessKey: string; sessionToken?: string } {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (!accessKeyId || !secretAccessKey) throw new Error('no AWS credentials in the environment');
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

/** The hash interface that the signer asks for, on node:crypto. */
class Sha256 {
  #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: Uint8Array | string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('a hash of the signer is used once');
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
