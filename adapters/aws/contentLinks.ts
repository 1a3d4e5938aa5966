import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Clock, Objects } from '../../core/contract/ports.ts';

/**
 * Presigned GETs (SigV4 query signature) without the S3 client, which would weigh ten times more than the functions
 * that only hand out links. Ranges work on a link; it must be used without an `Authorization` header.
 */
export class ContentLinks implements Pick<Objects, 'link'> {
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

  async link(key: string, seconds: number, fileName: string): Promise<string> {
    const { protocol, hostname, port, path } = addressOf(this.#bucket, key);
    const signed = await this.#signer.presign(
      {
        method: 'GET',
        protocol,
        hostname,
        ...(port ? { port } : {}),
        path,
        query: {
          'response-content-type': fileName.endsWith('.jsonl') ? 'application/jsonl' : 'application/edxml',
          'response-content-disposition': `attachment; filename="${fileName}"`,
        },
        // S3 takes the body of a presigned request for unsigned; without the header the signer would sign an empty one.
        headers: { host: port ? `${hostname}:${port}` : hostname, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' },
      },
      { expiresIn: seconds, signingDate: new Date(this.#clock.now()), unsignableHeaders: new Set(['content-type']) },
    );
    const query = Object.entries(signed.query ?? {}).map(([name, value]) => `${encode(name)}=${encode(String(value))}`);
    return `${protocol}//${hostname}${port ? `:${port}` : ''}${path}?${query.join('&')}`;
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
