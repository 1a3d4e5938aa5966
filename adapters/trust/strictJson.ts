/** JSON without ambiguity: one reader may take the first of two equal members and another the last, so both are refused. */

/**
 * Parses a JSON object that has no member twice, at any depth (RFC 7515 section 4, RFC 8259 section 4). Returns nothing for
 * anything else. The caller bounds the length of `text`.
 */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isObject(value) && !hasRepeatedMember(text) ? value : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `text` is known to be JSON here, so that a string followed by a colon is the name of a member. */
function hasRepeatedMember(text: string): boolean {
  const open: Set<string>[] = [];
  for (const [token, name] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (name !== undefined) {
      const members = open.at(-1);
      const member = String(JSON.parse(name));
      if (members?.has(member)) return true;
      members?.add(member);
    }
  }
  return false;
}
