import type { AgencyId, DeliveryId, DispatchId, SystemId, Thumbprint } from './ids.ts';
import type { SignedReceipt } from './ports.ts';
import type { Headline, TimelineEntry } from './records.ts';

/** The evidence log: every step of a timeline becomes a signed record, and an entry of one tree that only grows. */

/** How far the log goes: one row, whose compare-and-swap commits a batch. */
export interface LogHead {
  readonly v: 1;
  /** Entries, those of the last batch included. */
  readonly size: number;
  /** Roots of the perfect trees that the log consists of, the largest first. */
  readonly peaks: readonly Buffer[];
  /** Where the last batch begins. */
  readonly start: number;
  /** The last batch is committed; its tiles, its marks or its checkpoint may still be missing. */
  readonly open: boolean;
  /** The newest signed checkpoint: that of the batch before as long as the last one is open. */
  readonly checkpoint?: string;
}

export interface LogHeads {
  /** Strongly consistent; undefined: nothing was ever logged. */
  read(): Promise<LogHead | undefined>;
  /** Commits a batch onto the head as it was seen, finished; false: another run did. */
  commit(next: LogHead, seen: LogHead | undefined): Promise<boolean>;
  /** Says that the batch is finished. Repeats, and rivals that did the same, are harmless. */
  finish(head: LogHead, checkpoint: string): Promise<void>;
}

/** A stretch of one timeline that one batch logged: `from` steps were logged before. */
export interface LoggedItem {
  readonly id: DispatchId | DeliveryId;
  readonly from: number;
  /** Compact JWS, one for each step. */
  readonly records: readonly string[];
  /** How many batches logged steps of it before. */
  readonly runs: number;
}

/** What one round adds to the log. The first batch that is put down for a place is the one that is committed there. */
export interface LogBatch {
  readonly v: 1;
  readonly start: number;
  readonly items: readonly LoggedItem[];
  /** DER, base64, of every certificate that its records name, by thumbprint: a batch proves what is in it by itself. */
  readonly certificates: Readonly<Record<Thumbprint, string>>;
}

/** Batches and tiles, in the content bucket: written once. */
export interface LogObjects {
  /** Puts a batch down unless one lies at its place already, and tells which one does now. */
  stage(batch: LogBatch): Promise<LogBatch>;
  /** @throws where there is none: a committed batch is always there */
  batch(start: number): Promise<LogBatch>;
  /** @throws where there is none */
  tile(path: string): Promise<Buffer>;
  writeTile(path: string, bytes: Buffer): Promise<void>;
  /** Lets others see a checkpoint, unless they see a newer one. */
  publish(checkpoint: string): Promise<void>;
}

/** Where steps of a timeline stand in the log: up to `to`, the first of them at `index`, put down in the batch at `start`. */
export interface LoggedRun {
  readonly to: number;
  readonly index: number;
  readonly start: number;
}

/** A dispatch or a delivery as the log sees it. */
export interface Timeline {
  readonly id: DispatchId | DeliveryId;
  readonly dispatchId: DispatchId;
  readonly sender: AgencyId;
  readonly headline: Headline;
  /** Of a delivery: whose it is, and the system in whose inbox it is or was. */
  readonly recipientCode?: string;
  readonly system?: SystemId;
  /** Of a dispatch: the record of its first step. */
  readonly receipt?: string;
  readonly timeline: readonly TimelineEntry[];
  readonly logged: readonly LoggedRun[];
  /** Whether it waits in the index. */
  readonly waits: boolean;
}

/** Timelines that have something to log: an index that lags, and the items themselves. */
export interface LogWork {
  /** Ids in a shard whose time has come, the oldest first. */
  waiting(shard: number, now: number, limit: number): Promise<readonly { readonly id: string; readonly at: number }[]>;
  /** Strongly consistent. @throws UnreadableItem when later code wrote it */
  find(id: DispatchId | DeliveryId): Promise<Timeline | undefined>;
  /** Strongly consistent; what is gone is left out, and so is what cannot be read: it waits, and keeps nothing else waiting. */
  read(ids: readonly string[]): Promise<readonly Timeline[]>;
  /**
   * Says where steps stand in the log, after as many runs as were seen. It stays in the index if it has grown meanwhile.
   *
   * @returns whether it says so now
   */
  mark(id: DispatchId | DeliveryId, run: LoggedRun, runs: number): Promise<boolean>;
  /** Takes out of the index what has nothing to log, unless it has grown. */
  settle(seen: Timeline): Promise<void>;
}

export interface EvidenceSigner {
  /** Signs a payload with a key of this instance that the axis's receipt key certified. */
  record(payload: Readonly<Record<string, unknown>> & { readonly at: string }): Promise<SignedReceipt>;
  /** The signed note of a checkpoint's text. */
  checkpoint(text: string): Promise<string>;
}
