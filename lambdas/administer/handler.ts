import { randomBytes } from 'node:crypto';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { dynamoClient, sqsClient } from '../../adapters/aws/clients.ts';
import { DeliveryTable } from '../../adapters/aws/deliveryTable.ts';
import { SqsInboxProvision } from '../../adapters/aws/inboxQueues.ts';
import { RefusalTable } from '../../adapters/aws/refusalTable.ts';
import { RegistryTable } from '../../adapters/aws/registryTable.ts';
import { readPem } from '../../adapters/trust/readPem.ts';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import type { AgencyId } from '../../core/contract/ids.ts';
import type { Outcome } from '../../core/contract/refusals.ts';
import type { RouteName } from '../../core/contract/routes.ts';
import * as registry from '../../core/walk/administer.ts';
import { discard, requeue } from '../../core/walk/setAside.ts';
import { answer } from '../edge/answer.ts';
import { Authenticator } from '../edge/authenticate.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { edge } from '../edge/edge.ts';
import { createObserver } from '../edge/observe.ts';
import { agencyIdIn, deliveryIdIn, systemIdIn } from '../edge/pathId.ts';
import type { Reply } from '../edge/reply.ts';
import { uuidv7 } from './uuidv7.ts';

const environment = readEnvironment('administer', process.env);
const observer = createObserver('administer', environment);
const dynamo = dynamoClient();

/** Operators see what they have just done: nothing is believed for longer than one request. */
const freshDirectory = (): CachedDirectory => new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock);
const table = new RegistryTable(dynamo, environment.REGISTRY_TABLE);
const inboxes = new SqsInboxProvision(sqsClient(), environment.INBOX_QUEUE_PREFIX, environment.INBOX_DEAD_LETTER_ARN);
const refusals = new RefusalTable(dynamo, environment.DISPATCHES_TABLE);
const deliveries = new DeliveryTable(dynamo, environment.DISPATCHES_TABLE);

const ports = (): registry.AdministerPorts => ({
  clock,
  directory: freshDirectory(),
  registry: table,
  inboxes,
  refusals,
  certificates: { read: readPem },
  deliveries,
  newAgencyId: () => uuidv7(clock.now(), randomBytes(10)) as AgencyId,
});

/** Every operator action says who and why, in the record and in the log. */
async function act<R extends RouteName>(
  what: R,
  request: { operator: string; body: { reason: string }; correlationId: string },
  outcome: (by: registry.Act) => Promise<Outcome<AnswerOf<R>>>,
): Promise<Outcome<Reply>> {
  const { operator, body, correlationId } = request;
  observer.event('operator', { what, operator, correlationId });
  return answer<R>(outcome({ operator, reason: body.reason }));
}

/** The operators' routes: registry, trust anchors, and deliveries that were set aside. */
export const handler = edge<'administer'>(
  {
    addSystem: (request) => act('addSystem', request, (by) => registry.addSystem(by, request.body, ports())),
    showSystem: async ({ path }) => {
      const systemId = systemIdIn(path);
      return systemId.ok ? answer<'showSystem'>(registry.showSystem(systemId.value, ports())) : systemId;
    },
    addKey: async (request) => {
      const systemId = systemIdIn(request.path);
      if (!systemId.ok) return systemId;
      return act('addKey', request, (by) =>
        registry.addKey(by, { ...request.body, systemId: systemId.value }, ports()),
      );
    },
    suspendSystem: async (request) => {
      const systemId = systemIdIn(request.path);
      if (!systemId.ok) return systemId;
      return act('suspendSystem', request, (by) =>
        registry.suspendSystem(by, { ...request.body, systemId: systemId.value }, ports()),
      );
    },
    addAgency: (request) => act('addAgency', request, (by) => registry.addAgency(by, request.body, ports())),
    showAgency: async ({ path }) => {
      const agencyId = agencyIdIn(path);
      return agencyId.ok ? answer<'showAgency'>(registry.showAgency(agencyId.value, ports())) : agencyId;
    },
    addCertificate: async (request) => {
      const agencyId = agencyIdIn(request.path);
      if (!agencyId.ok) return agencyId;
      return act('addCertificate', request, (by) =>
        registry.addCertificate(by, { ...request.body, agencyId: agencyId.value }, ports()),
      );
    },
    suspendAgency: async (request) => {
      const agencyId = agencyIdIn(request.path);
      if (!agencyId.ok) return agencyId;
      return act('suspendAgency', request, (by) =>
        registry.suspendAgency(by, { ...request.body, agencyId: agencyId.value }, ports()),
      );
    },
    setPolicy: async (request) => {
      const agencyId = agencyIdIn(request.path);
      if (!agencyId.ok) return agencyId;
      return act('setPolicy', request, (by) =>
        registry.setPolicy(by, { ...request.body, agencyId: agencyId.value }, ports()),
      );
    },
    showTrust: async () => answer<'showTrust'>(registry.showTrust(ports())),
    setTrust: (request) => act('setTrust', request, (by) => registry.setTrust(by, request.body, ports())),
    requeue: async (request) => {
      const deliveryId = deliveryIdIn(request.path);
      return deliveryId.ok ? act('requeue', request, (by) => requeue(by, deliveryId.value, ports())) : deliveryId;
    },
    discard: async (request) => {
      const deliveryId = deliveryIdIn(request.path);
      return deliveryId.ok ? act('discard', request, (by) => discard(by, deliveryId.value, ports())) : deliveryId;
    },
  },
  {
    clock,
    observer,
    authenticator: new Authenticator({ axis: environment.AXIS_ID, clock, directory: freshDirectory() }),
  },
);
