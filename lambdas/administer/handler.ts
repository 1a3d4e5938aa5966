import { randomBytes } from 'node:crypto';
import { AsideTable } from '../../adapters/aws/asideTable.ts';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { IndexedCertificates } from '../../adapters/aws/certificateListing.ts';
import { dynamoClient, kmsClient, s3Client, sqsClient } from '../../adapters/aws/clients.ts';
import { DeliveryTable } from '../../adapters/aws/deliveryTable.ts';
import { DispatchTable } from '../../adapters/aws/dispatchTable.ts';
import { SqsInboxProvision } from '../../adapters/aws/inboxQueues.ts';
import { KmsSecretSealer } from '../../adapters/aws/kmsSecrets.ts';
import { MoveTable } from '../../adapters/aws/moveTable.ts';
import { ObjectStore } from '../../adapters/aws/objectStore.ts';
import { PauseTable } from '../../adapters/aws/pauseTable.ts';
import { PublishedTrustLists } from '../../adapters/aws/publishedTrustLists.ts';
import { RefusalTable } from '../../adapters/aws/refusalTable.ts';
import { RegistryTable } from '../../adapters/aws/registryTable.ts';
import { RetentionTable } from '../../adapters/aws/retentionTable.ts';
import { RevocationIndexTable } from '../../adapters/aws/revocationIndexTable.ts';
import { SubmissionTable } from '../../adapters/aws/submissionTable.ts';
import { UploadTable } from '../../adapters/aws/uploadTable.ts';
import { createCertificateJudge } from '../../adapters/trust/certificateJudge.ts';
import { certificateInspector } from '../../adapters/trust/inspectCertificate.ts';
import { readPem } from '../../adapters/trust/readPem.ts';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { type AgencyId, base32, type SecretId, type SystemId } from '../../core/contract/ids.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';
import type { RouteName, RoutesOf } from '../../core/contract/routes.ts';
import { byOperator } from '../../core/contract/timeline.ts';
import type { Act, AdministerPorts } from '../../core/walk/administer.ts';
import * as agencies from '../../core/walk/administerAgencies.ts';
import { addSecret, retireSecret } from '../../core/walk/administerSecrets.ts';
import * as systems from '../../core/walk/administerSystems.ts';
import { setTrust, showTrust, type TrustPorts } from '../../core/walk/administerTrust.ts';
import { holdDispatch } from '../../core/walk/hold.ts';
import { importAgencies } from '../../core/walk/importAgencies.ts';
import { mergeAgency, moveAgency, requeueAndFollow } from '../../core/walk/move.ts';
import { explainById, listAside } from '../../core/walk/operate.ts';
import { type PausePorts, setPause, showPause } from '../../core/walk/pause.ts';
import { addAlias, changeAgency } from '../../core/walk/renameAgency.ts';
import { discard } from '../../core/walk/setAside.ts';
import { showRevocation } from '../../core/walk/showRevocation.ts';
import { tryTrust } from '../../core/walk/tryTrust.ts';
import { answer } from '../edge/answer.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { edge, type Handle } from '../edge/edge.ts';
import { type EdgeRequest, pageOf } from '../edge/edgeRequest.ts';
import { createObserver } from '../edge/observe.ts';
import { agencyIdIn, deliveryIdIn, dispatchIdIn, kidIn, secretIdIn, systemIdIn, thumbprintIn } from '../edge/pathId.ts';
import type { Reply } from '../edge/reply.ts';
import { uuidv7 } from '../edge/uuidv7.ts';

const environment = readEnvironment('administer', process.env);
const observer = createObserver('administer', environment);
const dynamo = dynamoClient();

/** Operators see what they have just done: nothing is believed for longer than one request. */
const freshDirectory = (): CachedDirectory => new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock);
const table = new RegistryTable(dynamo, environment.REGISTRY_TABLE);
const inboxes = new SqsInboxProvision(sqsClient(), environment.INBOX_QUEUE_PREFIX, environment.INBOX_DEAD_LETTER_ARN);
const refusals = new RefusalTable(dynamo, environment.DISPATCHES_TABLE);
const deliveries = new DeliveryTable(dynamo, environment.DISPATCHES_TABLE);
const dispatches = new DispatchTable(dynamo, environment.DISPATCHES_TABLE);
const retention = new RetentionTable(dynamo, environment.DISPATCHES_TABLE);
const moves = new MoveTable(dynamo, environment.DISPATCHES_TABLE);

const pauses = new PauseTable(dynamo, environment.REGISTRY_TABLE);

const secrets = new KmsSecretSealer(kmsClient(), environment.SECRETS_KEY_ID, environment.STAGE);

/** 256 bits as 43 printable ASCII characters: any program can put them into a configuration file. */
const newSecret = (): { secretId: SecretId; secret: string } => ({
  secretId: `sct_${base32(randomBytes(10))}` as SecretId,
  secret: randomBytes(32).toString('base64url'),
});

const revocation = new RevocationIndexTable(dynamo, environment.REGISTRY_TABLE);
const listing = new IndexedCertificates(dynamo, environment.REGISTRY_TABLE);
const objects = new ObjectStore(s3Client(), environment.DISPATCHES_BUCKET, clock);

const ports = (): AdministerPorts => ({
  clock,
  directory: freshDirectory(),
  registry: table,
  inboxes,
  refusals,
  certificates: { read: readPem },
  inspector: certificateInspector,
  deliveries,
  moves,
  secrets,
  newSecret,
  newAgencyId: () => uuidv7(clock.now(), randomBytes(10)) as AgencyId,
});

const trustPorts = (): TrustPorts => {
  const directory = freshDirectory();
  const trust = new PublishedTrustLists(directory, objects);
  return { clock, directory, registry: table, trust, objects, inspector: certificateInspector };
};

const operatePorts = {
  clock,
  dispatches,
  deliveries,
  aside: new AsideTable(dynamo, environment.DISPATCHES_TABLE),
  submissions: new SubmissionTable(dynamo, environment.DISPATCHES_TABLE),
  uploads: new UploadTable(dynamo, environment.DISPATCHES_TABLE),
};

const pausePorts = (): PausePorts => ({ clock, sign: freshDirectory(), writes: pauses });

/** Every operator action says who and why, in the record and in the log. */
async function act<R extends RouteName>(
  what: R,
  request: Pick<EdgeRequest<R>, 'path' | 'correlationId'> & { operator: string; body: { reason: string } },
  outcome: (by: Act) => Promise<Outcome<AnswerOf<R>>>,
): Promise<Outcome<Reply>> {
  const { operator, body, path, correlationId } = request;
  const { reason } = body;
  // What it was about as well: after the registry was restored, what was revoked since is done again from here.
  observer.event('operator', { ...path, what, operator, reason, correlationId });
  return answer<R>(outcome({ by: byOperator(operator), reason }));
}

type Route = RoutesOf<'administer'>;

/** A route about one system. */
const onSystem =
  <R extends Route>(run: (systemId: SystemId, request: EdgeRequest<R>) => Promise<Outcome<Reply>>): Handle<R> =>
  async (request) => {
    const systemId = systemIdIn(request.path);
    return systemId.ok ? run(systemId.value, request) : systemId;
  };

/** A route about one agency. */
const onAgency =
  <R extends Route>(run: (agencyId: AgencyId, request: EdgeRequest<R>) => Promise<Outcome<Reply>>): Handle<R> =>
  async (request) => {
    const agencyId = agencyIdIn(request.path);
    return agencyId.ok ? run(agencyId.value, request) : agencyId;
  };

/** The operators' routes: registry, trust anchors, and deliveries that were set aside. */
export const handler = edge<'administer'>(
  {
    addSystem: (request) => act('addSystem', request, (by) => systems.addSystem(by, request.body, ports())),
    showSystem: onSystem((systemId) => answer<'showSystem'>(systems.showSystem(systemId, ports()))),
    addKey: onSystem<'addKey'>((systemId, request) =>
      act('addKey', request, (by) => systems.addKey(by, { ...request.body, systemId }, ports())),
    ),
    retireKey: onSystem<'retireKey'>(async (systemId, request) => {
      const kid = kidIn(request.path);
      if (!kid.ok) return kid;
      const wanted = { ...request.body, systemId, kid: kid.value };
      return act('retireKey', request, (by) => systems.retireKey(by, wanted, ports()));
    }),
    suspendSystem: onSystem<'suspendSystem'>((systemId, request) =>
      act('suspendSystem', request, (by) => systems.suspendSystem(by, { ...request.body, systemId }, ports())),
    ),
    setLimits: onSystem<'setLimits'>((systemId, request) =>
      act('setLimits', request, (by) => systems.setLimits(by, { ...request.body, systemId }, ports())),
    ),
    addSecret: onSystem<'addSecret'>((systemId, request) =>
      act('addSecret', request, (by) => addSecret(by, { ...request.body, systemId }, ports())),
    ),
    retireSecret: onSystem<'retireSecret'>(async (systemId, request) => {
      const secretId = secretIdIn(request.path);
      if (!secretId.ok) return secretId;
      const wanted = { ...request.body, systemId, secretId: secretId.value };
      return act('retireSecret', request, (by) => retireSecret(by, wanted, ports()));
    }),
    addAgency: (request) => act('addAgency', request, (by) => agencies.addAgency(by, request.body, ports())),
    findAgency: async ({ query: { code } }) =>
      code === undefined
        ? refuse('parameter-invalid', { parameter: 'code', problem: 'say which code' })
        : answer<'findAgency'>(agencies.findAgency(code, ports())),
    showAgency: onAgency((agencyId) => answer<'showAgency'>(agencies.showAgency(agencyId, ports()))),
    importAgencies: (request) => act('importAgencies', request, (by) => importAgencies(by, request.body, ports())),
    changeAgency: onAgency<'changeAgency'>((agencyId, request) =>
      act('changeAgency', request, (by) => changeAgency(by, { ...request.body, agencyId }, ports())),
    ),
    addCertificate: onAgency<'addCertificate'>((agencyId, request) =>
      act('addCertificate', request, (by) => agencies.addCertificate(by, { ...request.body, agencyId }, ports())),
    ),
    retireCertificate: onAgency<'retireCertificate'>(async (agencyId, request) => {
      const thumbprint = thumbprintIn(request.path);
      if (!thumbprint.ok) return thumbprint;
      const wanted = { ...request.body, agencyId, thumbprint: thumbprint.value };
      return act('retireCertificate', request, (by) => agencies.retireCertificate(by, wanted, ports()));
    }),
    addAlias: onAgency<'addAlias'>((agencyId, request) =>
      act('addAlias', request, (by) => addAlias(by, { ...request.body, agencyId }, ports())),
    ),
    moveAgency: onAgency<'moveAgency'>((agencyId, request) =>
      act('moveAgency', request, (by) => moveAgency(by, { ...request.body, agencyId }, ports())),
    ),
    mergeAgency: onAgency<'mergeAgency'>((agencyId, request) =>
      act('mergeAgency', request, (by) => mergeAgency(by, { ...request.body, agencyId }, ports())),
    ),
    suspendAgency: onAgency<'suspendAgency'>((agencyId, request) =>
      act('suspendAgency', request, (by) => agencies.suspendAgency(by, { ...request.body, agencyId }, ports())),
    ),
    setPolicy: onAgency<'setPolicy'>((agencyId, request) =>
      act('setPolicy', request, (by) => agencies.setPolicy(by, { ...request.body, agencyId }, ports())),
    ),
    showTrust: async () => answer<'showTrust'>(showTrust(trustPorts())),
    showRevocation: async () => answer<'showRevocation'>(showRevocation({ clock, index: revocation })),
    tryTrust: (request) =>
      answer<'tryTrust'>(tryTrust(request.body, { ...trustPorts(), listing, newJudge: createCertificateJudge })),
    setTrust: (request) => act('setTrust', request, (by) => setTrust(by, request.body, trustPorts())),
    showPause: async () => answer<'showPause'>(showPause(pausePorts())),
    setPause: (request) => act('setPause', request, (by) => setPause(by, request.body, pausePorts())),
    holdDispatch: async (request) => {
      const dispatchId = dispatchIdIn(request.path);
      if (!dispatchId.ok) return dispatchId;
      const wanted = { dispatchId: dispatchId.value, held: request.body.held };
      return act('holdDispatch', request, (by) => holdDispatch(by, wanted, { clock, dispatches, retention }));
    },
    listAside: async ({ query }) => {
      const page = pageOf(query);
      return page.ok ? answer<'listAside'>(accept(await listAside(page.value, operatePorts))) : page;
    },
    explain: ({ path }) => answer<'explain'>(explainById(path.id ?? '', operatePorts)),
    requeue: async (request) => {
      const deliveryId = deliveryIdIn(request.path);
      return deliveryId.ok
        ? act('requeue', request, (by) => requeueAndFollow(by, deliveryId.value, ports()))
        : deliveryId;
    },
    discard: async (request) => {
      const deliveryId = deliveryIdIn(request.path);
      return deliveryId.ok ? act('discard', request, (by) => discard(by, deliveryId.value, ports())) : deliveryId;
    },
  },
  {
    clock,
    observer,
    limiter: undefined,
    authenticator: undefined,
  },
);
