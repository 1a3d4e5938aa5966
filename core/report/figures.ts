import { Durations } from './durations.ts';

/** What is counted of an agency. A point in a name is a level in what the report shows. */
export const COUNTS = [
  'sent.documents',
  'sent.deliveries',
  'sent.internal',
  'sent.external',
  'sent.signed',
  'sent.referenceOnly',
  'sent.urgent',
  'sent.new',
  'sent.recalls',
  'sent.updates',
  'sent.replacements',
  'sent.statuses',
  'received.deliveries',
  'received.internal',
  'received.external',
  'received.signed',
  'received.referenceOnly',
  'received.urgent',
  'received.returned',
  'states.notDelivered',
  'states.waiting',
  'states.taken',
  'states.acknowledged',
  'states.rejected',
  'states.expired',
  'states.withdrawn',
  'states.setAside',
  'states.discarded',
  'implausibleClaims',
] as const;

/** Clocks of a report: of sending there are two, by what the time of signing rests on. */
export const REPORT_CLOCKS = [
  'sendingStamped',
  'sendingClaimed',
  'confirmation',
  'registration',
  'processing',
] as const;
export type ReportClock = (typeof REPORT_CLOCKS)[number];

/** How a clock stands: `timelinessOf.ts` says what each means. `provisional` ones are counted once more. */
export const CLOCK_COUNTS = ['onTime', 'late', 'overdue', 'running', 'void', 'provisional'] as const;
export type ClockCount = (typeof CLOCK_COUNTS)[number];

/** What became of a directive at one recipient. */
export const DIRECTIVE_COUNTS = ['inTime', 'late', 'overdue', 'open', 'reportedUndated', 'void'] as const;
export type DirectiveCount = (typeof DIRECTIVE_COUNTS)[number];

export type CountName =
  | (typeof COUNTS)[number]
  | `clocks.${ReportClock}.${ClockCount}`
  | `directives.${'given' | 'asked'}.${DirectiveCount}`;

/** How long things took, from what to what. */
export const DURATIONS = [
  'stampedToAccepted',
  'claimedToAccepted',
  'toPickedUp',
  'toRegistered',
  'toFinished',
] as const;
export type DurationName = (typeof DURATIONS)[number];

const NAMES: readonly CountName[] = [
  ...COUNTS,
  ...REPORT_CLOCKS.flatMap((clock) => CLOCK_COUNTS.map((count) => `clocks.${clock}.${count}` as const)),
  ...(['given', 'asked'] as const).flatMap((side) =>
    DIRECTIVE_COUNTS.map((count) => `directives.${side}.${count}` as const),
  ),
];
const PLACES: ReadonlyMap<CountName, number> = new Map(NAMES.map((name, place) => [name, place]));

/** Counts and durations of one agency, one month or everything: a fixed number of numbers. */
export class Figures {
  readonly #counts = new Uint32Array(NAMES.length);
  readonly #durations: Partial<Record<DurationName, Durations>> = {};

  count(name: CountName): void {
    const place = PLACES.get(name) ?? 0;
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
  }

  took(name: DurationName, ms: number): void {
    const durations = this.#durations[name] ?? new Durations();
    this.#durations[name] = durations;
    durations.add(ms);
  }

  of(name: CountName): number {
    return this.#counts[PLACES.get(name) ?? 0] ?? 0;
  }

  durations(name: DurationName): Durations {
    return this.#durations[name] ?? NONE;
  }
}

const NONE = new Durations();
