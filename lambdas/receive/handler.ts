import { randomBytes } from 'node:crypto';
import { BudgetTable } from '../../adapters/aws/budgetTable.ts';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { dynamoClient, sqsClient, stsClient } from '../../adapters/aws/clients.ts';
import { ContentLinks } from '../../adapters/aws/contentLinks.ts';
import { DeliveryTable } from '../../adapters/aws/deliveryTable.ts';
import { SqsInboxQueues } from '../../adapters/aws/inboxQueues.ts';
import { CachedMemory, MemoryTable } from '../../adapters/aws/memoryTable.ts';
import { StsCredentialVendor } from '../../adapters/aws/queueCredentials.ts';
import { RefusalTable } from '../../adapters/aws/refusalTable.ts';
import { WaitingRoomTable } from '../../adapters/aws/waitingRoomTable.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import type { DeliveryRecord } from '../../core/contract/records.ts';
import { accept } from '../../core/contract/refusals.ts';
import { lease, listInbox, receive } from '../../core/walk/receive.ts';
import { answer } from '../edge/answer.ts';
import { Authenticator } from '../edge/authenticate.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { edge } from '../edge/edge.ts';
import { pageOf } from '../edge/edgeRequest.ts';
import { createObserver } from '../edge/observe.ts';
import { deliveryIdIn } from '../edge/pathId.ts';
import { RateLimiter } from '../edge/rateLimiter.ts';
import { json } from '../edge/reply.ts';
import { viewAcknowledged } from '../edge/viewAcknowledged.ts';

const environment = readEnvironment('receive', process.env);
const observer = createObserver('receive', environment);
const dynamo = dynamoClient();
const directory = new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock);
const vendor = new StsCredentialVendor(stsClient(), {
  roleArn: environment.INBOX_ROLE_ARN,
  queuePrefix: environment.INBOX_QUEUE_PREFIX,
});

const ports = {
  clock,
  directory,
  deliveries: new DeliveryTable(dynamo, environment.DISPATCHES_TABLE),
  queues: new SqsInboxQueues(sqsClient(), environment.INBOX_QUEUE_PREFIX),
  waitingRoom: new WaitingRoomTable(dynamo, environment.DISPATCHES_TABLE),
  objects: new ContentLinks(environment.DISPATCHES_BUCKET, clock),
  memory: new CachedMemory(new MemoryTable(dynamo, environment.DISPATCHES_TABLE), clock),
  random: () => randomBytes(24).toString('base64url'),
  trouble: observer.fault,
  setAside: ({ deliveryId, dispatchId, system }: DeliveryRecord) => {
    observer.event('set-aside', { deliveryId, dispatchId, system });
    observer.count('setAside');
  },
};

/** Delivered → received: leases from the inbox, its list, and the right to wait on the queue directly. */
export const handler = edge<'receive'>(
  {
    receive: async ({ caller, body, correlationId }) => {
      const outcome = await receive(caller, body, ports);
      if (!outcome.ok) return outcome;
      const { deliveries, retryAfter, acknowledged } = outcome.value;
      for (const { outcome: one } of acknowledged) {
        if (!one.ok) continue;
        observer.event('settled', { ...one.value, correlationId });
        observer.count('settled', 1, one.value.state);
      }
      for (const { deliveryId, dispatchId } of deliveries) {
        observer.event('received', { deliveryId, dispatchId, system: caller.systemId, correlationId });
      }
      observer.count('offered', deliveries.length);
      return accept(
        json(
          200,
          {
            deliveries,
            ...(acknowledged.length > 0 ? { acknowledged: viewAcknowledged(acknowledged, correlationId) } : {}),
          },
          retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
        ),
      );
    },
    lease: async ({ caller, body, path, correlationId }) => {
      const deliveryId = deliveryIdIn(path);
      if (!deliveryId.ok) return deliveryId;
      const outcome = await lease(caller, { ...body, deliveryId: deliveryId.value }, ports);
      if (outcome.ok)
        observer.event('received', { deliveryId: deliveryId.value, system: caller.systemId, correlationId });
      return answer<'lease'>(outcome);
    },
    inbox: async ({ caller, query }) => {
      const page = pageOf(query);
      return page.ok ? answer<'inbox'>(accept(await listInbox(caller, page.value, ports))) : page;
    },
    credentials: async ({ caller }) => answer<'credentials'>(accept(await vendor.vend(caller.systemId))),
  },
  {
    clock,
    observer,
    limiter: new RateLimiter({ counter: new BudgetTable(dynamo, environment.DISPATCHES_TABLE), clock, observer }),
    authenticator: new Authenticator({ axis: environment.AXIS_ID, clock, directory }),
    refusals: new RefusalTable(dynamo, environment.DISPATCHES_TABLE),
  },
);
