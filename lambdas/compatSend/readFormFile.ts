import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { LIMITS } from '../../core/contract/limits.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';
import { bodyOf, headerOf } from '../edge/edgeRequest.ts';
import { formParts } from './formParts.ts';
import { tooLarge } from './readSdkFile.ts';

const FIELD = 'edocFile';
const FORM = /^multipart\/form-data\s*;/i;

/** The file in the field `edocFile` of a form (RFC 7578), byte for byte. Other fields say nothing that the message does not. */
export function readFormFile(event: APIGatewayProxyEventV2): Outcome<Buffer> {
  const type = headerOf(event, 'content-type') ?? '';
  if (!FORM.test(type) || (event.body !== undefined && !event.isBase64Encoded))
    return refuse('content-type-unsupported', { expected: 'multipart/form-data', received: type || 'no content type' });
  const files = formParts(bodyOf(event), type)?.filter(({ name }) => name === FIELD) ?? [];
  const [file] = files;
  if (files.length !== 1 || !file?.isFile)
    return refuse('parameter-invalid', { parameter: FIELD, problem: 'a form with exactly one file of this name' });
  return file.content.length > LIMITS.messageBytes ? tooLarge(file.content.length) : accept(file.content);
}
