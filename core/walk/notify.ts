import { LIMITS } from '../contract/limits.ts';
import type { Clock, Directory, SecretOpener } from '../contract/ports.ts';
import {
  isBroken,
  type WebhookHealth,
  type WebhookMessage,
  type WebhookPost,
  type WebhookRecord,
  type Webhooks,
} from '../contract/webhook.ts';
import { signWebhook } from '../notify/signWebhook.ts';

export interface NotifyPorts {
  readonly clock: Clock;
  readonly directory: Pick<Directory, 'system'>;
  readonly webhooks: Pick<Webhooks, 'find' | 'note'>;
  readonly secrets: SecretOpener;
  readonly post: WebhookPost;
}

/** What becomes of a notification: `again` after so many seconds, `dropped` for good; the system learns it another way. */
export type Notified =
  | { readonly fate: 'sent' }
  | { readonly fate: 'dropped'; readonly why: string }
  | { readonly fate: 'again'; readonly why: string; readonly afterSeconds: number };

/** Failures of others that one failure may meet while it is counted; as many workers as post at once, and some. */
const CONTENDERS = 10;

/**
 * Sends one event to the webhook of its system, always under the same id. An endpoint that failed again and again is left alone for
 * a while: events wait, the first one after that is the probe, and one success opens the way for all.
 *
 * @param attempt counted from 1
 */
export async function notify(
  { system, event }: WebhookMessage,
  attempt: number,
  ports: NotifyPorts,
): Promise<Notified> {
  const [webhook, owner] = await Promise.all([ports.webhooks.find(system), ports.directory.system(system)]);
  if (!webhook) return { fate: 'dropped', why: 'the system has no webhook' };
  if (owner?.status !== 'active') return { fate: 'dropped', why: 'the system is suspended' };
  const now = ports.clock.now();
  const tried = isBroken(webhook) ? await probed(webhook, now, ports) : webhook;
  if (!tried) return later(attempt, webhook, { now, why: 'the endpoint is left alone for a while' });
  const secret = await ports.secrets.open(system, tried.ciphertext);
  const posted = await ports.post({ url: tried.url, ...signWebhook(event, secret, now) });
  const at = ports.clock.now();
  if (posted.ok) {
    await ports.webhooks.note(tried, { failures: 0, lastSuccess: at });
    return { fate: 'sent' };
  }
  return later(attempt, await countFailure(tried, { why: posted.why, at }, ports), { now: at, why: posted.why });
}

/** The webhook, if its next try is due and this one is it: of many that come back at the same time only one holds up a worker. */
async function probed(webhook: WebhookRecord, now: number, ports: NotifyPorts): Promise<WebhookRecord | undefined> {
  if ((webhook.nextTry ?? 0) > now) return undefined;
  const { failures, lastSuccess, failingSince, why } = webhook;
  const health: WebhookHealth = {
    failures,
    nextTry: now + LIMITS.webhook.probeMinutes * 60_000,
    ...(lastSuccess === undefined ? {} : { lastSuccess }),
    ...(failingSince === undefined ? {} : { failingSince }),
    ...(why === undefined ? {} : { why }),
  };
  return (await ports.webhooks.note(webhook, health)) ? { ...webhook, ...health } : undefined;
}

/** Counts a failure, also where others were counted meanwhile: an endpoint that hangs holds up several workers at once. */
async function countFailure(
  webhook: WebhookRecord,
  { why, at }: { readonly why: string; readonly at: number },
  ports: NotifyPorts,
): Promise<WebhookRecord> {
  let seen: WebhookRecord | undefined = webhook;
  for (let turn = 0; turn < CONTENDERS && seen?.ciphertext === webhook.ciphertext; turn++) {
    const health = failed(seen, why, at);
    if (await ports.webhooks.note(seen, health)) return { ...seen, ...health };
    seen = await ports.webhooks.find(webhook.system);
  }
  return webhook;
}

function failed({ failures, failingSince, lastSuccess }: WebhookRecord, why: string, at: number): WebhookHealth {
  const next = {
    failures: failures + 1,
    failingSince: failingSince ?? at,
    why,
    ...(lastSuccess ? { lastSuccess } : {}),
  };
  return isBroken(next) ? { ...next, nextTry: at + LIMITS.webhook.probeMinutes * 60_000 } : next;
}

function later(attempt: number, webhook: WebhookRecord, { now, why }: { now: number; why: string }): Notified {
  const minutes = LIMITS.webhookBackOffMinutes[attempt - 1];
  if (minutes === undefined) return { fate: 'dropped', why };
  const closed = Math.ceil(((webhook.nextTry ?? 0) - now) / 1000);
  return { fate: 'again', why, afterSeconds: Math.max(minutes * 60, closed) };
}
