import type { AnswerOf } from './answers.ts';
import { viewLife } from './lifeView.ts';
import type { DeliveryRecord, Headline } from './records.ts';

type HeadlineView = AnswerOf<'dispatch'>['headline'];
type DeliveryView = AnswerOf<'inbox'>['items'][number];

/** A headline as the API shows it: times are ISO 8601. */
export const viewHeadline = (headline: Headline): HeadlineView => ({
  ...headline,
  acceptedAt: new Date(headline.acceptedAt).toISOString(),
});

/** edXML Priority 1 to 4. */
export const isUrgent = ({ priority }: Pick<Headline, 'priority'>): boolean => priority >= 1 && priority <= 4;

/**
 * A delivery as its recipient sees it. A lease that has run out shows as queued, which is what it is.
 *
 * @param restoredAt when the tables were last put back: what was accepted before may have been taken already.
 */
export function viewDelivery(delivery: DeliveryRecord, now: number, restoredAt = 0): DeliveryView {
  const lapsed = delivery.state === 'offered' && delivery.visibleAt <= now;
  return {
    deliveryId: delivery.deliveryId,
    dispatchId: delivery.dispatchId,
    state: lapsed ? 'queued' : delivery.state,
    recipient: delivery.recipientCode,
    urgent: isUrgent(delivery.headline),
    headline: viewHeadline(delivery.headline),
    ...(delivery.reason ? { reason: delivery.reason } : {}),
    ...(delivery.headline.acceptedAt < restoredAt ? { restoredAt: new Date(restoredAt).toISOString() } : {}),
    ...viewLife(delivery),
  };
}
