/** What axes of this process answered outside the contract, since somebody took it last. */
const breaches: string[] = [];

export const addBreaches = (found: readonly string[]): void => void breaches.push(...found);

/** @throws an error that lists what was answered outside the contract since the last call. */
export function failOnBreaches(): void {
  const found = breaches.splice(0);
  if (found.length > 0) throw new Error(`answered outside the contract:\n${[...new Set(found)].join('\n')}`);
}
