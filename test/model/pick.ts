/** The entry at a place, modulo the length of the list. */
export function at<T>(list: readonly T[], place: number): T {
  const found = list[place % list.length];
  if (found === undefined) throw new RangeError('an empty list');
  return found;
}

/** The same of a list that may be empty. */
export const pick = <T>(list: readonly T[], place: number): T | undefined =>
  list.length === 0 ? undefined : at(list, place);
