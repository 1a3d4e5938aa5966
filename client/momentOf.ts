import type { Invocation } from './command.ts';
import { UsageError } from './usageError.ts';

/**
 * A moment that a person wrote, ISO 8601; a day alone begins at midnight here.
 *
 * @throws UsageError
 */
export function momentOf(invocation: Invocation, option: string): string | undefined {
  const text = invocation.text(option);
  if (text === undefined) return undefined;
  const at = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text);
  if (Number.isNaN(at))
    throw new UsageError(`--${option} is a day or a moment, as 2026-12-31 or 2026-12-31T17:00+07:00`);
  return new Date(at).toISOString();
}
