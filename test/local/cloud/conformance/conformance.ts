import { describe, expect, it } from 'vitest';

/** A behaviour of AWS: it fails by throwing or by returning false. */
export type Check = readonly [name: string, behaves: () => Promise<unknown>];

/**
 * Runs every check as a test of its own, in order. A check on the list of gaps must fail: one that starts to pass is to be taken
 * off the list, so that the list always is what cannot be relied upon.
 */
export function conformance(title: string, checks: readonly Check[], gaps: readonly string[]): void {
  describe(title, () => {
    for (const [name, behaves] of checks) {
      const isGap = gaps.includes(name);
      it(isGap ? `is a known gap: ${name}` : name, async () => {
        const failure = await failureOf(behaves);
        if (isGap) expect(failure, 'this gap has closed: take it off the list').toBeDefined();
        else if (failure) throw failure;
      });
    }
    it('lists only gaps that have a check', () => {
      const names = new Set(checks.map(([name]) => name));
      expect(gaps.filter((gap) => !names.has(gap))).toEqual([]);
    });
  });
}

async function failureOf(behaves: () => Promise<unknown>): Promise<Error | undefined> {
  try {
    return (await behaves()) === false ? new Error('the behaviour differs') : undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** True if the call fails with an error whose name or HTTP status matches. */
export async function fails(call: Promise<unknown>, expected: RegExp | number): Promise<true> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const metadata = '$metadata' in error ? error.$metadata : undefined;
    const status = typeof metadata === 'object' && metadata !== null ? Object.entries(metadata) : [];
    const code = status.find(([name]) => name === 'httpStatusCode')?.[1];
    if (typeof expected === 'number' ? code === expected : expected.test(error.name)) return true;
    throw new Error(`wanted ${expected}, got ${error.name} ${code}: ${error.message}`);
  }
  throw new Error('no error was raised');
}
