import type { RefusalCode } from './refusals.ts';

/** A row of an answer: names of columns to their texts; what a line did not say is absent. */
export type LogRow = Readonly<Record<string, string>>;

/** What the functions' logs say, by a query of `LOG_QUERIES`; seconds behind. */
export interface LogSearch {
  /** @param period milliseconds since the epoch; seconds count. */
  ask(query: string, period: { readonly from: number; readonly until: number }): Promise<readonly LogRow[]>;
}

/** A queue of the stage. */
export interface QueueDepth {
  readonly name: string;
  /** Messages that wait or are being worked on, about; undefined where the queue belongs to a system. */
  readonly waiting?: number;
  /** Messages in its dead-letter queue, about. */
  readonly dead: number;
}

export interface QueueDepths {
  depths(): Promise<readonly QueueDepth[]>;
}

/** Environment variable `QUEUES`: URLs of the queues by name. */
export type QueueUrls = Readonly<Record<string, { readonly live?: string; readonly dead: string }>>;

/** Refusals that say: this was not signed as it should be. */
export const VERIFICATION_FAILURES = [
  'signature-required',
  'signature-invalid',
  'digest-mismatch',
  'trust-rule-broken',
  'certificate-not-registered',
  'certificate-invalid',
] as const satisfies readonly RefusalCode[];
