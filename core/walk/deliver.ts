import { deliveryIdOf, waitingEventIdOf } from '../contract/derivedIds.ts';
import { isUrgent } from '../contract/headlineView.ts';
import type { SystemId } from '../contract/ids.ts';
import type { Clock, Deliveries, Directory, Dispatches, FanOutMessage, InboxBell } from '../contract/ports.ts';
import type { DeliveryRecord, DispatchRecord, Recipient } from '../contract/records.ts';
import type { RetentionRules } from '../contract/retention.ts';
import { DISPATCH_TRANSITIONS } from '../contract/states.ts';
import { BY_AXIS } from '../contract/timeline.ts';
import type { WebhookEvent } from '../contract/webhook.ts';
import { consignmentOf, recipientsOf } from '../deliver/fanOut.ts';
import { applyAct } from './applyAct.ts';
import { firstLook } from './retain.ts';
import { type TellPorts, tell } from './tell.ts';

export interface DeliverPorts extends TellPorts {
  readonly clock: Clock;
  readonly rules: RetentionRules;
  readonly dispatches: Pick<Dispatches, 'find' | 'chunkDone' | 'link'>;
  readonly deliveries: Pick<Deliveries, 'find' | 'consign' | 'mark'>;
  readonly directory: Pick<Directory, 'agency'>;
  readonly bell: InboxBell;
}

/** The three fates of a queue message. `again` comes back by itself, `set-aside` needs a person. */
export type Fate =
  /** How many deliveries were put for the first time, and how many milliseconds after acceptance; repeats put none. */
  | { readonly fate: 'done'; readonly deliveries: number; readonly ms?: number }
  | { readonly fate: 'again'; readonly why: string }
  | { readonly fate: 'set-aside'; readonly why: string };

/** Kept → delivered: puts one delivery per recipient, rings its inbox, and marks the dispatch. Repeats change nothing. */
export async function deliver(message: FanOutMessage, ports: DeliverPorts): Promise<Fate> {
  const dispatch = await ports.dispatches.find(message.dispatchId);
  // The message is sent after the record is committed; one without a record can never be delivered.
  if (!dispatch) return { fate: 'set-aside', why: 'no such dispatch' };
  if (dispatch.state === 'dispatched') return { fate: 'done', deliveries: 0 };
  const now = ports.clock.now();
  const waiting = new Map<SystemId, DeliveryRecord[]>();
  let deliveries = 0;
  for (const recipient of recipientsOf(dispatch, message)) {
    // The route of this moment: an agency may have moved to another system since the dispatch was accepted.
    const agency = await ports.directory.agency(recipient.agencyId);
    const system = agency?.route?.system ?? recipient.system;
    const { delivery, isNew } = await consign(dispatch, { ...recipient, system }, ports);
    if (isNew) deliveries++;
    if (delivery?.state === 'queued') waiting.set(system, [...(waiting.get(system) ?? []), delivery]);
  }
  if (message.chunk === 0) await linkEarlier(dispatch, ports);
  const { from, to, event } = DISPATCH_TRANSITIONS.dispatch;
  await ports.dispatches.chunkDone(
    message.dispatchId,
    { index: message.chunk, of: message.chunks },
    { ev: event, at: now, by: BY_AXIS, from: from[0], to },
    { what: 'retain', at: firstLook(dispatch, now, ports.rules), attempts: 0 },
  );
  await ring(waiting, ports);
  for (const [system, theirs] of waiting)
    await tell(system, youHaveMail(message, { system, deliveries: theirs, now }), ports);
  return { fate: 'done', deliveries, ...(deliveries > 0 ? { ms: now - dispatch.headline.acceptedAt } : {}) };
}

/** The delivery of one recipient as it is now, whoever put it. */
async function consign(
  dispatch: DispatchRecord,
  recipient: Recipient,
  ports: DeliverPorts,
): Promise<{ readonly delivery: DeliveryRecord | undefined; readonly isNew: boolean }> {
  const deliveryId = deliveryIdOf(dispatch.dispatchId, recipient.agencyId);
  // The second run of a worker goes on where the first one ended.
  const before = dispatch.details.act ? await ports.deliveries.find(deliveryId) : undefined;
  if (before) return { delivery: before, isNew: false };
  // The effect on earlier deliveries comes first: whoever sees the message sees what it came to.
  const about = await applyAct(dispatch, recipient.agencyId, ports);
  const delivery = consignmentOf(dispatch, recipient, { now: ports.clock.now(), about });
  return (await ports.deliveries.consign(delivery))
    ? { delivery, isNew: true }
    : { delivery: await ports.deliveries.find(deliveryId), isNew: false };
}

/** So that the earlier messages show this one. A report of a status shows on the delivery itself. */
async function linkEarlier({ dispatchId, headline, details }: DispatchRecord, ports: DeliverPorts): Promise<void> {
  for (const { dispatchId: to, as } of details.links ?? [])
    if (as !== 'status') await ports.dispatches.link({ to, from: dispatchId, at: headline.acceptedAt });
}

/** Facts only: what waits is fetched as ever. */
function youHaveMail(
  { dispatchId, chunk, chunks }: FanOutMessage,
  { system, deliveries, now }: { system: SystemId; deliveries: readonly DeliveryRecord[]; now: number },
): WebhookEvent {
  return {
    id: waitingEventIdOf(dispatchId, `${chunk}/${chunks}`, system),
    type: 'delivery.waiting',
    timestamp: new Date(now).toISOString(),
    data: {
      deliveries: deliveries.map(({ deliveryId, recipientCode, headline }) => ({
        deliveryId,
        dispatchId,
        recipient: recipientCode,
        kind: headline.kind,
        urgent: isUrgent(headline),
      })),
    },
  };
}

async function ring(waiting: ReadonlyMap<SystemId, readonly DeliveryRecord[]>, ports: DeliverPorts): Promise<void> {
  for (const [system, deliveries] of waiting) {
    try {
      await ports.bell.ring(
        system,
        deliveries.map(({ deliveryId }) => deliveryId),
      );
    } catch (error) {
      ports.trouble('inbox-not-rung', error, { about: system });
    }
  }
}
