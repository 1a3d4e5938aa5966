import { iso } from './iso.ts';
import type { Count, DeliveryRecord, TimelineEntry } from './records.ts';
import { isFinal, TALLIES, type Tally } from './states.ts';

/** Who causes an event, as a timeline says it. */
export const BY_AXIS = 'axis';
export const bySystem = (system: string): string => `system:${system}`;
export const byOperator = (name: string): string => `operator:${name}`;

export const NO_TALLIES: Readonly<Record<Tally, Count>> = {
  offered: { count: 0 },
  extended: { count: 0 },
  released: { count: 0 },
  fetched: { count: 0 },
  setAside: { count: 0 },
  requeued: { count: 0 },
};

/** When a delivery came into the state in which it ended; what other messages left on it since is no step of its own. */
export const endedAt = ({ state, timeline }: Pick<DeliveryRecord, 'state' | 'timeline'>): number | undefined =>
  isFinal(state) ? timeline.findLast(({ to }) => to === state)?.at : undefined;

export interface TimelineView {
  /** `n` counts from 1 without gaps. */
  readonly entries: {
    n: number;
    ev: string;
    at: string;
    by: string;
    from: string;
    to: string;
    detail?: string;
    dispatch?: string;
  }[];
  /** Repeated events, collapsed into first, last and count. */
  readonly repeated: { ev: string; count: number; first?: string; last?: string }[];
}

/** A timeline as the API shows it. */
export function viewTimeline(
  entries: readonly TimelineEntry[],
  tallies?: Readonly<Record<Tally, Count>>,
): TimelineView {
  return {
    entries: entries.map(({ at, detail, ...rest }, index) => ({
      n: index + 1,
      ...rest,
      at: iso(at),
      ...(detail ? { detail } : {}),
    })),
    repeated: Object.entries(tallies ?? {})
      .filter(([, tally]) => tally.count > 0)
      .map(([name, { count, first, last }]) => ({
        ev: TALLIES[name as Tally],
        count,
        ...(first === undefined ? {} : { first: iso(first) }),
        ...(last === undefined ? {} : { last: iso(last) }),
      })),
  };
}
