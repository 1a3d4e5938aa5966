import * as z from 'zod/mini';
import { readMembers } from './readMembers.ts';

const text = z.string().check(z.minLength(1), z.maxLength(4096));
const CREDENTIALS = z.object({ accessKeyId: text, secretAccessKey: text, sessionToken: z.optional(text) });

/**
 * Where an operator's axis is. Credentials stand in it only for an axis on this machine; for a deployed one they come
 * from the environment (`AWS_ACCESS_KEY_ID` and its companions), as of any AWS tool.
 */
const OPERATOR_PROFILE = z.looseObject({
  version: z.literal(1),
  kind: z.literal('operator'),
  url: text,
  axis: text,
  region: text,
  roles: z.optional(z.object({ viewer: CREDENTIALS, operator: CREDENTIALS, security: CREDENTIALS })),
});

export type OperatorProfile = z.infer<typeof OPERATOR_PROFILE>;
export type OperatorCredentials = z.infer<typeof CREDENTIALS>;

/**
 * Reads an operator's profile from the text of its file.
 *
 * @throws TypeError naming the members that are wrong; never their values, which may be secrets.
 */
export function readOperatorProfile(json: string): OperatorProfile {
  return readMembers(OPERATOR_PROFILE, json);
}
