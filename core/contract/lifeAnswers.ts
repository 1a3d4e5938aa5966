import * as z from 'zod/mini';
import { BUSINESS_STATES, CONTENT_STATES, RECALL_STATES, REVISION_STATES } from './lifeStates.ts';

/** Parts of answers that tell what other messages left on a delivery, and what became of content. */
const time = z.string(); // ISO 8601, UTC, milliseconds
const text = z.string();

/** The message that asked or answered, and when it was accepted. */
const caused = { by: text, at: time };

/** Members of a delivery beside its way through the inbox. */
export const LIFE = {
  /** When it expires unless somebody collects it. */
  expiresAt: z.optional(time),
  /** What the recipient's clerk reported (QCVN 102, StatusCode). */
  businessStatus: z.optional(
    z.object({
      /** The furthest of the ordered codes. */
      code: z.optional(z.enum(BUSINESS_STATES)),
      /** Every code that was reported, with the acceptance of its first report. */
      reported: z.array(z.object({ code: text, at: time })),
      /** Reports of codes that had been reported before. */
      repeats: z.optional(z.number()),
    }),
  ),
  recall: z.optional(
    z.object({
      ...caused,
      state: z.enum(RECALL_STATES),
      reason: z.optional(text),
      answer: z.optional(z.object(caused)),
    }),
  ),
  /** The newest update or replacement. */
  revision: z.optional(
    z.object({
      ...caused,
      how: z.enum(['update', 'replace']),
      state: z.enum(REVISION_STATES),
      reason: z.optional(text),
      answer: z.optional(z.object(caused)),
    }),
  ),
  /** Of a message that acts on earlier ones: on which, and what came of it at this recipient. */
  about: z.optional(
    z.array(
      z.object({
        dispatchId: text,
        outcome: z.enum(['applied', 'recorded', 'withdrawn', 'requested', 'settled', 'overtaken', 'kept']),
      }),
    ),
  ),
} as const;

const related = z.object({
  dispatchId: text,
  /** How the later message refers to the earlier one. */
  as: z.enum(['reply', 'recall', 'update', 'replace', 'status']),
  sender: text,
  documentId: text,
  codeNumber: z.optional(text),
  codeNotation: z.optional(text),
  subject: z.optional(text),
  acceptedAt: time,
});

/** Messages before and after this one that it is linked with, as far as they are yours to see; later ones newest first. */
export const THREAD = z.object({
  earlier: z.array(related),
  later: z.array(related),
  /** Whether there are more later ones than are shown. */
  more: z.boolean(),
});

/** The bytes of a dispatch; absent while they are kept. */
export const RETENTION_VIEW = z.object({ state: z.enum(CONTENT_STATES), at: time });

/** The legal clocks of a delivery: see docs/decisions/0029-legal-clocks.md. */
export const TIMELINESS = z.array(
  z.object({
    clock: z.enum(['sending', 'confirmation', 'registration', 'processing']),
    startedAt: z.optional(time),
    /** The last moment that is on time. */
    deadline: time,
    metAt: z.optional(time),
    /** `void`: the delivery ended while the clock could still be met. */
    state: z.enum(['on-time', 'late', 'running', 'overdue', 'void']),
    /** What the start of `sending` rests on. */
    basis: z.optional(z.enum(['time-stamp', 'claimed'])),
    /** The deadline rests on a year whose working days are not published yet. */
    provisional: z.optional(z.literal(true)),
  }),
);
