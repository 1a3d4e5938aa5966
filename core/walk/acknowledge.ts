import { withdrawalAtEnd } from '../act/withdrawalAtEnd.ts';
import type { AnswerOf } from '../contract/answers.ts';
import type { DeliveryId, Sha256 } from '../contract/ids.ts';
import type { Clock, Deliveries, Settlement, Written } from '../contract/ports.ts';
import type { DeliveryRecord, SystemRecord, TimelineEntry } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import { DELIVERY_TRANSITIONS, type DeliveryState, isFinal } from '../contract/states.ts';
import { bySystem } from '../contract/timeline.ts';

export interface AcknowledgePorts {
  readonly clock: Clock;
  readonly deliveries: Pick<Deliveries, 'settle' | 'mark'>;
}

type Settled = AnswerOf<'acknowledge'>;
type Addressed<T> = T & { readonly deliveryId: DeliveryId };

/** Received → acknowledged: the handover. Doing it twice is success. */
export async function acknowledge(
  caller: SystemRecord,
  request: Addressed<RequestOf<'acknowledge'>>,
  ports: AcknowledgePorts,
): Promise<Outcome<Settled>> {
  const sha256 = request.sha256 as Sha256 | undefined;
  const entry = entryOf('acknowledge', caller, ports, sha256 ? `sha-256 ${sha256} confirmed` : undefined);
  const written = await ports.deliveries.settle({ ...heldBy(caller, request), to: 'acknowledged', entry, sha256 });
  return settledOr(written, { caller, wanted: 'acknowledged', sha256 });
}

/** What came of one acknowledgement of several. */
export interface Acknowledged {
  readonly deliveryId: DeliveryId;
  readonly outcome: Outcome<Settled>;
}

/** Several at once: each is accepted or refused by itself. */
export function acknowledgeEach(
  caller: SystemRecord,
  items: RequestOf<'acknowledgeBatch'>['items'],
  ports: AcknowledgePorts,
): Promise<readonly Acknowledged[]> {
  return Promise.all(
    items.map(async (item) => {
      const deliveryId = item.deliveryId as DeliveryId;
      return { deliveryId, outcome: await acknowledge(caller, { ...item, deliveryId }, ports) };
    }),
  );
}

/** The recipient refuses the delivery, with a reason that the sender sees. */
export async function reject(
  caller: SystemRecord,
  request: Addressed<RequestOf<'reject'>>,
  ports: AcknowledgePorts,
): Promise<Outcome<Settled>> {
  const { reason } = request;
  const written = await ports.deliveries.settle({
    ...heldBy(caller, request),
    to: 'rejected',
    reason,
    entry: entryOf('reject', caller, ports, reason),
  });
  return settledOr(written, { caller, wanted: 'rejected' });
}

/** Gives the delivery back; it may be offered again at once or after a while. */
export async function release(
  caller: SystemRecord,
  request: Addressed<RequestOf<'release'>>,
  ports: AcknowledgePorts,
): Promise<Outcome<Settled>> {
  const written = await ports.deliveries.settle({
    ...heldBy(caller, request),
    to: 'queued',
    visibleAt: ports.clock.now() + (request.afterSeconds ?? 0) * 1000,
    tally: 'released',
    entry: entryOf('release', caller, ports),
  });
  const withdrawn = await withdrawRecalled(written, caller, request, ports);
  // The same request again finds what the first one came to.
  const wanted = written.delivery?.state === 'withdrawn' ? 'withdrawn' : 'queued';
  return withdrawn ?? settledOr(written, { caller, wanted });
}

/** What was recalled, updated or replaced during the lease goes back to nobody's inbox. */
async function withdrawRecalled(
  { done, delivery }: Written,
  caller: SystemRecord,
  { leaseToken }: { readonly leaseToken: string },
  ports: AcknowledgePorts,
): Promise<Outcome<Settled> | undefined> {
  if (done || delivery?.state !== 'offered' || delivery.lease?.token !== leaseToken) return undefined;
  const withdrawal = withdrawalAtEnd(delivery, { at: ports.clock.now(), who: bySystem(caller.systemId) });
  if (!withdrawal || delivery.system !== caller.systemId) return undefined;
  return settledOr(await ports.deliveries.mark(delivery, withdrawal), { caller, wanted: 'withdrawn' });
}

const heldBy = (
  caller: SystemRecord,
  request: { deliveryId: DeliveryId; leaseToken: string },
): Pick<Settlement, 'deliveryId' | 'system' | 'token'> => ({
  deliveryId: request.deliveryId,
  system: caller.systemId,
  token: request.leaseToken,
});

function entryOf(
  name: 'acknowledge' | 'reject' | 'release',
  caller: SystemRecord,
  ports: AcknowledgePorts,
  detail?: string,
): TimelineEntry {
  const { event, to, from } = DELIVERY_TRANSITIONS[name];
  return {
    ev: event,
    at: ports.clock.now(),
    by: bySystem(caller.systemId),
    from: from[0],
    to,
    ...(detail ? { detail } : {}),
  };
}

function settledOr(
  written: Written,
  expected: { caller: SystemRecord; wanted: DeliveryState; sha256?: Sha256 | undefined },
): Outcome<Settled> {
  const { delivery } = written;
  if (delivery && (written.done || alreadyThere(delivery, expected)))
    return accept({ deliveryId: delivery.deliveryId, state: delivery.state });
  return whyNot(delivery, expected.caller, expected.sha256);
}

/** The same request again, after an answer that got lost. */
function alreadyThere(
  delivery: DeliveryRecord,
  { caller, wanted, sha256 }: { caller: SystemRecord; wanted: DeliveryState; sha256?: Sha256 | undefined },
): boolean {
  if (delivery.system !== caller.systemId || delivery.state !== wanted) return false;
  return sha256 === undefined || sha256 === delivery.headline.sha256;
}

/** Why a change under a lease was not made. */
export function whyNot(
  delivery: DeliveryRecord | undefined,
  caller: SystemRecord,
  sha256?: Sha256,
): ReturnType<typeof refuse> {
  if (delivery?.system !== caller.systemId) return refuse('delivery-not-found');
  if (sha256 && sha256 !== delivery.headline.sha256)
    return refuse('digest-mismatch', { declared: sha256, actual: delivery.headline.sha256 });
  if (isFinal(delivery.state)) return refuse('delivery-settled', { state: delivery.state });
  return refuse('lease-lost');
}
