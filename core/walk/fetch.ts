import type { AnswerOf } from '../contract/answers.ts';
import { contentKeyOf, deliveryIdOf, edxmlFile } from '../contract/derivedIds.ts';
import type { DeliveryId, DispatchId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Clock, Deliveries, Directory, Dispatches, Objects } from '../contract/ports.ts';
import type { DeliveryRecord, DispatchRecord, Headline, SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { endedAt } from '../contract/timeline.ts';

export interface FetchPorts {
  readonly clock: Clock;
  readonly directory: Pick<Directory, 'agency'>;
  readonly dispatches: Pick<Dispatches, 'find'>;
  readonly deliveries: Pick<Deliveries, 'count' | 'findMany'>;
  readonly objects: Pick<Objects, 'link'>;
}

export interface FetchWanted {
  readonly dispatchId: DispatchId;
  /** The delivery under which a recipient asks. */
  readonly deliveryId?: DeliveryId | undefined;
}

/** A link to the exact bytes of a dispatch. */
export async function fetchContent(
  caller: SystemRecord,
  wanted: FetchWanted,
  ports: FetchPorts,
): Promise<Outcome<AnswerOf<'content'>>> {
  const headline = await mayFetch(caller, wanted, ports);
  return headline.ok ? linkTo(wanted.dispatchId, headline.value, ports) : headline;
}

/** Content is for the sender, and for a recipient that holds or has acknowledged the delivery: one write asks and records it. */
export async function mayFetch(
  caller: SystemRecord,
  wanted: FetchWanted,
  ports: Omit<FetchPorts, 'objects'>,
): Promise<Outcome<Headline>> {
  const { dispatchId, deliveryId } = wanted;
  if (deliveryId) return countFetch(caller, { dispatchId, deliveryId }, ports);
  const dispatch = await ports.dispatches.find(dispatchId);
  if (!dispatch) return refuse('dispatch-not-found');
  const sender = await ports.directory.agency(dispatch.sender);
  if (sender?.route?.system === caller.systemId)
    return dispatch.content ? refuse('content-deleted') : accept(dispatch.headline);
  return fetchAsRecipient(caller, dispatch, ports);
}

/** Without a delivery id: the first of the caller's deliveries of this dispatch that it holds or has acknowledged. */
async function fetchAsRecipient(
  caller: SystemRecord,
  dispatch: DispatchRecord,
  ports: Omit<FetchPorts, 'objects'>,
): Promise<Outcome<Headline>> {
  const { dispatchId, details } = dispatch;
  const deliveries = await ports.deliveries.findMany(
    details.recipients.map(({ agencyId }) => deliveryIdOf(dispatchId, agencyId)),
  );
  const own = deliveries.filter(({ system }) => system === caller.systemId);
  if (own.length === 0) return refuse('dispatch-not-found');
  const now = ports.clock.now();
  const held = own.find(({ state, visibleAt }) => state === 'acknowledged' || (state === 'offered' && visibleAt > now));
  if (!held) return refuse('content-not-held');
  return countFetch(caller, { dispatchId, deliveryId: held.deliveryId }, ports);
}

async function countFetch(
  caller: SystemRecord,
  { dispatchId, deliveryId }: { dispatchId: DispatchId; deliveryId: DeliveryId },
  ports: Omit<FetchPorts, 'objects'>,
): Promise<Outcome<Headline>> {
  const written = await ports.deliveries.count(deliveryId, 'fetched', {
    system: caller.systemId,
    dispatchId,
    now: ports.clock.now(),
  });
  if (written.done) return contentOf(written.delivery, ports);
  const { delivery } = written;
  const theirs = delivery?.system === caller.systemId && delivery.dispatchId === dispatchId;
  if (!theirs) return refuse('delivery-not-found');
  return delivery.recall?.state === 'agreed' ? refuse('content-recalled') : refuse('content-not-held');
}

const DAY = 86_400_000;

/** Content may be gone once the delivery has long been over: only then the dispatch is asked. */
export async function contentOf(
  delivery: DeliveryRecord,
  ports: { readonly clock: Clock; readonly dispatches: Pick<Dispatches, 'find'> },
): Promise<Outcome<Headline>> {
  const { dispatchId, headline } = delivery;
  const finished = endedAt(delivery);
  if (finished === undefined || ports.clock.now() < finished + DAY) return accept(headline);
  const dispatch = await ports.dispatches.find(dispatchId);
  return dispatch && !dispatch.content ? accept(headline) : refuse('content-deleted');
}

async function linkTo(
  dispatchId: DispatchId,
  headline: Headline,
  ports: FetchPorts,
): Promise<Outcome<AnswerOf<'content'>>> {
  const href = await ports.objects.link(
    contentKeyOf(dispatchId, headline.sha256),
    LIMITS.linkSeconds,
    edxmlFile(dispatchId),
  );
  const expiresAt = new Date(ports.clock.now() + LIMITS.linkSeconds * 1000).toISOString();
  return accept({ href, sha256: headline.sha256, bytes: headline.bytes, expiresAt });
}
