/** Small statistics for the benchmarks: all take at least one figure. */
const sorted = (figures: readonly number[]): number[] => figures.toSorted((a, b) => a - b);

/** The value below which `share` (0 to 1) of the figures lie, by nearest rank. */
export function percentile(figures: readonly number[], share: number): number {
  const ranked = sorted(figures);
  return ranked[Math.min(ranked.length - 1, Math.max(0, Math.ceil(share * ranked.length) - 1))] ?? Number.NaN;
}

export const median = (figures: readonly number[]): number => percentile(figures, 0.5);
