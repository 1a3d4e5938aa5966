import { deliveryIdOf } from '../contract/derivedIds.ts';
import type { DispatchId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { FanOutMessage } from '../contract/ports.ts';
import type { DeliveryRecord, DispatchRecord, Recipient } from '../contract/records.ts';
import { DELIVERY_TRANSITIONS } from '../contract/states.ts';
import { BY_AXIS, NO_TALLIES } from '../contract/timeline.ts';
import { unsignedDetail } from '../contract/unsignedMark.ts';

const DAY = 86_400_000;

/** One message covers up to 100 recipients, so that a large dispatch is delivered by several workers. */
export function fanOutMessages(dispatchId: DispatchId, recipients: number): readonly FanOutMessage[] {
  const chunks = Math.max(1, Math.ceil(recipients / LIMITS.recipientsPerFanOut));
  return Array.from({ length: chunks }, (_, chunk) => ({ dispatchId, chunk, chunks }));
}

/** By the message alone, never by today's limit: another version of the code may have made the message. */
export function recipientsOf(dispatch: DispatchRecord, message: FanOutMessage): readonly Recipient[] {
  const { recipients } = dispatch.details;
  const size = Math.ceil(recipients.length / message.chunks);
  return recipients.slice(message.chunk * size, (message.chunk + 1) * size);
}

/** When a delivery that nobody collects expires. */
export const expiryOf = (queuedAt: number): number => queuedAt + LIMITS.deliveryDays * DAY;

/** The delivery of a dispatch to one recipient, waiting in its system's inbox. */
export function consignmentOf(dispatch: DispatchRecord, recipient: Recipient, now: number): DeliveryRecord {
  const deliveryId = deliveryIdOf(dispatch.dispatchId, recipient.agencyId);
  const { to, event } = DELIVERY_TRANSITIONS.consign;
  return {
    v: 1,
    deliveryId,
    dispatchId: dispatch.dispatchId,
    state: to,
    sender: dispatch.sender,
    recipient: recipient.agencyId,
    recipientCode: recipient.code,
    system: recipient.system,
    headline: dispatch.headline,
    visibleAt: now,
    timeline: [{ ev: event, at: now, by: BY_AXIS, from: 'none', to, ...unsignedDetail(dispatch.headline.signed) }],
    tallies: NO_TALLIES,
    fruitless: 0,
    due: { what: 'expire', at: expiryOf(now), attempts: 0 },
  };
}
