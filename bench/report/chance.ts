/** Chance that can be repeated: the same seed gives the same numbers (xorshift, Marsaglia 2003). */
export interface Chance {
  /** 0 to below 1. */
  part(): number;
  /** Whether something of this probability happens. */
  is(probability: number): boolean;
  /** A whole number from 0 to below `most`. */
  below(most: number): number;
  /** A time around `median`; `spread` 1 gives a tenth to ten times of it at the ends. */
  around(median: number, spread: number): number;
}

export function chanceOf(seed: number): Chance {
  // Zero is the one state that never changes.
  let state = seed | 0 || 1;
  const part = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return {
    part,
    is: (probability) => part() < probability,
    below: (most) => Math.floor(part() * most),
    // The sum of a few even chances is nearly normal.
    around: (median, spread) => median * Math.exp((part() + part() + part() + part() - 2) * spread * 2),
  };
}
