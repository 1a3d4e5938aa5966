import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { LIMITS } from '../../core/contract/limits.ts';
import { accept, type Outcome } from '../../core/contract/refusals.ts';
import type { OwnAgency } from '../../core/walk/ownAgencies.ts';
import { parseJson } from '../edge/edgeRequest.ts';

/** Longer than any code, so that what is too long is told by the rule for codes. */
const CODE_CHARS = 100;
const text = (most: number) => z.nullish(z.string().check(z.maxLength(most)));

/** What the SDK sends of an agency. Its own id, telephone and fax are not kept: the axis gives ids, and lists show no numbers. */
const BODY = z.object({
  code: z.string().check(z.maxLength(CODE_CHARS)),
  name: z.string().check(z.maxLength(LIMITS.agencyNameChars)),
  pcode: text(CODE_CHARS),
  mail: text(LIMITS.mailChars),
});

/** The JSON of `registerAgency`; an empty text says as little as none. */
export function agencyBody(event: APIGatewayProxyEventV2): Outcome<OwnAgency> {
  const body = parseJson(BODY, event);
  if (!body.ok) return body;
  const { code, name, pcode, mail } = body.value;
  return accept({ code, name, parent: pcode || undefined, mail: mail || undefined });
}
