import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { LIMITS } from '../../core/contract/limits.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';
import { bodyOf, headerOf } from '../edge/edgeRequest.ts';
import { tooLarge } from './readSdkFile.ts';

const FIELD = 'edocFile';
const FORM = /^multipart\/form-data\s*;/i;

/** The file in the field `edocFile` of a form (RFC 7578), byte for byte. Other fields say nothing that the message does not. */
export async function readFormFile(event: APIGatewayProxyEventV2): Promise<Outcome<Buffer>> {
  const type = headerOf(event, 'content-type') ?? '';
  if (!FORM.test(type) || (event.body !== undefined && !event.isBase64Encoded))
    return refuse('content-type-unsupported', { expected: 'multipart/form-data', received: type || 'no content type' });
  const form = await formOf(bodyOf(event), type);
  const files = form?.getAll(FIELD) ?? [];
  const [file] = files;
  if (files.length !== 1 || !(file instanceof File))
    return refuse('parameter-invalid', { parameter: FIELD, problem: 'a form with exactly one file of this name' });
  return file.size > LIMITS.messageBytes ? tooLarge(file.size) : accept(Buffer.from(await file.arrayBuffer()));
}

/** Undefined when it is no form that can be read. */
async function formOf(body: Buffer, type: string): Promise<FormData | undefined> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  } catch {
    return undefined;
  }
}
