/** A value of a template. `undefined` never occurs inside: a removed value (AWS::NoValue) is absent. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** The template (or manifest) has another shape than the schema of its type says. */
export class Malformed extends Error {
  override readonly name = 'Malformed';

  constructor(expected: string, where: string) {
    super(`${expected} expected (${where})`);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** Throws {@link Malformed} unless the value is an object. */
export function objectAt(value: unknown, where: string): JsonObject {
  if (!isObject(value)) throw new Malformed('an object', where);
  return value;
}

/** Like {@link objectAt}; an absent value is an empty object. */
export function optionalObject(value: unknown, where: string): JsonObject {
  return value === undefined ? {} : objectAt(value, where);
}

/** Throws {@link Malformed} unless the value is a list; an absent value is an empty list. */
export function listAt(value: unknown, where: string): readonly Json[] {
  if (value === undefined) return [];
  if (!isList(value)) throw new Malformed('a list', where);
  return value;
}

/** A scalar as CloudFormation would coerce it to text. Throws {@link Malformed} for anything else. */
export function textAt(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Malformed('a string', where);
}

export function optionalText(value: unknown, where: string): string | undefined {
  return value === undefined ? undefined : textAt(value, where);
}

/** A number, also when written as text, as CloudFormation accepts it. Throws {@link Malformed} for anything else. */
export function numberAt(value: unknown, where: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw new Malformed('a number', where);
  return number;
}

export function optionalNumber(value: unknown, where: string): number | undefined {
  return value === undefined ? undefined : numberAt(value, where);
}

/** A boolean, also when written as text. An absent value is the fallback. */
export function flagAt(value: unknown, fallback: boolean, where: string): boolean {
  if (value === undefined) return fallback;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new Malformed('true or false', where);
}

/** One string or a list of strings, as IAM documents allow. */
export function textsAt(value: unknown, where: string): readonly string[] {
  if (value === undefined) return [];
  return isList(value) ? value.map((item) => textAt(item, where)) : [textAt(value, where)];
}
