import type { AnswerOf } from '../contract/answers.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Clock, SecretSealer } from '../contract/ports.ts';
import type { SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import {
  isBroken,
  type WebhookEvent,
  type WebhookPost,
  type WebhookRecord,
  type Webhooks,
} from '../contract/webhook.ts';
import { signWebhook } from '../notify/signWebhook.ts';

export interface WebhookPorts {
  readonly clock: Clock;
  readonly webhooks: Webhooks;
  readonly secrets: SecretSealer;
  readonly post: WebhookPost;
  /** `whsec_…`, random. */
  readonly newSecret: () => string;
  /** `evt_…`, random. */
  readonly newEventId: () => string;
}

/**
 * Registers where a system is notified, once the endpoint has answered a signed ping with 2xx; until then what was there stays.
 * The secret is in this answer and nowhere else: whoever lost it registers again, and gets another one.
 */
export async function setWebhook(
  { systemId: system }: SystemRecord,
  { url }: RequestOf<'setWebhook'>,
  ports: WebhookPorts,
): Promise<Outcome<AnswerOf<'setWebhook'>>> {
  const seen = await ports.webhooks.find(system);
  const now = ports.clock.now();
  const secret = ports.newSecret();
  const timestamp = new Date(now).toISOString();
  const ping: WebhookEvent = { id: ports.newEventId(), type: 'webhook.ping', timestamp, data: { system } };
  const answered = await ports.post({ url, ...signWebhook(ping, secret, now) });
  if (!answered.ok) return refuse('webhook-unusable', { problem: answered.why, seconds: LIMITS.webhook.seconds });
  const ciphertext = await ports.secrets.seal(system, secret);
  const webhook: WebhookRecord = {
    v: 1,
    system,
    url,
    ciphertext,
    registeredAt: now,
    failures: 0,
    lastSuccess: now,
  };
  if (!(await ports.webhooks.replace(webhook, seen))) return refuse('busy');
  return accept({ ...viewOf(webhook), secret });
}

/** Where a system is notified, and how its endpoint does. */
export async function showWebhook(
  { systemId }: SystemRecord,
  { webhooks }: Pick<WebhookPorts, 'webhooks'>,
): Promise<Outcome<AnswerOf<'showWebhook'>>> {
  const webhook = await webhooks.find(systemId);
  return webhook ? accept(viewOf(webhook)) : refuse('webhook-not-found');
}

/** Ends it: what was on its way is dropped. */
export async function removeWebhook(
  { systemId }: SystemRecord,
  { webhooks }: Pick<WebhookPorts, 'webhooks'>,
): Promise<Outcome<AnswerOf<'removeWebhook'>>> {
  return (await webhooks.remove(systemId)) ? accept({ removed: true }) : refuse('webhook-not-found');
}

function viewOf(webhook: WebhookRecord): AnswerOf<'showWebhook'> {
  const { url, registeredAt, lastSuccess, failingSince, why, nextTry } = webhook;
  return {
    url,
    state: isBroken(webhook) ? 'broken' : 'active',
    registeredAt: new Date(registeredAt).toISOString(),
    ...(lastSuccess === undefined ? {} : { lastSuccess: new Date(lastSuccess).toISOString() }),
    ...(failingSince === undefined ? {} : { failingSince: new Date(failingSince).toISOString() }),
    ...(why === undefined ? {} : { why }),
    ...(nextTry === undefined ? {} : { nextTry: new Date(nextTry).toISOString() }),
  };
}
