import * as z from 'zod/mini';

const text = z.string();
const number = z.number();
/** ISO 8601, UTC. */
const time = text;

/** Something about a trust list; `path` is a JSON path into the document. */
const trustProblem = z.object({
  code: text,
  path: text,
  message: text,
  messageVi: text,
  severity: z.enum(['error', 'warning']),
});
/** A page of what a trust list that is not published would change. */
export const TRUST_TRIAL = z.object({
  /** Version of the list in force, with which the document was compared. */
  version: number,
  /** What does not stop it. */
  warnings: z.array(trustProblem),
  /** Registered certificates on this page; those that are being retired are left out. */
  checked: number,
  /** Those that are refused by both lists. */
  refusedByBoth: number,
  /** Those that expire within `LIMITS.trust.expiryDays`. */
  expiring: number,
  /** Those that the document would judge otherwise. */
  affected: z.array(
    z.object({
      agency: text,
      name: text,
      thumbprint: text,
      subject: text,
      notAfter: time,
      /** What becomes of what it signs. */
      becomes: z.enum(['accepted', 'refused']),
      /** Why the list that refuses it does. */
      reason: text,
    }),
  ),
  next: z.optional(text),
});
