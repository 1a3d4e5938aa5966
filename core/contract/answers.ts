import * as z from 'zod/mini';
import { ADMIN_ANSWERS } from './adminAnswers.ts';
import { deliveryState, entry, flag, number, page, settled, text, time } from './answerParts.ts';
import { LIFE, RETENTION_VIEW, THREAD, TIMELINESS } from './lifeAnswers.ts';
import type { RouteName } from './routes.ts';

/** JSON answers of the axis: the contract is generated from these, and the handlers' return types derive from them. */
export const CHECK = z.object({
  id: text,
  verdict: z.enum(['pass', 'fail', 'warn', 'not-applicable']),
  reason: z.optional(text),
});
export const REPORT = z.object({
  v: z.literal(1),
  at: time,
  /** The time-stamp (RFC 3161) that gave the validation time `at`. */
  timeStamp: z.optional(z.object({ time, authority: text, policy: text })),
  /** What the signer says: a claim, not used. */
  claimedTime: z.optional(text),
  signed: z.enum(['xmldsig', 'jws', 'both', 'none']),
  /** Version of the trust list by which it was judged. */
  trust: z.optional(number),
  signer: z.optional(
    z.object({ thumbprint: text, subject: text, serial: text, issuer: text, notBefore: time, notAfter: time }),
  ),
  checks: z.array(CHECK),
});

/** RFC 9457. `code` is stable; `title` and `detail` are English, `vi` holds the Vietnamese. */
export const PROBLEM = z.object({
  type: text,
  title: text,
  status: number,
  detail: text,
  instance: text,
  code: text,
  retryable: flag,
  whoMustAct: z.enum(['sender', 'recipient', 'system', 'operator', 'nobody']),
  vi: z.object({ title: text, detail: text }),
  report: z.optional(REPORT),
  /** `edxml-malformed`, `signature-invalid`: the rule of the XML profile, and the byte at which it is broken. */
  rule: z.optional(text),
  position: z.optional(number),
  /** `attachment-missing`: the digests of the files that were not uploaded. */
  missing: z.optional(z.array(text)),
  /** `edxml-invalid`: what is wrong with which field. */
  problems: z.optional(
    z.array(
      z.object({ code: text, path: text, message: text, messageVi: text, severity: z.enum(['error', 'warning']) }),
    ),
  ),
});

const webhookView = z.object({
  url: text,
  /** Broken: it failed again and again, and nothing is sent before `nextTry`. */
  state: z.enum(['active', 'broken']),
  registeredAt: time,
  lastSuccess: z.optional(time),
  failingSince: z.optional(time),
  /** Why the last try failed. */
  why: z.optional(text),
  nextTry: z.optional(time),
});

const count = z.object({ ev: text, count: number, first: z.optional(time), last: z.optional(time) });
const timeline = z.object({ entries: z.array(entry), repeated: z.array(count) });

const headline = z.object({
  kind: z.enum(['document', 'status']),
  business: z.optional(z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])),
  documentId: text,
  senderCode: text,
  senderName: text,
  codeNumber: z.optional(text),
  codeNotation: z.optional(text),
  promulgationDate: z.optional(text),
  subject: z.optional(text),
  priority: number,
  statusCode: z.optional(text),
  signed: z.enum(['xmldsig', 'jws', 'both', 'none']),
  sha256: text,
  bytes: number,
  acceptedAt: time,
});

/** A delivery as its recipient sees it. */
const delivery = z.object({
  deliveryId: text,
  dispatchId: text,
  state: deliveryState,
  recipient: text,
  urgent: flag,
  headline,
  reason: z.optional(text),
  /** When the axis was put back to an earlier state: this may have been taken before, under the same id. */
  restoredAt: z.optional(time),
  ...LIFE,
});

/** A delivery under a lease: the token settles it until `until`. */
const leased = z.object({
  ...delivery.shape,
  lease: z.object({ token: text, until: time }),
  /** A link to the bytes that lives `LIMITS.linkSeconds`, when asked for. */
  content: z.optional(text),
});

/** What came of one acknowledgement of several: the state that it led to, or why not. */
const acknowledged = z.object({ deliveryId: text, state: z.optional(deliveryState), refusal: z.optional(PROBLEM) });

const agency = z.object({ code: text, name: text, parent: z.optional(text), connected: flag, suspended: flag });
/** Present while operators have paused the axis: submissions and new uploads are refused. */
const paused = z.optional(z.object({ since: time }));

/** An attachment as it really is: type by its first bytes, digest of its bytes. */
export const ATTACHMENT = z.object({
  /** From 1: those inside the message first, then the detached ones in the order of the manifest. */
  n: number,
  name: text,
  contentType: text,
  /** What the sender called it, where that is something else. */
  declaredType: z.optional(text),
  bytes: number,
  sha256: text,
  detached: flag,
});

const upload = z.object({
  uploadId: text,
  what: z.enum(['message', 'attachment']),
  state: z.enum(['open', 'sealing', 'sealed', 'failed']),
  bytes: number,
  sha256: text,
  method: z.enum(['put', 'multipart']),
  expiresAt: time,
  /** Why it failed: start it again. */
  reason: z.optional(text),
  /** Of a multipart upload: bytes of each part but the last one. */
  partBytes: z.optional(number),
  /** Of an open multipart upload: the parts that have arrived. */
  parts: z.optional(z.array(z.object({ n: number, bytes: number, etag: text }))),
});
/** A link to send bytes to, with headers that must go along exactly as they are. */
const uploadLink = z.object({ href: text, headers: z.record(text, text), expiresAt: time });

/** Steps of a timeline as evidence: each can be checked offline with the public key of the axis's receipt issuer. */
const evidence = z.object({
  /** The dispatch or the delivery whose steps these are. */
  of: text,
  dispatchId: text,
  records: z.array(
    z.object({
      /** Its place in the timeline, from 1. */
      n: number,
      /** Its place in the log, from 0. */
      index: number,
      /** Compact JWS: of an acceptance the receipt, of every other step an evidence record. */
      record: text,
      /** DER of the certificate that verifies the record, base64. */
      certificate: text,
      /** That the record stands in the log: `c2sp.org/tlog-proof@v1`, with the signed checkpoint. */
      proof: text,
    }),
  ),
  /** Steps that are not in the log yet: ask again some minutes later. */
  waiting: number,
});

const submitted = z.object({
  dispatchId: text,
  /** `again`: the same bytes were accepted before; the receipt is the first one. `working`: look at the submission. */
  outcome: z.enum(['accepted', 'again', 'would-be-accepted', 'working']),
  /** While the outcome is `working`: where it is seen, `GET /v1/submissions/{submissionId}`. */
  submissionId: z.optional(text),
  /** Compact JWS; absent on a dry run and while the outcome is `working`. */
  receipt: z.optional(text),
  /** DER of the certificate that verifies the receipt, base64; absent where the receipt is. */
  receiptCertificate: z.optional(text),
  recipients: z.array(z.object({ code: text, name: text, deliveryId: text })),
  report: REPORT,
});

export const ANSWERS = {
  submit: submitted,
  submission: z.object({
    submissionId: text,
    state: z.enum(['working', 'accepted', 'refused']),
    dispatchId: text,
    /** Until when this can be asked. */
    expiresAt: time,
    /** Where it was accepted: what `POST /v1/dispatches` would have answered. */
    answer: z.optional(submitted),
    /** Where it was refused. */
    refusal: z.optional(PROBLEM),
  }),
  sent: page(
    z.object({
      dispatchId: text,
      state: z.enum(['accepted', 'dispatched']),
      headline,
      recipientCount: number,
    }),
  ),
  dispatch: z.object({
    dispatchId: text,
    state: z.enum(['accepted', 'dispatched']),
    headline,
    sender: text,
    recipientCount: number,
    receipt: z.optional(text),
    receiptCertificate: z.optional(text),
    /** A signature beside the document: detached JWS over the exact bytes (RFC 7797). */
    documentSignature: z.optional(text),
    /** DER of the certificate that `documentSignature` names, as it was registered for the sender, base64. */
    documentSignatureCertificate: z.optional(text),
    report: REPORT,
    /** `yyyy/MM/dd`, as the message says it. */
    dueDate: z.optional(text),
    /** When the sender wants deliveries to expire that nobody collected. */
    expiresAt: z.optional(time),
    retention: z.optional(RETENTION_VIEW),
    /** Since when a legal hold keeps it. */
    heldSince: z.optional(time),
    /** An axis of an earlier version tells none. */
    thread: z.optional(THREAD),
    timeline,
    /** The sender sees every recipient, a recipient its own. */
    deliveries: z.array(z.object({ ...delivery.shape, timeliness: z.optional(TIMELINESS), timeline })),
    next: z.optional(text),
  }),
  dispatchEvidence: evidence,
  deliveryEvidence: evidence,
  logFile: z.object({ href: text, expiresAt: time }),
  content: z.object({ href: text, sha256: text, bytes: number, expiresAt: time }),
  attachments: z.object({ items: z.array(ATTACHMENT) }),
  attachment: z.object({ ...ATTACHMENT.shape, href: text, expiresAt: time }),
  startUpload: z.object({ ...upload.shape, put: z.optional(uploadLink) }),
  upload,
  uploadParts: z.object({
    links: z.array(z.object({ n: number, bytes: number, ...uploadLink.shape })),
  }),
  completeUpload: upload,
  receive: z.object({
    deliveries: z.array(leased),
    /** Where the request acknowledged something: what came of each, in its order. */
    acknowledged: z.optional(z.array(acknowledged)),
  }),
  inbox: page(delivery),
  credentials: z.object({
    accessKeyId: text,
    secretAccessKey: text,
    sessionToken: text,
    expiresAt: time,
    region: text,
    queueUrl: text,
    endpoint: z.optional(text),
  }),
  lease: leased,
  acknowledge: settled,
  acknowledgeBatch: z.object({ results: z.array(acknowledged) }),
  release: settled,
  reject: settled,
  extend: z.object({ deliveryId: text, lease: z.object({ token: text, until: time }) }),
  agencies: page(agency),
  directory: z.object({
    /** `changes`: what differs from the version asked for; `full`: everything. */
    kind: z.enum(['full', 'changes']),
    version: number,
    /** For `changes`: the version that they lead on from. */
    since: z.optional(number),
    at: time,
    /** In the full list. */
    agencies: number,
    /** JSON lines: `{code, name, parent?, connected, suspended}`, and among changes `{code, deleted: true}`. */
    href: text,
    expiresAt: time,
  }),
  me: z.object({ systemId: text, name: text, agencies: page(agency) }),
  /** The only time that the secret is shown. */
  setWebhook: z.extend(webhookView, { secret: text }),
  showWebhook: webhookView,
  removeWebhook: z.object({ removed: z.literal(true) }),
  health: z.object({ status: z.literal('ok'), axis: text, stage: text, version: text, now: time, paused }),
  axis: z.object({
    axis: text,
    stage: text,
    version: text,
    paused,
    limits: z.record(text, z.unknown()),
    /** Public key that certifies the receipts' keys, JWK (RFC 7517). */
    receiptIssuer: z.record(text, z.unknown()),
  }),
  ...ADMIN_ANSWERS,
} as const satisfies Record<RouteName, z.ZodMiniType>;

/** What a route of the axis answers. */
export type AnswerOf<R extends RouteName> = z.infer<(typeof ANSWERS)[R]>;
/** A refusal as it travels (RFC 9457). */
export type Problem = z.infer<typeof PROBLEM>;
/** The verification report of a document: each check, its verdict, its reason. */
export type ReportView = z.infer<typeof REPORT>;
