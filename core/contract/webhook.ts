import * as z from 'zod/mini';
import { isSystemId, type SystemId, type Thumbprint } from './ids.ts';
import { LIMITS } from './limits.ts';

const moment = z.string(); // ISO 8601, UTC, milliseconds

const uncollected = z.object({
  deliveryId: z.string(),
  dispatchId: z.string(),
  recipient: z.string(),
  expiresAt: moment,
});

/** The bodies of what a system is told at its webhook. Facts only, never anything of a message: what waits is fetched as ever. */
export const WEBHOOK_BODIES = {
  'webhook.ping': z.object({
    type: z.literal('webhook.ping'),
    /** When it happened. */
    timestamp: moment,
    data: z.object({ system: z.string() }),
  }),
  'delivery.waiting': z.object({
    type: z.literal('delivery.waiting'),
    timestamp: moment,
    /** You have mail: what one dispatch brought into the inbox, under the ids that the inbox gives. */
    data: z.object({
      deliveries: z.array(
        z.object({
          deliveryId: z.string(),
          dispatchId: z.string(),
          recipient: z.string(),
          kind: z.enum(['document', 'status']),
          urgent: z.boolean(),
        }),
      ),
    }),
  }),
  'delivery.uncollected': z.object({
    type: z.literal('delivery.uncollected'),
    timestamp: moment,
    /** To the sender's system: nobody has collected it, and soon it expires. */
    data: uncollected,
  }),
  'delivery.expired': z.object({
    type: z.literal('delivery.expired'),
    timestamp: moment,
    data: uncollected,
  }),
  'certificate.expiring': z.object({
    type: z.literal('certificate.expiring'),
    timestamp: moment,
    /** Code of the agency, the certificate by its `x5t#S256`, and whole days until its end when this was told. */
    data: z.object({ agency: z.string(), thumbprint: z.string(), notAfter: moment, daysLeft: z.int() }),
  }),
} as const;

/** The same however often it is sent: `webhook-id`, by which a receiver knows a repeat. */
const id = z.string().check(z.regex(/^evt_[a-z2-7]{32}$/));
const WEBHOOK_EVENT = z.discriminatedUnion('type', [
  z.extend(WEBHOOK_BODIES['webhook.ping'], { id }),
  z.extend(WEBHOOK_BODIES['delivery.waiting'], { id }),
  z.extend(WEBHOOK_BODIES['delivery.uncollected'], { id }),
  z.extend(WEBHOOK_BODIES['delivery.expired'], { id }),
  z.extend(WEBHOOK_BODIES['certificate.expiring'], { id }),
]);
export type WebhookEvent = z.infer<typeof WEBHOOK_EVENT>;

/** A message of the queue `webhooks`. */
export const WEBHOOK_MESSAGE = z.object({
  system: z.pipe(
    z.string().check(z.refine(isSystemId)),
    z.transform((text) => text as SystemId),
  ),
  event: WEBHOOK_EVENT,
});
export type WebhookMessage = z.infer<typeof WEBHOOK_MESSAGE>;

/** The webhook of one system, and how it does. Times are milliseconds since the epoch. */
export interface WebhookRecord {
  readonly v: 1;
  readonly system: SystemId;
  readonly url: string;
  /** The signing secret, encrypted like every secret of a system; base64. It names this registration: each has its own. */
  readonly ciphertext: string;
  readonly registeredAt: number;
  /** Failures in a row. */
  readonly failures: number;
  readonly lastSuccess?: number;
  /** Since when nothing succeeded, and why the last try failed. */
  readonly failingSince?: number;
  readonly why?: string;
  /** While it is broken: nothing is sent before. */
  readonly nextTry?: number;
}

/** The members that change with every try. */
export type WebhookHealth = Pick<WebhookRecord, 'failures' | 'lastSuccess' | 'failingSince' | 'why' | 'nextTry'>;

/** After so many failures in a row the endpoint is left alone for a while. */
export const isBroken = ({ failures }: Pick<WebhookRecord, 'failures'>): boolean => failures >= LIMITS.webhook.failures;

/** Webhooks in the registry. */
export interface Webhooks {
  /** Strongly consistent. */
  find(system: SystemId): Promise<WebhookRecord | undefined>;
  /** Puts a webhook in the place of what was seen there; false: another one was registered or removed meanwhile. */
  replace(webhook: WebhookRecord, seen: WebhookRecord | undefined): Promise<boolean>;
  /** False: there was none. */
  remove(system: SystemId): Promise<boolean>;
  /** Notes how a try went; false: the webhook, its count of failures or its next try has changed meanwhile. */
  note(seen: WebhookRecord, health: WebhookHealth): Promise<boolean>;
}

export interface WebhookQueue {
  enqueue(message: WebhookMessage): Promise<void>;
}

/** Remembers of which days before its end a certificate's system was told. */
export interface ExpiryMarks {
  /** Harmless when it was told of as few days before. */
  mark(thumbprint: Thumbprint, days: number): Promise<void>;
}

export type Posted = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** Posts JSON to a public https address; whatever goes wrong is an answer, and no answer's reason holds the address. */
export type WebhookPost = (request: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}) => Promise<Posted>;
