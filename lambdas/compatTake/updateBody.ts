import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import type { Outcome } from '../../core/contract/refusals.ts';
import { parseJson } from '../edge/edgeRequest.ts';

const text = z.optional(z.string().check(z.maxLength(100)));
/** Further members of a province's own say nothing here. */
const BODY = z.object({ docId: text, status: text });

/** The JSON body of the provincial `updateStatus`, where the query does not say it all. */
export const updateBody = (event: APIGatewayProxyEventV2): Outcome<z.infer<typeof BODY>> => parseJson(BODY, event);
