import { z } from 'zod';

/** A resource property that this cloud does not implement; ignoring it would let a wrong template look right. */
export class UnsupportedProperty extends Error {
  override readonly name = 'UnsupportedProperty';
}

/** Reads resolved CloudFormation properties; numbers and booleans may come as text, as CloudFormation allows. */
export function parseProperties<T>(type: string, schema: z.ZodType<T>, properties: unknown): T {
  const parsed = schema.safeParse(properties);
  if (parsed.success) return parsed.data;
  throw new UnsupportedProperty(`${type}: ${z.prettifyError(parsed.error)}`);
}
