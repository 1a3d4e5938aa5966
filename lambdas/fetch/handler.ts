import { BudgetTable } from '../../adapters/aws/budgetTable.ts';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { dynamoClient } from '../../adapters/aws/clients.ts';
import { ContentLinks } from '../../adapters/aws/contentLinks.ts';
import { DeliveryTable } from '../../adapters/aws/deliveryTable.ts';
import { DispatchTable } from '../../adapters/aws/dispatchTable.ts';
import { SnapshotTable } from '../../adapters/aws/snapshotTable.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { isDeliveryId } from '../../core/contract/ids.ts';
import { accept, refuse } from '../../core/contract/refusals.ts';
import { directoryTag, fetchDirectory } from '../../core/walk/directory.ts';
import { fetchContent } from '../../core/walk/fetch.ts';
import { answer } from '../edge/answer.ts';
import { Authenticator } from '../edge/authenticate.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { edge } from '../edge/edge.ts';
import { headerOf, wantsLink } from '../edge/edgeRequest.ts';
import { createObserver } from '../edge/observe.ts';
import { dispatchIdIn } from '../edge/pathId.ts';
import { RateLimiter } from '../edge/rateLimiter.ts';
import { json } from '../edge/reply.ts';

const environment = readEnvironment('fetch', process.env);
const observer = createObserver('fetch', environment);
const dynamo = dynamoClient();
const directory = new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock);

const ports = {
  clock,
  directory,
  dispatches: new DispatchTable(dynamo, environment.DISPATCHES_TABLE),
  deliveries: new DeliveryTable(dynamo, environment.DISPATCHES_TABLE),
  snapshots: new SnapshotTable(dynamo, environment.REGISTRY_TABLE),
  objects: new ContentLinks(environment.DISPATCHES_BUCKET, clock),
};

/** `GET /v1/dispatches/{id}/content`: a redirect to the bytes, or the link in JSON for clients that forward their token. */
export const handler = edge<'fetch'>(
  {
    content: async ({ caller, path, query, correlationId }) => {
      const dispatchId = dispatchIdIn(path);
      if (!dispatchId.ok) return dispatchId;
      const { delivery } = query;
      if (delivery !== undefined && !isDeliveryId(delivery)) return refuse('delivery-not-found');
      const asLink = wantsLink(query);
      if (!asLink.ok) return asLink;
      const outcome = await fetchContent(caller, { dispatchId: dispatchId.value, deliveryId: delivery }, ports);
      if (!outcome.ok) return outcome;
      observer.event('fetched', {
        dispatchId: dispatchId.value,
        deliveryId: delivery,
        system: caller.systemId,
        correlationId,
      });
      if (asLink.value) return answer<'content'>(outcome);
      return accept({
        statusCode: 302,
        headers: { location: outcome.value.href, 'cache-control': 'no-store' },
        body: '',
      });
    },
    directory: async ({ event, query }) => {
      const { since } = query;
      const asLink = wantsLink(query);
      if (!asLink.ok) return asLink;
      if (since !== undefined && !/^\d{1,9}$/.test(since))
        return refuse('parameter-invalid', { parameter: 'since', problem: 'a version is a whole number' });
      const outcome = await fetchDirectory(since === undefined ? undefined : Number(since), ports);
      if (!outcome.ok) return outcome;
      const etag = directoryTag(outcome.value);
      const headers = { etag, 'cache-control': 'private, no-cache' };
      if (headerOf(event, 'if-none-match') === etag) return accept({ statusCode: 304, headers, body: '' });
      if (asLink.value) return accept(json(200, outcome.value, headers));
      return accept({ statusCode: 303, headers: { ...headers, location: outcome.value.href }, body: '' });
    },
  },
  {
    clock,
    observer,
    limiter: new RateLimiter({ counter: new BudgetTable(dynamo, environment.DISPATCHES_TABLE), clock, observer }),
    authenticator: new Authenticator({ axis: environment.AXIS_ID, clock, directory }),
  },
);
