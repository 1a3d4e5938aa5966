import type { SystemId } from '../contract/ids.ts';
import type { Trouble } from '../contract/logEvents.ts';
import type { WebhookEvent, WebhookQueue, Webhooks } from '../contract/webhook.ts';

export interface TellPorts {
  readonly webhooks: Pick<Webhooks, 'find'>;
  readonly webhookQueue: WebhookQueue;
  readonly trouble: Trouble;
}

/**
 * Puts an event on its way to the webhook of a system that has one. Never the only way to learn of anything: what goes wrong here is
 * told and holds up nothing.
 */
export async function tell(system: SystemId | undefined, event: WebhookEvent, ports: TellPorts): Promise<void> {
  if (system === undefined) return;
  try {
    if (await ports.webhooks.find(system)) await ports.webhookQueue.enqueue({ system, event });
  } catch (error) {
    ports.trouble('system-not-told', error, { about: system, type: event.type });
  }
}
