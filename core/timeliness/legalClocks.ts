/** What the clocks read of a delivery. Instants are milliseconds since the epoch; one that is unknown or no instant is passed over. */
export interface DeliveryFacts {
  /** The time of a verified time-stamp of the sender's signature. */
  readonly signedAt?: number | undefined;
  /** `yyyy/MM/dd`, as the message claims it. */
  readonly promulgationDate?: string | undefined;
  /** When the axis accepted the dispatch. */
  readonly acceptedAt: number;
  /** When it lay in the recipient's inbox. */
  readonly deliveredAt?: number | undefined;
  /** The first of acknowledgement, status 01 and status 03. */
  readonly confirmedAt?: number | undefined;
  /** Status 03. */
  readonly registeredAt?: number | undefined;
  /** Status 06. */
  readonly finishedAt?: number | undefined;
  /** `yyyy/MM/dd`, as the message sets it. */
  readonly dueDate?: string | undefined;
  /** edXML Priority 1 to 4. */
  readonly urgent: boolean;
  /** When the delivery ended otherwise: withdrawn, expired, refused, discarded. */
  readonly over?: number | undefined;
  readonly now: number;
}

/** By when, counted from the start. `timelinessOf.ts` says how each is computed. */
export type TimeLimit = 'same-day' | 'same-working-day' | 'next-working-morning' | 'next-working-day' | 'due-date';

export interface LegalClock {
  /** What starts it. `signing` is a verified time-stamp, or else the claimed date of promulgation. */
  readonly starts: 'signing' | 'deliveredAt';
  /** What meets it. */
  readonly metBy: 'acceptedAt' | 'confirmedAt' | 'registeredAt' | 'finishedAt';
  readonly limit: TimeLimit;
  readonly urgentLimit: TimeLimit;
  /** The rule that it follows from. */
  readonly source: string;
}

/**
 * The legal clocks of a delivery.
 *
 * Urgent documents are to be sent "at once" after signing, and registered "at once" after receipt. No rule says how long at once is,
 * and a clock without a limit could never say late. It is read as the shortest limit that the same rules know, the day itself: for
 * the sender the day of signing, be it a Sunday, since whoever signs is at work; for the recipient the working day of receipt, since
 * its office may be closed. So "on time" does not prove that it was at once, but late is late.
 */
export const LEGAL_CLOCKS = {
  sending: {
    starts: 'signing',
    metBy: 'acceptedAt',
    limit: 'next-working-morning',
    urgentLimit: 'same-day',
    source: 'Decision 28/2018/QĐ-TTg article 6.2',
  },
  confirmation: {
    starts: 'deliveredAt',
    metBy: 'confirmedAt',
    limit: 'same-working-day',
    urgentLimit: 'same-working-day',
    source: 'Decree 30/2020/NĐ-CP article 21.2c',
  },
  registration: {
    starts: 'deliveredAt',
    metBy: 'registeredAt',
    limit: 'next-working-day',
    urgentLimit: 'same-working-day',
    source: 'Decree 30/2020/NĐ-CP article 4.2c',
  },
  processing: {
    starts: 'deliveredAt',
    metBy: 'finishedAt',
    limit: 'due-date',
    urgentLimit: 'due-date',
    source: 'QCVN 102:2016/BTTTT, DueDate',
  },
} as const satisfies Record<string, LegalClock>;

/** Counts up when a clock or a limit changes: a report names the clocks by which it judged. */
export const CLOCKS_VERSION = 1;

export type ClockName = keyof typeof LEGAL_CLOCKS;
