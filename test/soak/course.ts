import { median, percentile } from '../../bench/figures.ts';
import type { Handles, Memory } from './gauge.ts';

/** What was seen at one moment of a run. */
export interface Moment {
  /** Seconds since the start. */
  readonly at: number;
  readonly memory: Memory;
  readonly handles: Handles;
  /** Deliveries that were accepted and that nobody has seen yet. */
  readonly backlog: number;
  /** Instances of all functions. */
  readonly instances: number;
  /** Calls to services since the start: the local axis keeps the newest of them in memory. */
  readonly calls: number;
  /** 95th percentiles of what ended since the moment before, in milliseconds; undefined where nothing did. */
  readonly submitMs?: number;
  readonly deliveryMs?: number;
}

/** Whether memory grows without end, and by which figures that was judged. */
export interface Growth {
  readonly what: keyof Memory;
  readonly start: number;
  readonly end: number;
  /** MB a minute after the warm-up. */
  readonly slope: number;
  /** The most that it may be. */
  readonly bound: number;
}

/** Share of a run in which instances start, caches fill and compilers work. */
const WARM_UP = 0.4;
/** The local axis keeps its newest calls in memory; each is about so many MB. */
const CALL_MB = 0.0012;
/**
 * MB a minute that are no growth: what is measured goes up and down with the instances that live at the moment (about 30 MB each
 * in RSS) and with what the collector of each has left for later.
 */
const NOISE = { rss: 25, heap: 1.5, functions: 15 } as const satisfies Record<keyof Memory, number>;
/** A shorter time says nothing about growth: one instance more or less weighs more than any leak. */
const SHORTEST_MINUTES = 2;

/** Theil and Sen: the median of the slopes of all pairs, which single peaks do not move. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes = points.flatMap(([x, y], place) =>
    points.slice(place + 1).flatMap(([other, value]) => (other > x ? [(value - y) / (other - x)] : [])),
  );
  return slopes.length === 0 ? 0 : median(slopes);
}

/** How much each kind of memory grew after the warm-up, in MB a minute. */
export function growthOf(moments: readonly Moment[]): readonly Growth[] {
  const end = moments.at(-1)?.at ?? 0;
  const warm = moments.filter(({ at }) => at >= end * WARM_UP);
  const minutes = (end - (warm[0]?.at ?? 0)) / 60;
  const calls = (warm.at(-1)?.calls ?? 0) - (warm[0]?.calls ?? 0);
  const kept = minutes > 0 ? (calls / minutes) * CALL_MB : 0;
  return (['rss', 'heap', 'functions'] as const).map((what) => {
    const values = warm.map(({ memory }) => memory[what]);
    return {
      what,
      start: values[0] ?? 0,
      end: values.at(-1) ?? 0,
      slope: slopeOf(warm.map(({ at, memory }) => [at / 60, memory[what]])),
      bound: minutes < SHORTEST_MINUTES ? Number.POSITIVE_INFINITY : NOISE[what] + (what === 'functions' ? 0 : kept),
    };
  });
}

/** Handles that are not closed again: more of a kind at the end than at the start, both at rest. */
export function leaksOf(start: Handles, end: Handles): readonly string[] {
  // Connections that are kept alive for the next call, and timers of them, come and go.
  const tolerance: Handles = { sockets: 8, pipes: 0, files: 2, resources: 12 };
  return (Object.keys(tolerance) as (keyof Handles)[])
    .filter((kind) => end[kind] > start[kind] + tolerance[kind])
    .map((kind) => `${kind}: ${start[kind]} at the start, ${end[kind]} at the end`);
}

/** Growth beyond its bound, in words. */
export const growthProblems = (growth: readonly Growth[]): readonly string[] =>
  growth
    .filter(({ slope, bound }) => slope > bound)
    .map(
      ({ what, slope, bound }) =>
        `memory grows: ${what} by ${slope.toFixed(1)} MB a minute, more than ${bound.toFixed(1)}`,
    );

export const p95Of = (figures: readonly number[]): number | undefined =>
  figures.length === 0 ? undefined : percentile(figures, 0.95);
