import { randomBytes } from 'node:crypto';
import { BudgetTable } from '../../adapters/aws/budgetTable.ts';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { dynamoClient, kmsClient } from '../../adapters/aws/clients.ts';
import { KmsSecretSealer } from '../../adapters/aws/kmsSecrets.ts';
import { RefusalTable } from '../../adapters/aws/refusalTable.ts';
import { WebhookTable } from '../../adapters/aws/webhookTable.ts';
import { createWebhookPost } from '../../adapters/web/webhookPost.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { base32 } from '../../core/contract/ids.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { secretOf } from '../../core/notify/signWebhook.ts';
import { removeWebhook, setWebhook, showWebhook } from '../../core/walk/webhook.ts';
import { answer } from '../edge/answer.ts';
import { Authenticator } from '../edge/authenticate.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { edge } from '../edge/edge.ts';
import { createObserver } from '../edge/observe.ts';
import { RateLimiter } from '../edge/rateLimiter.ts';
import { allowLoopback } from '../edge/reach.ts';

const environment = readEnvironment('webhook', process.env);
const observer = createObserver('webhook', environment);
const dynamo = dynamoClient();
const directory = new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock);

const ports = {
  clock,
  webhooks: new WebhookTable(dynamo, environment.REGISTRY_TABLE),
  secrets: new KmsSecretSealer(kmsClient(), environment.SECRETS_KEY_ID, environment.STAGE),
  post: createWebhookPost({ timeoutMs: LIMITS.webhook.seconds * 1000, allowLoopback }),
  newSecret: () => secretOf(randomBytes(32)),
  newEventId: () => `evt_${base32(randomBytes(20))}`,
};

/** `/v1/webhook`: where a system is notified. */
export const handler = edge<'webhook'>(
  {
    setWebhook: async ({ caller, body, correlationId }) => {
      const outcome = await setWebhook(caller, body, ports);
      if (outcome.ok) observer.event('webhook-set', { system: caller.systemId, correlationId });
      return answer<'setWebhook'>(outcome);
    },
    showWebhook: ({ caller }) => answer<'showWebhook'>(showWebhook(caller, ports)),
    removeWebhook: async ({ caller, correlationId }) => {
      const outcome = await removeWebhook(caller, ports);
      if (outcome.ok) observer.event('webhook-removed', { system: caller.systemId, correlationId });
      return answer<'removeWebhook'>(outcome);
    },
  },
  {
    clock,
    observer,
    limiter: new RateLimiter({ counter: new BudgetTable(dynamo, environment.DISPATCHES_TABLE), clock, observer }),
    authenticator: new Authenticator({ axis: environment.AXIS_ID, clock, directory }),
    refusals: new RefusalTable(dynamo, environment.DISPATCHES_TABLE),
  },
);
