import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../../../local/contract/principal.ts';
import { REGION, type TestCloud } from './testCloud.ts';

/** What a presigned URL is made for. */
export interface LinkOptions {
  readonly bucket: string;
  readonly key: string;
  readonly method?: 'GET' | 'PUT' | 'HEAD';
  readonly expiresIn?: number;
  readonly headers?: Record<string, string>;
  readonly query?: Record<string, string>;
  /** Names of `x-amz-` headers that stay headers; the signer moves all others into the query. */
  readonly unhoistable?: readonly string[];
  readonly credentials?: Credentials;
}

/** A presigned URL, made by the signer that the AWS SDK uses. */
export async function presign(test: TestCloud, options: LinkOptions): Promise<string> {
  const { bucket, key, method = 'GET', expiresIn = 60, headers = {}, query = {} } = options;
  const { hostname, port, host } = new URL(test.cloud.endpoints.s3);
  const { accessKeyId, secretAccessKey, sessionToken } = options.credentials ?? test.clients().credentials;
  const signer = new SignatureV4({
    service: 's3',
    region: REGION,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const signed = await signer.presign(
    {
      method,
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`,
      query,
      headers: { host, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD', ...headers },
    },
    {
      expiresIn,
      signingDate: new Date(test.clock.now()),
      unsignableHeaders: new Set(['content-type']),
      unhoistableHeaders: new Set(options.unhoistable ?? []),
    },
  );
  const parameters = Object.entries(signed.query ?? {}).map(([name, value]): [string, string] => [name, String(value)]);
  return `http://${host}${signed.path}?${new URLSearchParams(parameters).toString()}`;
}

class Sha256 {
  #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
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
