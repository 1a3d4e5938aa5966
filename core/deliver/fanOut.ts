import { deliveryIdOf } from '../contract/derivedIds.ts';
import { expiryOf, warningOf } from '../contract/expiry.ts';
import type { About, How } from '../contract/life.ts';
import { LIMITS } from '../contract/limits.ts';
import type { FanOutMessage } from '../contract/ports.ts';
import type { DeliveryRecord, DispatchRecord, Recipient } from '../contract/records.ts';
import { DELIVERY_TRANSITIONS, type DeliveryState } from '../contract/states.ts';
import { BY_AXIS, NO_TALLIES } from '../contract/timeline.ts';
import { unsignedDetail } from '../contract/unsignedMark.ts';

/**
 * One message covers up to 100 recipients, so that a large dispatch is delivered by several workers; of a message that acts on many
 * earlier ones it covers fewer.
 */
export function fanOutMessages({
  dispatchId,
  recipientCount,
  details,
}: Pick<DispatchRecord, 'dispatchId' | 'recipientCount' | 'details'>): readonly FanOutMessage[] {
  const acts = Math.ceil((details.act?.on.length ?? 0) / Math.max(1, recipientCount));
  const chunks = Math.max(1, Math.ceil((recipientCount * Math.max(1, acts)) / LIMITS.recipientsPerFanOut));
  const { correlationId } = details;
  return Array.from({ length: chunks }, (_, chunk) => ({
    dispatchId,
    chunk,
    chunks,
    ...(correlationId === undefined ? {} : { correlationId }),
  }));
}

/** By the message alone, never by today's limit: another version of the code may have made the message. */
export function recipientsOf(dispatch: DispatchRecord, message: FanOutMessage): readonly Recipient[] {
  const { recipients } = dispatch.details;
  const size = Math.ceil(recipients.length / message.chunks);
  return recipients.slice(message.chunk * size, (message.chunk + 1) * size);
}

export interface Consigning {
  readonly now: number;
  /** Of a message that acts on earlier ones: what came of it at this recipient. */
  readonly about?: readonly About[];
}

/** The delivery of a dispatch to one recipient, waiting in its system's inbox unless its time is over or an act took it away. */
export function consignmentOf(
  dispatch: DispatchRecord,
  recipient: Recipient,
  { now, about = [] }: Consigning,
): DeliveryRecord {
  const deliveryId = deliveryIdOf(dispatch.dispatchId, recipient.agencyId);
  const expiresAt = dispatch.details.expiresAt ?? expiryOf(now);
  const { to, event, reason } = firstStep(about, expiresAt <= now, howAt(dispatch, recipient));
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
    expiresAt,
    ...(reason === undefined ? {} : { reason }),
    ...(about.length > 0 ? { about } : {}),
    ...(to === 'queued' ? { due: warningOf(now, expiresAt) } : {}),
  };
}

interface FirstStep {
  readonly to: DeliveryState;
  readonly event: string;
  readonly reason?: string;
}

/**
 * A correction that a later one overtook is offered to nobody, and neither is one to an agency that it takes off the list, unless that
 * agency has the document and must answer.
 */
function firstStep(about: readonly About[], isOver: boolean, how: How | undefined): FirstStep {
  const { consign, expire, withdraw } = DELIVERY_TRANSITIONS;
  if (isOver) return { ...expire, reason: 'its time was over before it could be delivered' };
  const outcomes = about.map(({ outcome }) => outcome);
  if (outcomes.length > 0 && outcomes.every((outcome) => outcome === 'overtaken'))
    return { ...withdraw, reason: 'a later correction or recall of the same document stands' };
  if (how === 'remove' && !outcomes.includes('requested'))
    return { ...withdraw, reason: 'the recipient was taken off the list before it had the document' };
  return consign;
}

const howAt = ({ details }: DispatchRecord, { agencyId }: Recipient): How | undefined =>
  details.act?.on.find(({ recipient }) => recipient === agencyId)?.how;
