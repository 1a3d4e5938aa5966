import * as z from 'zod/mini';

/**
 * Reads JSON of a known shape from the text of a profile.
 *
 * @throws TypeError naming the members that are wrong; never their values, which may be keys or secrets.
 */
export function readMembers<Schema extends z.ZodMiniType>(schema: Schema, json: string): z.infer<Schema> {
  const result = z.safeParse(schema, parse(json));
  if (result.success) return result.data;
  const members = result.error.issues.map((issue) => issue.path.join('.') || '(whole)');
  throw new TypeError(`wrong or missing: ${[...new Set(members)].slice(0, 10).join(', ')}`);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new TypeError('not JSON');
  }
}
