import * as z from 'zod/mini';
import type { AgencyId, DispatchId } from './ids.ts';
import { DELIVERY_STATES } from './states.ts';

/**
 * What reports are computed from: one line for each dispatch with its deliveries. It says who, whom, when and how, and nothing of
 * what a document is about.
 */
const time = z.string(); // ISO 8601, UTC, milliseconds
const text = z.string();

const DELIVERY_LINE = z.object({
  /** Id of the agency, which never changes; its code as the message wrote it, and its name when the message was accepted. */
  recipient: text,
  code: text,
  name: text,
  /** The states that it came to, in order. `offered` is not among them: see `pickedUpAt`. Empty: not delivered yet. */
  states: z.array(z.object({ state: z.enum(DELIVERY_STATES), at: time })),
  deliveredAt: z.optional(time),
  /** When its system first took it, under a lease or for good. */
  pickedUpAt: z.optional(time),
  /** The first of acknowledgement, status 01 and any later status. */
  confirmedAt: z.optional(time),
  /** Status 03, or the first later one. */
  registeredAt: z.optional(time),
  /** Status 06. */
  finishedAt: z.optional(time),
  /** Status 02. */
  returnedAt: z.optional(time),
  /** When it ended without being taken, was returned, or its recall was agreed to. */
  over: z.optional(time),
});

export const REPORT_LINE = z.object({
  dispatchId: text,
  acceptedAt: time,
  kind: z.enum(['document', 'status']),
  /** BussinessDocType 0 new, 1 recall, 2 update, 3 replace; absent for a status. */
  business: z.optional(z.number()),
  statusCode: z.optional(text),
  sender: text,
  senderCode: text,
  senderName: text,
  /** The system that submitted it. */
  system: text,
  signed: z.enum(['xmldsig', 'jws', 'both', 'none']),
  urgent: z.boolean(),
  /** When it was signed: by a verified time-stamp, and as the signer claims it, word for word. */
  stampedAt: z.optional(time),
  claimedTime: z.optional(text),
  /** `yyyy/MM/dd`, as the message says. */
  promulgationDate: z.optional(text),
  dueDate: z.optional(text),
  /** SteeringType 2 directive, 3 report on one; others are left out. */
  steering: z.optional(z.enum(['2', '3'])),
  /** Codes of tasks of the government's task-tracking system. */
  tasks: z.optional(z.array(text)),
  /** Dispatches that it answers. */
  answers: z.optional(z.array(text)),
  /** None for a status, and for what was accepted after the period. */
  deliveries: z.array(DELIVERY_LINE),
});

export type ReportLine = z.infer<typeof REPORT_LINE>;
export type DeliveryLine = z.infer<typeof DELIVERY_LINE>;

/** A dispatch in the index of what was sent. */
export interface SentPlace {
  readonly dispatchId: DispatchId;
  readonly sender: AgencyId;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
}

export interface SentScanQuery {
  /** The first and the last acceptance that is asked for, milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly segment: number;
  readonly segments: number;
  /** Where to go on: the mark of the last place that was used, or that of a page. */
  readonly after?: string | undefined;
}

/** All that was sent, in parts that can be read at once; lags a little. */
export interface SentScan {
  /**
   * A bounded look through one part: places in a fixed order, each with the mark after which to go on. `next` is there unless the part
   * is at its end, also when nothing was found. Undefined: the mark is none of this part.
   */
  look(query: SentScanQuery): Promise<
    | {
        readonly found: readonly { readonly place: SentPlace; readonly mark: string }[];
        readonly next?: string;
      }
    | undefined
  >;
}
