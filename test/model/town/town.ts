import type { Plan } from '../plan.ts';
import type { AgencyCode, SystemName } from './places.ts';

/**
 * The model: what the axis is, as plain data. Its rules stand beside it, written from what the documents of the field
 * and the comments of the contract say, and call nothing of the steps that they judge. Ids are the axis's own; times
 * are milliseconds since the epoch.
 */
export interface Town {
  now: number;
  readonly suspended: Set<AgencyCode>;
  /** What was accepted and is not forgotten, by id. */
  readonly dispatches: Map<string, ModelDispatch>;
  readonly deliveries: Map<string, ModelDelivery>;
  /** Dispatches whose fan-out was asked for: each mention is one message. */
  readonly queue: string[];
  /** Numbers that documents have had. */
  numbers: number;
}

export const emptyTown = (now: number): Town => ({
  now,
  suspended: new Set(),
  dispatches: new Map(),
  deliveries: new Map(),
  queue: [],
  numbers: 0,
});

export type ActKind = 'status' | 'answer' | 'recall' | 'remove' | 'update' | 'amend' | 'replace';

/** One delivery that a message acts on. */
export interface ModelTarget {
  readonly how: ActKind;
  readonly dispatch: string;
  readonly agency: AgencyCode;
  /** The recipient of the acting message to which this belongs. */
  readonly recipient: AgencyCode;
}

export interface ModelDispatch {
  readonly id: string;
  /** As it was handed over. */
  readonly plan: Plan;
  readonly kind: 'document' | 'status';
  /** BussinessDocType; a status has none. */
  readonly business: 0 | 1 | 2 | 3 | undefined;
  readonly sender: AgencyCode;
  readonly documentId: string;
  readonly number: string;
  readonly date: string;
  readonly urgent: boolean;
  readonly bytes: string;
  readonly recipients: readonly AgencyCode[];
  readonly acceptedAt: number;
  /** When its deliveries expire, where the sender said so. */
  readonly expiresAt: number | undefined;
  readonly code: string | undefined;
  readonly targets: readonly ModelTarget[];
  state: 'accepted' | 'dispatched';
  content: 'kept' | 'closing' | 'deleted';
  held: boolean;
  due: Due | undefined;
  readonly timeline: Entry[];
}

export interface Due {
  what: string;
  at: number;
  attempts: number;
}

/** Event, state before, state after, and the message that caused it. */
export type Entry = readonly [event: string, from: string, to: string, cause?: string | undefined];

export interface Asked {
  state: 'requested' | 'agreed' | 'refused' | 'effective';
  readonly by: string;
  readonly acceptedAt: number;
  answer?: string;
}

export interface AskedRevision extends Asked {
  readonly how: 'update' | 'replace';
  /** Updates before it, newest first. */
  readonly earlier: readonly string[];
}

export type DeliveryState =
  | 'queued'
  | 'offered'
  | 'acknowledged'
  | 'rejected'
  | 'expired'
  | 'withdrawn'
  | 'set-aside'
  | 'discarded';

export interface Tallies {
  offered: number;
  extended: number;
  released: number;
  fetched: number;
  setAside: number;
  requeued: number;
}

export interface ModelDelivery {
  readonly id: string;
  readonly dispatch: string;
  readonly recipient: AgencyCode;
  readonly system: SystemName;
  state: DeliveryState;
  /** From when it may be offered: the end of a lease, of a pause, or the moment at which it was put into the inbox. */
  visibleAt: number;
  /** The seal of whoever leased it last; `system` where the system itself did, by name. */
  lease: string | undefined;
  /** Every seal under which it was leased. */
  readonly leases: string[];
  fruitless: number;
  expiresAt: number;
  lastOffered: number;
  about: readonly { readonly dispatchId: string; readonly outcome: string }[];
  business: string | undefined;
  /** Every code that was reported, with the acceptance of its first report. */
  readonly reported: Record<string, number>;
  repeats: number;
  /** What each status that was heard came to. */
  readonly heard: Map<string, string>;
  recall: Asked | undefined;
  revision: AskedRevision | undefined;
  /** Requests that take it away when the lease ends unacknowledged, the latest last. */
  ending: ActKind[];
  /** Whether its sender was warned that nobody collects it. */
  warned: boolean;
  due: Due | undefined;
  readonly timeline: Entry[];
  /** When it came into the state in which it ended. */
  endedAt: number;
  readonly tallies: Tallies;
}

const FINAL: readonly DeliveryState[] = ['acknowledged', 'rejected', 'expired', 'withdrawn', 'discarded'];
export const isOver = ({ state }: ModelDelivery): boolean => FINAL.includes(state);

/** Somebody has it under a lease that lasts. */
export const isHeld = ({ state, visibleAt }: ModelDelivery, now: number): boolean =>
  state === 'offered' && visibleAt > now;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** Days that content is kept after the last recipient finished, and that the record is kept after that. */
export const CONTENT_DAYS = 20;
export const RECORD_DAYS = 25;

/** An expected answer: what came of it, or the code of a refusal. */
export type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly code: string };
export const done = (value: unknown): Answer => ({ ok: true, value });
export const refused = (code: string): Answer => ({ ok: false, code });

/**
 * A step of the walk. It stops wherever another one may come between, and says what it has learnt for the rest of its
 * way; what lies between two stops happens at once.
 */
export interface Process {
  next(): IteratorResult<string, Answer>;
}

/** A step between whose beginning and end nobody can come. */
export const atOnce = (step: () => Answer): Process => ({ next: () => ({ done: true, value: step() }) });

/** Runs a process to its end, with nobody between. */
export function complete(process: Process): Answer {
  for (;;) {
    const next = process.next();
    if (next.done) return next.value;
  }
}
