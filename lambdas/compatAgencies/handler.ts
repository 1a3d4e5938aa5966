import { randomBytes } from 'node:crypto';
import { BudgetTable } from '../../adapters/aws/budgetTable.ts';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { dynamoClient, kmsClient } from '../../adapters/aws/clients.ts';
import { KmsSecretOpener } from '../../adapters/aws/kmsSecrets.ts';
import { PresignedLinks } from '../../adapters/aws/presignedLinks.ts';
import { RefusalTable } from '../../adapters/aws/refusalTable.ts';
import { RegistryTable } from '../../adapters/aws/registryTable.ts';
import { SnapshotTable } from '../../adapters/aws/snapshotTable.ts';
import type { AgencyListName } from '../../core/contract/agencyLists.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import type { AgencyId } from '../../core/contract/ids.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';
import { readyAgencyList } from '../../core/walk/agencyLists.ts';
import { closeOwn, type OwnAgenciesPorts, type OwnAgencyAnswer, registerOwn } from '../../core/walk/ownAgencies.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { FaceAuthenticator } from '../edge/compat/faceAuthenticator.ts';
import { type FaceAnswer, type FaceHandle, type FaceRequest, faceEdge } from '../edge/compat/faceEdge.ts';
import { takesGzip } from '../edge/compat/faceReply.ts';
import { headerOf } from '../edge/edgeRequest.ts';
import { createObserver } from '../edge/observe.ts';
import { RateLimiter } from '../edge/rateLimiter.ts';
import { uuidv7 } from '../edge/uuidv7.ts';
import { agencyBody } from './agencyBody.ts';

const environment = readEnvironment('compatAgencies', process.env);
const observer = createObserver('compatAgencies', environment);
const dynamo = dynamoClient();
const registry = new RegistryTable(dynamo, environment.REGISTRY_TABLE);
const directory = new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock);

const links = new PresignedLinks(environment.DISPATCHES_BUCKET, clock);
const lists = {
  snapshots: new SnapshotTable(dynamo, environment.REGISTRY_TABLE),
  links: { link: (key: string, seconds: number) => links.sign({ method: 'GET', key }, seconds) },
};

/** The whole directory, as it was last published: a link, because no function could answer so much. */
const list =
  (name: AgencyListName): FaceHandle =>
  ({ event }) =>
    readyAgencyList(name, { packed: takesGzip(headerOf(event, 'accept-encoding')) }, lists);

/** A centre sees what it has just said: nothing is believed for longer than one request. */
const ports = (): OwnAgenciesPorts => ({
  clock,
  directory: new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock),
  registry,
  served: registry,
  newAgencyId: () => uuidv7(clock.now(), randomBytes(10)) as AgencyId,
});

function told(
  { caller, correlationId }: FaceRequest,
  what: 'agency-registered' | 'agency-closed',
  outcome: Outcome<OwnAgencyAnswer>,
): Outcome<FaceAnswer> {
  if (!outcome.ok) return outcome;
  observer.event(what, { ...outcome.value, system: caller.systemId, correlationId });
  return accept({ members: {} });
}

/** The directory for systems that speak as the SDK does, and what a centre says of its own agencies. */
export const handler = faceEdge<'compatAgencies'>(
  {
    getAgenciesList: list('agencies'),
    getAgenciesListQD20: list('agencies-qd20'),
    getSynchronizeUnit: list('units'),
    registerAgency: async (request) => {
      const asked = agencyBody(request.event);
      if (!asked.ok) return asked;
      return told(request, 'agency-registered', await registerOwn(request.caller, asked.value, ports()));
    },
    deleteAgency: async (request) => {
      const code = request.parameter('AgencyCode');
      if (!code) return refuse('parameter-invalid', { parameter: 'AgencyCode', problem: 'it is missing' });
      return told(request, 'agency-closed', await closeOwn(request.caller, code, ports()));
    },
  },
  {
    clock,
    observer,
    limiter: new RateLimiter({ counter: new BudgetTable(dynamo, environment.DISPATCHES_TABLE), clock, observer }),
    authenticator: new FaceAuthenticator({
      clock,
      directory,
      secrets: new KmsSecretOpener(kmsClient(), environment.SECRETS_KEY_ID, environment.STAGE),
    }),
    refusals: new RefusalTable(dynamo, environment.DISPATCHES_TABLE),
  },
);
