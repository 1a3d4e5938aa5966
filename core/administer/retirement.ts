import { accept, type Outcome, refuse } from '../contract/refusals.ts';

const YEAR = 366 * 86_400_000;

/**
 * When a key or a certificate that is being retired stops to count: at once unless a later time is asked for, so that old
 * and new overlap while the change is carried out. A time that has passed is now, and more than a year ahead is a slip.
 *
 * @param until ISO 8601.
 */
export function retirementOf(until: string | undefined, now: number): Outcome<number> {
  if (until === undefined) return accept(now);
  const at = Date.parse(until);
  if (!(at < now + YEAR)) return refuse('parameter-invalid', { parameter: 'until', problem: 'more than a year ahead' });
  return accept(Math.max(at, now));
}

/** What retires, by name, with the moment at which it stops to count. */
export type Retirements = Readonly<Record<string, number>>;

/** The names whose retirement has not come yet: what is over leaves the list, and makes room in it. */
export const stillInForce = <Name extends string>(
  names: readonly Name[],
  retirements: Retirements | undefined,
  now: number,
): readonly Name[] => names.filter((name) => (retirements?.[name] ?? Number.POSITIVE_INFINITY) > now);

/** Retirements of names that are still listed. */
export const pruned = (retirements: Retirements | undefined, names: readonly string[]): Retirements =>
  Object.fromEntries(Object.entries(retirements ?? {}).filter(([name]) => names.includes(name)));
