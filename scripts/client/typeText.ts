/** JSON Schema as `z.toJSONSchema` writes it, as far as the contract uses it. */
type Schema = Readonly<Record<string, unknown>>;

/**
 * A JSON Schema as a TypeScript type, so that the package's types need no schema library.
 *
 * @throws TypeError for a keyword that it does not know: a type that says less than the schema would be a lie.
 */
export function typeText(schema: unknown): string {
  if (!isSchema(schema)) throw new TypeError('not a JSON Schema');
  if ('const' in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map(typeText).join(' | ');
  if (schema.type === 'array') return `readonly (${typeText(schema.items)})[]`;
  if (schema.type === 'object') return objectText(schema);
  if (schema.type === 'string' || schema.type === 'boolean') return schema.type;
  if (schema.type === 'number' || schema.type === 'integer') return 'number';
  if (Object.keys(schema).every((key) => key === '$schema')) return 'unknown';
  throw new TypeError(`no type for ${JSON.stringify(schema)}`);
}

function objectText({ properties, required, additionalProperties, propertyNames }: Schema): string {
  if (properties === undefined) {
    if (propertyNames === undefined) throw new TypeError('an object without properties that is no record');
    return `{ readonly [member: string]: ${typeText(additionalProperties)} }`;
  }
  if (!isSchema(properties)) throw new TypeError('not properties');
  const needed = Array.isArray(required) ? required : [];
  const members = Object.entries(properties).map(
    ([name, member]) => `readonly ${JSON.stringify(name)}${needed.includes(name) ? '' : '?'}: ${typeText(member)};`,
  );
  return `{ ${members.join(' ')} }`;
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;
