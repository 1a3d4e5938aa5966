import type { AgencyId, DispatchId } from './ids.ts';
import type { BusinessState, ContentState, RecallState, RevisionState } from './lifeStates.ts';
import type { Count } from './records.ts';

/** What messages that act on earlier ones leave on them. Times are milliseconds since the epoch. */

/**
 * How a message acts on one delivery of an earlier one. `answer` is a status that names a correction: where nothing was asked about
 * that one itself, it answers what the correction asked. `remove` is an update's word for a recipient that is none any more, `amend`
 * an update that leaves the content as it is.
 */
export type How = 'status' | 'answer' | 'recall' | 'remove' | 'update' | 'amend' | 'replace';

/** One delivery that a message acts on, as it was resolved and authorised at submission. */
export interface ActOn {
  readonly how: How;
  /** The earlier dispatch and its recipient: together its delivery. */
  readonly dispatchId: DispatchId;
  readonly agencyId: AgencyId;
  /** The recipient of the acting message to which this belongs: an effect comes before that delivery. */
  readonly recipient: AgencyId;
}

/** What a message does to earlier ones. */
export interface Act {
  /** StatusCode of a status. */
  readonly code?: string;
  /** The sender's own words: BussinessDocReason, or a status's Description. */
  readonly reason?: string;
  readonly on: readonly ActOn[];
}

/** An earlier dispatch that a message refers to, and how. */
export interface Link {
  readonly dispatchId: DispatchId;
  readonly as: 'reply' | 'recall' | 'update' | 'replace' | 'status';
}

/** Which of two acts is the later one: time of acceptance, then id. Queues do not keep order, this does. */
export interface Order {
  readonly by: DispatchId;
  readonly acceptedAt: number;
}

export const isLater = (one: Order, other: Order): boolean =>
  one.acceptedAt === other.acceptedAt ? one.by > other.by : one.acceptedAt > other.acceptedAt;

/** The recipient's business status, as its own messages report it. */
export interface BusinessStatus {
  /** Absent until one of the ordered codes was reported. */
  readonly code?: BusinessState;
  /** Every code that was reported, with the acceptance of its first report. */
  readonly reported: Readonly<Record<string, number>>;
  /** Reports of codes that were reported before. */
  readonly repeats?: Count;
  /** The newest reports, newest first, at most `LIMITS.recentReports`: what a worker repeats counts once. */
  readonly recent: readonly DispatchId[];
}

export interface Recall extends Order {
  readonly state: RecallState;
  readonly reason?: string;
  /** The status that answered it, and when that was accepted. */
  readonly answer?: Order;
}

export interface Revision extends Order {
  readonly how: 'update' | 'replace';
  readonly state: RevisionState;
  readonly reason?: string;
  readonly answer?: Order;
  /** Updates before it, newest first, at most `LIMITS.revisions`: a recall of the document reaches them, too. */
  readonly earlier?: readonly DispatchId[];
}

/**
 * What an acting message came to at one recipient, told to both sides.
 * `applied`: the status is the current one. `recorded`: it changes nothing. `withdrawn`: nobody will be offered the earlier document.
 * `requested`: the recipient has it and is asked. `settled`: the earlier delivery had ended otherwise. `overtaken`: a later act
 * stands. `kept`: the earlier document waits on.
 */
export type ActOutcome = 'applied' | 'recorded' | 'withdrawn' | 'requested' | 'settled' | 'overtaken' | 'kept';

/** On the delivery of an acting message: what it was about and what came of it. */
export interface About {
  readonly dispatchId: DispatchId;
  readonly outcome: ActOutcome;
}

/** The bytes of a dispatch; absent on the record while they are simply kept. */
export interface Content {
  readonly state: Exclude<ContentState, 'kept'>;
  readonly at: number;
}

/** A legal hold: while it lasts nothing of the dispatch is deleted. */
export interface Hold {
  readonly by: string;
  readonly at: number;
  readonly reason: string;
}
