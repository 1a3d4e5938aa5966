import * as z from 'zod/mini';
import { LIMITS } from './limits.ts';
import type { RouteName } from './routes.ts';

/** JSON bodies that the axis accepts. Unknown members are refused, so that a misspelt option is never silently ignored. */
const reason = z.string().check(z.trim(), z.minLength(1), z.maxLength(LIMITS.reasonChars));
const leaseToken = z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/, 'a lease token'));
const leaseSeconds = z.optional(
  z.int().check(z.minimum(LIMITS.leaseSeconds.least), z.maximum(LIMITS.leaseSeconds.most)),
);
const digest = z.string().check(z.regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits'));
const sha256 = z.optional(digest);
const deliveryId = z.string().check(z.regex(/^dlv_[a-z2-7]{32}$/, 'a delivery id'));
const systemId = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$/, '3 to 40 small letters, digits or hyphens'));
const code = z.string().check(z.trim(), z.minLength(3), z.maxLength(35));
const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(200));
/** ISO 8601 with the time zone. */
const moment = z.optional(z.iso.datetime({ offset: true }));
/** The `Delivery-Expires` header: when deliveries that nobody collected expire. */
export const DELIVERY_EXPIRES = z.iso.datetime({ offset: true });
const pem = z.string().check(z.minLength(64), z.maxLength(16_384));

/** A document that becomes a trust list if it keeps to `TRUST_LIST`. */
const trustList = z.record(z.string(), z.unknown());

const whole = (most: number) => z.int().check(z.minimum(1), z.maximum(most));
const acknowledged = z
  .array(z.strictObject({ deliveryId, leaseToken, sha256 }))
  .check(z.minLength(1), z.maxLength(LIMITS.acknowledgeBatch));
const partNumber = whole(Math.ceil(LIMITS.uploadBytes / LIMITS.partBytes));

/** An OCSP answer, DER in base64 (RFC 4648 section 4): the `Document-Revocation` header and its member in JSON. */
export const DOCUMENT_REVOCATION = z
  .string()
  .check(
    z.maxLength(LIMITS.documentRevocationChars),
    z.regex(/^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'DER in base64'),
  );

/** The JSON body of `POST /v1/dispatches`, for a message that was uploaded before. */
export const SUBMIT_UPLOAD = z.strictObject({
  uploadId: z.string().check(z.regex(/^upl_[a-z2-7]{32}$/, 'an upload id')),
  documentSignature: z.optional(z.string().check(z.maxLength(LIMITS.documentSignatureChars))),
  documentRevocation: z.optional(DOCUMENT_REVOCATION),
  /** When deliveries that nobody collected expire. */
  deliveryExpires: z.optional(DELIVERY_EXPIRES),
});

export const REQUESTS = {
  startUpload: z.strictObject({
    bytes: whole(LIMITS.uploadBytes),
    sha256: digest,
    what: z.enum(['message', 'attachment']),
  }),
  uploadParts: z.strictObject({ from: partNumber, to: partNumber }),
  completeUpload: z.strictObject({
    parts: z.optional(
      z
        .array(z.strictObject({ n: partNumber, etag: z.string().check(z.minLength(1), z.maxLength(100)) }))
        .check(z.maxLength(Math.ceil(LIMITS.uploadBytes / LIMITS.partBytes))),
    ),
  }),
  receive: z.strictObject({
    max: z.optional(z.int().check(z.minimum(1), z.maximum(LIMITS.receiveMax))),
    waitSeconds: z.optional(z.int().check(z.minimum(0), z.maximum(LIMITS.receiveWaitSeconds))),
    leaseSeconds,
    agency: z.optional(code),
    links: z.optional(z.boolean()),
    /** What the caller has finished: acknowledged first, by the same request. */
    acknowledge: z.optional(acknowledged),
  }),
  lease: z.strictObject({ leaseSeconds }),
  acknowledge: z.strictObject({ leaseToken, sha256 }),
  acknowledgeBatch: z.strictObject({ items: acknowledged }),
  release: z.strictObject({
    leaseToken,
    afterSeconds: z.optional(z.int().check(z.minimum(0), z.maximum(LIMITS.leaseSeconds.most))),
  }),
  reject: z.strictObject({ leaseToken, reason }),
  extend: z.strictObject({ leaseToken, leaseSeconds }),
  credentials: z.strictObject({}),
  setWebhook: z.strictObject({ url: z.string().check(z.minLength(1), z.maxLength(LIMITS.webhook.urlChars)) }),
  addSystem: z.strictObject({ systemId, name, reason }),
  addKey: z.strictObject({ jwk: z.record(z.string().check(z.maxLength(16)), z.unknown()), reason }),
  suspendSystem: z.strictObject({ suspended: z.boolean(), reason }),
  /** What is left out is as for everybody. */
  setLimits: z.strictObject({
    requests: z.optional(whole(LIMITS.budgetMost.requests)),
    bytes: z.optional(whole(LIMITS.budgetMost.bytes)),
    reason,
  }),
  retireKey: z.strictObject({ until: moment, reason }),
  addSecret: z.strictObject({
    note: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(LIMITS.secretNoteChars))),
    reason,
  }),
  retireSecret: z.strictObject({ until: moment, reason }),
  addAgency: z.strictObject({ code, name, parent: z.optional(code), system: z.optional(systemId), reason }),
  addCertificate: z.strictObject({ pem, reason }),
  changeAgency: z.strictObject({
    code: z.optional(code),
    name: z.optional(name),
    /** An empty text takes the parent away. */
    parent: z.optional(z.union([code, z.literal('')])),
    reason,
  }),
  importAgencies: z.strictObject({
    agencies: z
      .array(z.strictObject({ code, name, parent: z.optional(code), system: z.optional(systemId) }))
      .check(z.minLength(1), z.maxLength(LIMITS.importAgencies)),
    dryRun: z.optional(z.boolean()),
    reason,
  }),
  retireCertificate: z.strictObject({ until: moment, reason }),
  addAlias: z.strictObject({ code, from: moment, until: moment, reason }),
  moveAgency: z.strictObject({ system: systemId, reason }),
  mergeAgency: z.strictObject({ into: code, reason }),
  suspendAgency: z.strictObject({ suspended: z.boolean(), reason }),
  setPolicy: z.strictObject({ unsigned: z.enum(['refuse', 'accept']), reason }),
  setTrust: z.strictObject({
    /** The document; what is wrong with it is told problem by problem. */
    list: trustList,
    /** The version that it was made from: refused when another one was published since. */
    replaces: z.optional(z.int().check(z.minimum(0))),
    reason,
  }),
  tryTrust: z.strictObject({ list: trustList, after: z.optional(z.string().check(z.maxLength(1024))) }),
  setPause: z.strictObject({ paused: z.boolean(), reason }),
  rebuild: z.strictObject({
    /** `look`: only say what would be. `end`: what is still without a record may go. */
    what: z.enum(['look', 'rebuild', 'end']),
    /** Where to go on: `next` of the answer before. */
    after: z.optional(z.string().check(z.maxLength(1024))),
    /** Only what was kept since then. */
    since: moment,
    reason,
  }),
  holdDispatch: z.strictObject({ held: z.boolean(), reason }),
  requeue: z.strictObject({ reason }),
  discard: z.strictObject({ reason }),
} as const satisfies Partial<Record<RouteName, z.ZodMiniType>>;

/** The JSON body that a route takes. */
export type RequestOf<R extends keyof typeof REQUESTS> = z.infer<(typeof REQUESTS)[R]>;
