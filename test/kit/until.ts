import { AssertionError } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until a condition gives something other than `undefined` or `false`, asking again and again.
 *
 * @throws AssertionError: what does not come true is a failed expectation.
 * @param what named in the error when it does not come true in time.
 * @param ms real milliseconds; 45 seconds if absent, for machines that do much else.
 */
export async function until<T>(
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  ms = 45_000,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new AssertionError({ message: `waited ${ms} ms in vain: ${what}` });
    await sleep(25);
  }
}
