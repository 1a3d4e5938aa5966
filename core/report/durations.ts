/**
 * Durations in buckets that grow by a fixed factor: a median or percentile is off by at most one percent, whatever the distribution,
 * and an agency with a million deliveries takes no more room than one with a thousand (Masson, Rim, Lee: DDSketch, VLDB 2019).
 */
const GROWTH = 1.02;
/** What a percentile is off by at most, as a share of itself; below a second it is off by less than a second. */
export const RELATIVE_ERROR = (GROWTH - 1) / (GROWTH + 1);

const SHORTEST_MS = 1000;
/** Longer ones count as the last bucket: no delivery lives that long. */
const LONGEST_MS = 400 * 86_400_000;

/** Upper bounds, by multiplication alone: the same on every machine. */
const BOUNDS: readonly number[] = (() => {
  const bounds = [SHORTEST_MS];
  for (let bound = SHORTEST_MS; bound < LONGEST_MS; bounds.push(bound)) bound *= GROWTH;
  return bounds;
})();

/** So many durations are kept as the numbers of their buckets, two bytes each, before every bucket gets a count of its own. */
const FEW = 512;
const FIRST_ROOM = 8;

export class Durations {
  #count = 0;
  #few: Uint16Array | undefined = new Uint16Array(FIRST_ROOM);
  #buckets: Uint32Array | undefined;

  get count(): number {
    return this.#count;
  }

  /** @param ms a duration; one below zero counts as none. */
  add(ms: number): void {
    const bucket = bucketOf(ms);
    if (this.#buckets) this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    else this.#keep(bucket);
    this.#count += 1;
  }

  /**
   * The duration at or below which this share of all lies (nearest rank), in milliseconds; undefined of none.
   *
   * @param share above 0, at most 1; 0.5 is the median.
   */
  quantile(share: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(share * this.#count));
    if (!this.#buckets) return middleOf(this.#sorted()[rank - 1] ?? 0);
    let seen = 0;
    const bucket = this.#buckets.findIndex((count) => {
      seen += count;
      return seen >= rank;
    });
    return middleOf(bucket);
  }

  /** How many are at most so long, within the error of a bucket. */
  countUpTo(ms: number): number {
    const last = bucketOf(ms);
    if (!this.#buckets) return this.#sorted().filter((bucket) => bucket <= last).length;
    return this.#buckets.subarray(0, last + 1).reduce((sum, count) => sum + count, 0);
  }

  #sorted(): Uint16Array {
    return (this.#few ?? new Uint16Array()).slice(0, this.#count).sort();
  }

  #keep(bucket: number): void {
    let few = this.#few ?? new Uint16Array(FIRST_ROOM);
    if (this.#count === FEW) {
      const buckets = new Uint32Array(BOUNDS.length);
      for (const kept of few) buckets[kept] = (buckets[kept] ?? 0) + 1;
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      this.#buckets = buckets;
      this.#few = undefined;
      return;
    }
    if (this.#count === few.length) {
      const larger = new Uint16Array(few.length * 2);
      larger.set(few);
      few = larger;
    }
    few[this.#count] = bucket;
    this.#few = few;
  }
}

/** The first bucket whose bound is not below the duration. */
function bucketOf(ms: number): number {
  let low = 0;
  let high = BOUNDS.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((BOUNDS[middle] ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The value from which both ends of a bucket are equally far, as shares of themselves. */
const middleOf = (bucket: number): number => (2 * (BOUNDS[bucket] ?? 0)) / (1 + GROWTH);
