import type { SystemId } from '../../core/contract/ids.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type { WebhookRecord, Webhooks } from '../../core/contract/webhook.ts';

const ENTRIES = 10_000;

/** Which systems have a webhook, also which have none, believed as long as the registry: most dispatches ask nothing. */
export class CachedWebhooks implements Pick<Webhooks, 'find'> {
  readonly #webhooks: Pick<Webhooks, 'find'>;
  readonly #clock: Clock;
  readonly #known = new Map<SystemId, { readonly webhook: WebhookRecord | undefined; readonly until: number }>();

  constructor(webhooks: Pick<Webhooks, 'find'>, clock: Clock) {
    this.#webhooks = webhooks;
    this.#clock = clock;
  }

  async find(system: SystemId): Promise<WebhookRecord | undefined> {
    const now = this.#clock.now();
    const known = this.#known.get(system);
    if (known && known.until > now) return known.webhook;
    const webhook = await this.#webhooks.find(system);
    if (this.#known.size >= ENTRIES) this.#known.clear();
    this.#known.set(system, { webhook, until: now + LIMITS.registryCacheSeconds * 1000 });
    return webhook;
  }
}
