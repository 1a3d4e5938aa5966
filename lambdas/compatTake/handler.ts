import { BudgetTable } from '../../adapters/aws/budgetTable.ts';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { dynamoClient, kmsClient, s3Client } from '../../adapters/aws/clients.ts';
import { ContentLinks } from '../../adapters/aws/contentLinks.ts';
import { DeliveryTable } from '../../adapters/aws/deliveryTable.ts';
import { DispatchTable } from '../../adapters/aws/dispatchTable.ts';
import { KmsSecretOpener } from '../../adapters/aws/kmsSecrets.ts';
import { MailboxTable } from '../../adapters/aws/mailboxTable.ts';
import { ObjectStore } from '../../adapters/aws/objectStore.ts';
import { PresignedLinks } from '../../adapters/aws/presignedLinks.ts';
import { ReadyAnswers } from '../../adapters/aws/readyAnswers.ts';
import { RefusalTable } from '../../adapters/aws/refusalTable.ts';
import { RegistryTable } from '../../adapters/aws/registryTable.ts';
import { edxmlFile } from '../../core/contract/derivedIds.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import type { DeliveryId } from '../../core/contract/ids.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { DeliveryRecord, DispatchKind } from '../../core/contract/records.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';
import { collect, countWaiting, giveBack, holdByName, listWaiting, takeContent } from '../../core/walk/mailbox.ts';
import { listSentItems } from '../../core/walk/sentList.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { FaceAuthenticator } from '../edge/compat/faceAuthenticator.ts';
import { type FaceAnswer, type FaceRequest, faceEdge } from '../edge/compat/faceEdge.ts';
import { noteOn } from '../edge/compat/unsignedNote.ts';
import { createObserver } from '../edge/observe.ts';
import { RateLimiter } from '../edge/rateLimiter.ts';
import { deliveryIn, dispatchIn, kindIn, periodIn } from './parameters.ts';
import { receivedItem } from './receivedList.ts';
import { sentItem } from './sentItems.ts';
import { updateBody } from './updateBody.ts';

const environment = readEnvironment('compatTake', process.env);
const observer = createObserver('compatTake', environment);
const dynamo = dynamoClient();
const s3 = s3Client();
const directory = new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock);
const content = new ObjectStore(s3, environment.DISPATCHES_BUCKET, clock);
const links = new ContentLinks(environment.DISPATCHES_BUCKET, clock);

const ports = {
  clock,
  directory,
  deliveries: new DeliveryTable(dynamo, environment.DISPATCHES_TABLE),
  dispatches: new DispatchTable(dynamo, environment.DISPATCHES_TABLE),
  search: new RegistryTable(dynamo, environment.REGISTRY_TABLE),
  mailbox: new MailboxTable(dynamo, environment.DISPATCHES_TABLE),
  setAside: ({ deliveryId, dispatchId, system }: DeliveryRecord) => {
    observer.event('set-aside', { deliveryId, dispatchId, system });
    observer.count('setAside');
  },
};

type Period = ReturnType<typeof periodIn>;

/** What waits, without a lease: a poll without change is one read. */
async function received(request: FaceRequest, period: Partial<Period>): Promise<Outcome<FaceAnswer>> {
  const kind = kindIn(request);
  if (!kind.ok) return kind;
  const page = await listWaiting(request.caller, { kind: kind.value, ...period }, ports);
  return page.ok ? accept({ members: { data: page.value.items.map(receivedItem) } }) : page;
}

/**
 * What the caller's agencies sent. A client keeps the `docId` of the last document that it fetched and sends it along: an id that
 * is none of its own dispatches narrows nothing.
 */
async function sent(request: FaceRequest): Promise<Outcome<FaceAnswer>> {
  const kind = kindIn(request);
  if (!kind.ok) return kind;
  const { caller } = request;
  const dispatchId = dispatchIn(request);
  const one = dispatchId && (await listSentItems(caller, { dispatchId }, ports));
  const list = one?.ok ? one : await listSentItems(caller, { kind: kind.value, ...periodIn(request) }, ports);
  return list.ok ? accept({ members: { data: list.value.items.map(sentItem) } }) : list;
}

async function count({ caller }: FaceRequest, kind: DispatchKind): Promise<Outcome<FaceAnswer>> {
  return accept({ members: { count: (await countWaiting(caller, kind, ports)).count } });
}

/** Takes a delivery in the name of the system and says so in the log. */
async function take(request: FaceRequest) {
  const deliveryId = deliveryIn(request, 'docId');
  if (!deliveryId.ok) return deliveryId;
  const { caller, correlationId } = request;
  const taken = await takeContent(caller, deliveryId.value, ports);
  if (taken.ok) {
    const { dispatchId } = taken.value;
    observer.event('fetched', { dispatchId, deliveryId: deliveryId.value, system: caller.systemId, correlationId });
  }
  return taken;
}

async function getEdoc(request: FaceRequest): Promise<Outcome<FaceAnswer>> {
  const taken = await take(request);
  if (!taken.ok) return taken;
  const bytes = await content.read(taken.value.contentKey);
  if (!bytes) throw new Error(`object ${taken.value.contentKey} has no body`);
  return accept({ members: { data: bytes.toString('base64'), ...noteOn(taken.value.headline.signed) } });
}

async function downloadEdoc(request: FaceRequest): Promise<Outcome<FaceAnswer>> {
  const taken = await take(request);
  if (!taken.ok) return taken;
  const { contentKey, dispatchId } = taken.value;
  return accept({ href: await links.link(contentKey, LIMITS.linkSeconds, edxmlFile(dispatchId)) });
}

/** What a system says of an item that it takes; each may be said again. */
const UPDATES = new Map([
  ['processing', holdByName],
  ['done', collect],
  ['fail', giveBack],
]);

async function update(
  { caller, correlationId }: FaceRequest,
  deliveryId: Outcome<DeliveryId>,
  status: string | undefined,
): Promise<Outcome<FaceAnswer>> {
  if (!deliveryId.ok) return deliveryId;
  const step = UPDATES.get(status?.toLowerCase() ?? '');
  if (!step) return refuse('parameter-invalid', { parameter: 'status', problem: 'processing, done or fail' });
  const outcome = await step(caller, deliveryId.value, ports);
  if (!outcome.ok) return outcome;
  observer.event('settled', { ...outcome.value, correlationId });
  if (step !== holdByName) observer.count('settled', 1, outcome.value.state);
  return accept({ members: {} });
}

/** The inbox of systems that speak as the SDK or the provinces do. Also answers what the faces do not know. */
export const handler = faceEdge<'compatTake'>(
  {
    // A client that once asked for a period of its sent list sends it along for ever: it must not hide what waits.
    getReceivedEdocList: (request) => received(request, {}),
    syncReceivedEdocList: (request) => received(request, periodIn(request)),
    getSentEdocList: sent,
    countReceiveEdoc: (request) => count(request, 'document'),
    countReceiveStatus: (request) => count(request, 'status'),
    getEdoc,
    lgspGetEdoc: getEdoc,
    downloadEdoc,
    // Example code spells `docid` here and `docId` in getEdoc, whose value then still travels along.
    updateStatus: (request) => update(request, deliveryIn(request, 'docid', 'docId'), request.parameter('status')),
    lgspUpdateStatus: async (request) => {
      const body = updateBody(request.event);
      if (!body.ok) return body;
      const { docId, status } = body.value;
      const parameter: FaceRequest['parameter'] = (...names) => request.parameter(...names) ?? docId;
      return update(request, deliveryIn({ parameter }, 'docId'), request.parameter('status') ?? status);
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
    large: new ReadyAnswers(
      new ObjectStore(s3, environment.UPLOADS_BUCKET, clock),
      new PresignedLinks(environment.UPLOADS_BUCKET, clock),
    ),
  },
);
