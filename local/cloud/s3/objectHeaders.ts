import type { GateRequest } from '../gate/service.ts';
import { s3Error } from './s3Error.ts';

const KEPT = new Set([
  'content-type',
  'content-disposition',
  'cache-control',
  'content-language',
  'expires',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
  'x-amz-storage-class',
]);

/** Headers that steer the request or are handled elsewhere. */
const UNDERSTOOD = new Set([
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-user-agent',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-checksum-algorithm',
  'x-amz-checksum-type',
  'x-amz-checksum-mode',
  'x-amz-checksum-crc32',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
  'x-amz-decoded-content-length',
  'x-amz-trailer',
  'x-amz-tagging',
  'x-amz-copy-source',
  'x-amz-metadata-directive',
  'x-amz-object-attributes',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-object-lock-legal-hold',
  'x-amz-bypass-governance-retention',
  'x-amz-bucket-object-lock-enabled',
]);
const METADATA_LIMIT = 2_048;

/** Refuses requests with an `x-amz-` header whose effect is not implemented (501). */
export function refuseUnknownHeaders(request: GateRequest): void {
  for (const name of Object.keys(request.headers)) {
    if (!name.startsWith('x-amz-') || name.startsWith('x-amz-meta-')) continue;
    if (!KEPT.has(name) && !UNDERSTOOD.has(name))
      throw s3Error('NotImplemented', `The header ${name} is not implemented.`);
  }
}

/** The headers that are stored with an object and come back with it. */
export function keptHeaders(headers: GateRequest['headers']): Record<string, string> {
  const kept: Record<string, string> = {};
  let metadataSize = 0;
  for (const [name, value] of Object.entries(headers)) {
    const isMetadata = name.startsWith('x-amz-meta-');
    if (isMetadata) metadataSize += name.length - 'x-amz-meta-'.length + Buffer.byteLength(value);
    if (isMetadata || KEPT.has(name)) kept[name] = value;
  }
  if (metadataSize > METADATA_LIMIT)
    throw s3Error('InvalidRequest', 'Your metadata headers exceed the maximum allowed size.');
  // aws-chunked is how the body travelled, not how the object is encoded.
  const encoding = (headers['content-encoding'] ?? '').split(',').map((part) => part.trim());
  const rest = encoding.filter((part) => part !== '' && part !== 'aws-chunked').join(',');
  return rest === '' ? kept : { ...kept, 'content-encoding': rest };
}
