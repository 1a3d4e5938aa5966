import type { SignableRequest } from './service.ts';

/** The parts of an AWS Signature Version 4, from the `Authorization` header or from a presigned query. */
export interface SignatureParts {
  readonly accessKeyId: string;
  /** `YYYYMMDD/region/service/aws4_request` */
  readonly scope: { readonly day: string; readonly region: string; readonly service: string };
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ` */
  readonly date: string;
  readonly sessionToken: string | undefined;
  /** The SHA-256 that the signature covers, in hexadecimal or as one of S3's constants; undefined: of the body itself. */
  readonly payloadHash: string | undefined;
  /** Lifetime of a presigned URL in seconds. */
  readonly expiresSeconds?: number;
}

/** What is wrong with a signature that cannot even be read. */
export type Malformed = 'absent' | 'twice' | 'malformed';

const DATE = /^\d{8}T\d{6}Z$/;
const SIGNATURE = /^[0-9a-f]{64}$/;
const LONGEST_PRESIGNED_SECONDS = 604_800;

/** Finds the signature of a request; two at once are refused, as S3 does. */
export function readSignature(request: SignableRequest): SignatureParts | Malformed {
  const query = new URLSearchParams(request.query);
  const header = request.headers.authorization;
  const isPresigned = query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature');
  if (isPresigned && header !== undefined) return 'twice';
  if (isPresigned) return readPresigned(query);
  return header === undefined ? 'absent' : readHeader(header, request.headers);
}

function readHeader(header: string, headers: SignableRequest['headers']): SignatureParts | Malformed {
  const found = /^AWS4-HMAC-SHA256 +Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([^,\s]+)$/.exec(
    header,
  );
  const [, credential = '', signedHeaders = '', signature = ''] = found ?? [];
  return assemble(credential, {
    signedHeaders: signedHeaders.split(';'),
    signature,
    date: headers['x-amz-date'] ?? '',
    sessionToken: headers['x-amz-security-token'],
    payloadHash: headers['x-amz-content-sha256'],
  });
}

function readPresigned(query: URLSearchParams): SignatureParts | Malformed {
  const expires = query.get('X-Amz-Expires') ?? '';
  const expiresSeconds = /^\d{1,6}$/.test(expires) ? Number(expires) : 0;
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return 'malformed';
  if (expiresSeconds < 1 || expiresSeconds > LONGEST_PRESIGNED_SECONDS) return 'malformed';
  return assemble(query.get('X-Amz-Credential') ?? '', {
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    date: query.get('X-Amz-Date') ?? '',
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    payloadHash: query.get('X-Amz-Content-Sha256') ?? undefined,
    expiresSeconds,
  });
}

function assemble(credential: string, rest: Omit<SignatureParts, 'accessKeyId' | 'scope'>): SignatureParts | Malformed {
  const [accessKeyId = '', day = '', region = '', service = '', terminator, ...more] = credential.split('/');
  if (accessKeyId === '' || terminator !== 'aws4_request' || more.length > 0) return 'malformed';
  if (!DATE.test(rest.date) || !SIGNATURE.test(rest.signature) || !rest.date.startsWith(day)) return 'malformed';
  return { accessKeyId, scope: { day, region, service }, ...rest };
}
