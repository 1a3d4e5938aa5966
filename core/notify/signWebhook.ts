import { createHmac } from 'node:crypto';
import type { WebhookEvent } from '../contract/webhook.ts';

const PREFIX = 'whsec_';

/** A signing secret as its receiver configures it: `whsec_` and base64, see standardwebhooks.com. */
export const secretOf = (bytes: Uint8Array): string => `${PREFIX}${Buffer.from(bytes).toString('base64')}`;

/** What is sent of an event, always the same bytes, and never its id: that stands in the headers. */
const bodyOf = ({ type, timestamp, data }: WebhookEvent): string => JSON.stringify({ type, timestamp, data });

/**
 * An event under the headers of the Standard Webhooks specification: `webhook-id`, the same at every try; `webhook-timestamp`,
 * seconds, of this try; `webhook-signature`, `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`.
 *
 * @param at milliseconds since the epoch
 */
export function signWebhook(
  event: WebhookEvent,
  secret: string,
  at: number,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const body = bodyOf(event);
  const timestamp = String(Math.floor(at / 1000));
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const mac = createHmac('sha256', key).update(`${event.id}.${timestamp}.${body}`).digest('base64');
  return {
    headers: { 'webhook-id': event.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` },
    body,
  };
}
