import { BudgetTable } from '../../adapters/aws/budgetTable.ts';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { dynamoClient } from '../../adapters/aws/clients.ts';
import { DeliveryTable } from '../../adapters/aws/deliveryTable.ts';
import { RefusalTable } from '../../adapters/aws/refusalTable.ts';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { accept, type Outcome } from '../../core/contract/refusals.ts';
import { acknowledge, acknowledgeEach, reject, release } from '../../core/walk/acknowledge.ts';
import { extend } from '../../core/walk/extend.ts';
import { answer } from '../edge/answer.ts';
import { Authenticator } from '../edge/authenticate.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { edge } from '../edge/edge.ts';
import { createObserver } from '../edge/observe.ts';
import { deliveryIdIn } from '../edge/pathId.ts';
import { RateLimiter } from '../edge/rateLimiter.ts';
import { viewAcknowledged } from '../edge/viewAcknowledged.ts';

const environment = readEnvironment('acknowledge', process.env);
const observer = createObserver('acknowledge', environment);
const dynamo = dynamoClient();
const directory = new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock);
const ports = { clock, deliveries: new DeliveryTable(dynamo, environment.DISPATCHES_TABLE) };

type Settled = AnswerOf<'acknowledge'>;

/** Says in the log and the counts what a settlement came to. */
function observed(outcome: Outcome<Settled>, correlationId: string): Outcome<Settled> {
  if (outcome.ok) {
    observer.event('settled', { ...outcome.value, correlationId });
    observer.count('settled', 1, outcome.value.state);
  }
  return outcome;
}

/** Received → acknowledged, and the other ways in which a lease ends. */
export const handler = edge<'acknowledge'>(
  {
    acknowledge: async ({ caller, body, path, correlationId }) => {
      const deliveryId = deliveryIdIn(path);
      if (!deliveryId.ok) return deliveryId;
      return answer<'acknowledge'>(
        observed(await acknowledge(caller, { ...body, deliveryId: deliveryId.value }, ports), correlationId),
      );
    },
    acknowledgeBatch: async ({ caller, body, correlationId }) => {
      const acknowledged = await acknowledgeEach(caller, body.items, ports);
      for (const { outcome } of acknowledged) observed(outcome, correlationId);
      const results = viewAcknowledged(acknowledged, correlationId);
      return answer<'acknowledgeBatch'>(accept({ results }));
    },
    release: async ({ caller, body, path, correlationId }) => {
      const deliveryId = deliveryIdIn(path);
      if (!deliveryId.ok) return deliveryId;
      return answer<'release'>(
        observed(await release(caller, { ...body, deliveryId: deliveryId.value }, ports), correlationId),
      );
    },
    reject: async ({ caller, body, path, correlationId }) => {
      const deliveryId = deliveryIdIn(path);
      if (!deliveryId.ok) return deliveryId;
      return answer<'reject'>(
        observed(await reject(caller, { ...body, deliveryId: deliveryId.value }, ports), correlationId),
      );
    },
    extend: async ({ caller, body, path }) => {
      const deliveryId = deliveryIdIn(path);
      return deliveryId.ok
        ? answer<'extend'>(extend(caller, { ...body, deliveryId: deliveryId.value }, ports))
        : deliveryId;
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
