import * as z from 'zod/mini';
import type { ADMIN_ROUTES } from './adminRoutes.ts';
import { entry, flag, number, page, settled, text, time } from './answerParts.ts';
import { REPORT_LINE } from './reportLine.ts';
import { TRUST_LIST } from './trustList.ts';
import { TRUST_TRIAL } from './trustTrial.ts';

/** A refusal inside an answer about many. */
const PROBLEM_SHORT = z.object({ code: text, detail: text, detailVi: text });

const history = z.array(entry);
const systemView = z.object({
  systemId: text,
  name: text,
  status: z.enum(['active', 'suspended']),
  createdAt: time,
  keys: z.array(text),
  /** Keys that are being retired, each with the moment from which it is refused. */
  retirements: z.array(z.object({ kid: text, until: time })),
  /** Secrets for the compatibility faces, never the secrets themselves; `until` is the moment from which one is refused. */
  secrets: z.array(z.object({ secretId: text, from: time, until: z.optional(time), note: z.optional(text) })),
  /** What it may use in each window of so many seconds; `own`: an operator set it for this system. */
  limits: z.object({ requests: number, bytes: number, windowSeconds: number, own: flag }),
  history,
  refusals: z.array(z.object({ at: time, code: text, route: text, correlationId: text })),
});
const agencyView = z.object({
  agencyId: text,
  code: text,
  name: text,
  parent: z.optional(text),
  status: z.enum(['active', 'suspended']),
  system: z.optional(text),
  policy: z.object({ unsigned: z.enum(['refuse', 'accept']) }),
  createdAt: time,
  certificates: z.array(text),
  /** Certificates that are being retired, each with the moment from which it is refused. */
  retirements: z.array(z.object({ thumbprint: text, until: time })),
  /** When each certificate expires by itself. */
  expiries: z.array(z.object({ thumbprint: text, notAfter: time })),
  /** Codes that the agency had, has or will have beside `code`. */
  aliases: z.array(z.object({ code: text, from: time, until: z.optional(time) })),
  mail: z.optional(text),
  /** When its centre took it out of the directory. */
  closedAt: z.optional(time),
  /** Id of the agency that this one was merged into. */
  successor: z.optional(text),
  history,
});
const trustView = z.object({
  /** 0: none was published yet. */
  version: number,
  /** Of the document's bytes. */
  sha256: z.optional(text),
  at: z.optional(time),
  by: z.optional(text),
  reason: z.optional(text),
  list: z.optional(TRUST_LIST),
  history,
});
const pauseView = z.object({
  paused: flag,
  /** Of the last change; absent before there was one. */
  since: z.optional(time),
  by: z.optional(text),
  reason: z.optional(text),
  history,
});
const LATENCY = z.object({ count: number, p50: number, p95: number, p99: number });

/** JSON answers of the operators' routes. */
export const ADMIN_ANSWERS = {
  addSystem: systemView,
  showSystem: systemView,
  addKey: systemView,
  suspendSystem: systemView,
  setLimits: systemView,
  retireKey: systemView,
  /** The only time that the secret is shown. */
  addSecret: z.object({ systemId: text, secretId: text, secret: text }),
  retireSecret: systemView,
  addAgency: agencyView,
  findAgency: agencyView,
  showAgency: agencyView,
  addCertificate: agencyView,
  importAgencies: z.object({
    /** One for each agency, in its order. */
    results: z.array(
      z.object({
        code: text,
        /** What happened, or would on a dry run. */
        outcome: z.enum(['added', 'changed', 'same', 'refused']),
        /** What differs, `was → is`. */
        changes: z.optional(z.array(z.string())),
        refusal: z.optional(PROBLEM_SHORT),
      }),
    ),
  }),
  changeAgency: agencyView,
  retireCertificate: agencyView,
  addAlias: agencyView,
  moveAgency: agencyView,
  mergeAgency: agencyView,
  suspendAgency: agencyView,
  setPolicy: agencyView,
  showTrust: trustView,
  showRevocation: z.object({
    /** When an index was last written; absent before the first round. */
    at: z.optional(time),
    /** Version of the trust list whose certificates were looked at. */
    trust: z.optional(number),
    /** Sources beyond the limit that are not asked. */
    leftOut: number,
    sources: z.array(
      z.object({
        kind: z.enum(['crl', 'ocsp']),
        address: text,
        /** Thumbprint of the certificate that a responder is asked about. */
        about: z.optional(text),
        issuer: text,
        held: z.optional(
          z.object({ sha256: text, bytes: number, thisUpdate: time, nextUpdate: time, fetchedAt: time }),
        ),
        /** Hours since the end of the last news, or since the first failure where there never were any. */
        staleHours: z.optional(number),
        failing: z.optional(z.object({ since: time, why: text })),
      }),
    ),
  }),
  setTrust: trustView,
  tryTrust: TRUST_TRIAL,
  showPause: pauseView,
  setPause: pauseView,
  rebuild: z.object({
    /** The time that the tables have forgotten; absent: they have forgotten nothing. */
    forgotten: z.optional(z.object({ from: time, to: time })),
    /** Objects that were looked at. */
    looked: number,
    /** Dispatches whose record was rebuilt, or would be. */
    rebuilt: z.array(text),
    /** Dispatches that cannot be rebuilt from their bytes, each with why. */
    left: z.array(z.object({ dispatchId: text, ...PROBLEM_SHORT.shape })),
    next: z.optional(text),
  }),
  holdDispatch: z.object({ dispatchId: text, held: flag, content: z.optional(text) }),
  listAside: page(
    z.object({
      deliveryId: text,
      dispatchId: text,
      system: text,
      sender: text,
      recipient: text,
      since: time,
      /** How often it was set aside. */
      times: number,
      reason: z.optional(text),
    }),
  ),
  explain: z.object({
    id: text,
    kind: z.enum(['dispatch', 'delivery', 'submission', 'upload']),
    state: text,
    /** What it belongs to or became. */
    dispatchId: z.optional(text),
    /** Where it is. */
    where: text,
    why: z.optional(text),
    /** What happens next, and when. */
    next: text,
    nextAt: z.optional(time),
    whoMustAct: z.enum(['sender', 'recipient', 'system', 'operator', 'nobody']),
    vi: z.object({ where: text, next: text }),
    timeline: history,
  }),
  reportLines: z.object({
    /** Time of the axis: what is not in the lines had not happened by then. */
    at: time,
    /** Id of the axis. */
    axis: text,
    items: z.array(REPORT_LINE),
    next: z.optional(text),
  }),
  stats: z.object({
    at: time,
    minutes: number,
    /** Oldest first; the last one is the minute that runs. */
    perMinute: z.array(z.object({ at: time, accepted: number, delivered: number, acknowledged: number })),
    totals: z.object({ accepted: number, delivered: number, acknowledged: number, refused: number }),
    /** By code, the most frequent first. */
    refusals: z.array(z.object({ code: text, count: number })),
    verificationFailures: number,
    /** Milliseconds: of submissions from request to answer, of deliveries from acceptance to the inbox. */
    latencies: z.object({ submit: z.optional(LATENCY), deliver: z.optional(LATENCY) }),
    /** The minute of the watchman's latest round; absent if there was none. */
    watchman: z.optional(time),
    queues: z.array(z.object({ name: text, waiting: z.optional(number), dead: number })),
    /** Dispatches without all of their deliveries; `partial`: there may be more. */
    undelivered: z.object({
      count: number,
      partial: flag,
      oldest: z.optional(z.object({ dispatchId: text, acceptedAt: time })),
    }),
    /** The registered certificate that ends first. */
    certificate: z.optional(z.object({ agency: text, thumbprint: text, notAfter: time, daysLeft: number })),
  }),
  trace: z.object({
    correlationId: text,
    hours: number,
    lines: z.array(z.object({ at: time, level: text, function: text, event: text, facts: z.record(text, text) })),
  }),
  requeue: settled,
  discard: settled,
} as const satisfies Record<keyof typeof ADMIN_ROUTES, z.ZodMiniType>;
