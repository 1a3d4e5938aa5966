import { AttachmentTable } from '../../adapters/aws/attachmentTable.ts';
import { BudgetTable } from '../../adapters/aws/budgetTable.ts';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { dynamoClient, s3Client } from '../../adapters/aws/clients.ts';
import { ContentLinks } from '../../adapters/aws/contentLinks.ts';
import { DeliveryTable } from '../../adapters/aws/deliveryTable.ts';
import { DispatchTable } from '../../adapters/aws/dispatchTable.ts';
import { ObjectStore } from '../../adapters/aws/objectStore.ts';
import { createAttachmentCutter } from '../../adapters/xml/attachmentCutter.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { isDeliveryId } from '../../core/contract/ids.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';
import { linkAttachment, listAttachments } from '../../core/walk/attachments.ts';
import type { FetchWanted } from '../../core/walk/fetch.ts';
import { answer } from '../edge/answer.ts';
import { Authenticator } from '../edge/authenticate.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { edge } from '../edge/edge.ts';
import { wantsLink } from '../edge/edgeRequest.ts';
import { createObserver } from '../edge/observe.ts';
import { dispatchIdIn } from '../edge/pathId.ts';
import { RateLimiter } from '../edge/rateLimiter.ts';

const environment = readEnvironment('attachments', process.env);
const observer = createObserver('attachments', environment);
const dynamo = dynamoClient();
const directory = new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock);
const objects = new ObjectStore(s3Client(), environment.DISPATCHES_BUCKET, clock);
const links = new ContentLinks(environment.DISPATCHES_BUCKET, clock);

const ports = {
  clock,
  directory,
  dispatches: new DispatchTable(dynamo, environment.DISPATCHES_TABLE),
  deliveries: new DeliveryTable(dynamo, environment.DISPATCHES_TABLE),
  lists: new AttachmentTable(dynamo, environment.DISPATCHES_TABLE),
  cutter: createAttachmentCutter({ bytes: LIMITS.uploadedMessageBytes }),
  objects: {
    read: objects.read.bind(objects),
    putOnce: objects.putOnce.bind(objects),
    link: links.link.bind(links),
  },
};

type Values = Readonly<Record<string, string>>;

function wantedIn(path: Values, { delivery }: Values): Outcome<FetchWanted> {
  const dispatchId = dispatchIdIn(path);
  if (!dispatchId.ok) return dispatchId;
  if (delivery !== undefined && !isDeliveryId(delivery)) return refuse('delivery-not-found');
  return accept({ dispatchId: dispatchId.value, deliveryId: delivery });
}

/** `GET /v1/dispatches/{id}/attachments` and each of them: what a message carries, inside it and beside it. */
export const handler = edge<'attachments'>(
  {
    attachments: async ({ caller, path, query }) => {
      const wanted = wantedIn(path, query);
      return wanted.ok ? answer<'attachments'>(listAttachments(caller, wanted.value, ports)) : wanted;
    },
    attachment: async ({ caller, path, query, correlationId }) => {
      const wanted = wantedIn(path, query);
      if (!wanted.ok) return wanted;
      const asLink = wantsLink(query);
      if (!asLink.ok) return asLink;
      const n = /^[1-9]\d{0,3}$/.test(path.n ?? '') ? Number(path.n) : 0;
      const outcome = await linkAttachment(caller, { ...wanted.value, n }, ports);
      if (!outcome.ok) return outcome;
      const { dispatchId } = wanted.value;
      observer.event('attachment-fetched', { dispatchId, n, system: caller.systemId, correlationId });
      if (asLink.value) return answer<'attachment'>(outcome);
      const headers = { location: outcome.value.href, 'cache-control': 'no-store' };
      return accept({ statusCode: 302, headers, body: '' });
    },
  },
  {
    clock,
    observer,
    limiter: new RateLimiter({ counter: new BudgetTable(dynamo, environment.DISPATCHES_TABLE), clock, observer }),
    authenticator: new Authenticator({ axis: environment.AXIS_ID, clock, directory }),
  },
);
