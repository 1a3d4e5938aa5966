import type { DeliveryRecord } from '../contract/records.ts';
import { endedAt } from '../contract/timeline.ts';

/** When a delivery came to what the legal clocks and the reports ask about; milliseconds since the epoch. */
export function momentsOf(delivery: Pick<DeliveryRecord, 'state' | 'timeline' | 'businessStatus' | 'recall'>) {
  const { state, timeline, businessStatus, recall } = delivery;
  const [first] = timeline;
  const { reported = {} } = businessStatus ?? {};
  const acknowledgedAt = timeline.find(({ to }) => to === 'acknowledged')?.at;
  // Who reports a later step has done the earlier ones.
  const registeredAt = earliest([reported['03'], reported['04'], reported['05'], reported['06']]);
  const ended = state === 'acknowledged' ? undefined : endedAt(delivery);
  return {
    acknowledgedAt,
    deliveredAt: first?.to === 'queued' ? first.at : undefined,
    confirmedAt: earliest([acknowledgedAt, reported['01'], registeredAt]),
    registeredAt,
    finishedAt: reported['06'],
    over: earliest([ended, reported['02'], recall?.state === 'agreed' ? recall.answer?.acceptedAt : undefined]),
  };
}

/** The first of the moments that are known. */
export function earliest(moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((moment) => moment !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
