import type { RefusalParameters } from './refusals.ts';

const PARAMETER_CHARS = 600;

/** Fills `{name}` placeholders; what a caller wrote is cut to a bounded length and loses its control characters. */
export function fill(text: string, parameters: RefusalParameters): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(parameters[name] ?? '?').replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ');
    return value.length > PARAMETER_CHARS ? `${value.slice(0, PARAMETER_CHARS)}…` : value;
  });
}
