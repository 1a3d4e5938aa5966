import { deliveryIdOf } from '../contract/derivedIds.ts';
import { CONTENT_TRANSITIONS } from '../contract/lifeStates.ts';
import type { Clock, Deliveries, Dispatches } from '../contract/ports.ts';
import type { DispatchRecord } from '../contract/records.ts';
import type { ContentRemoval, Retention, RetentionRules } from '../contract/retention.ts';
import { isFinal } from '../contract/states.ts';
import { BY_AXIS, endedAt } from '../contract/timeline.ts';

export interface RetainPorts {
  readonly clock: Clock;
  readonly rules: RetentionRules;
  readonly dispatches: Pick<Dispatches, 'remindLater'>;
  readonly deliveries: Pick<Deliveries, 'findMany'>;
  readonly retention: Retention;
  readonly content: ContentRemoval;
}

const DAY = 86_400_000;
/** As many as one call reads. */
const AT_ONCE = 100;

/**
 * Deletes the content of a dispatch when its time is over: some days after the last recipient finished, and never under a hold. First
 * it is closed by one conditional write, then the objects go, then it is recorded: whatever fails in between is done again.
 *
 * @returns whether it was deleted now
 * @throws the fault of a delete that failed: the look after it is put off already
 */
export async function retain(seen: DispatchRecord, again: number, ports: RetainPorts): Promise<boolean> {
  const { dispatchId, content } = seen;
  const now = ports.clock.now();
  if (!content) {
    const over = await overAt(seen, now, ports);
    if (over > now) {
      await ports.dispatches.remindLater(dispatchId, over);
      return false;
    }
    // A hold came in between, or it was closed and nobody heard of it: the next look tells which.
    if (!(await ports.retention.close(seen, now))) {
      await ports.dispatches.remindLater(dispatchId, again);
      return false;
    }
  }
  await ports.dispatches.remindLater(dispatchId, again);
  const removed = await ports.content.remove(dispatchId);
  const { from, to, event } = CONTENT_TRANSITIONS.delete;
  const detail = removed === 1 ? '1 object' : `${removed} objects`;
  return ports.retention.deleted(seen, {
    entry: { ev: event, at: now, by: BY_AXIS, from: from[0], to, detail },
    due: { what: 'forget', at: now + ports.rules[seen.headline.kind].recordDays * DAY, attempts: 0 },
  });
}

/** When the content's time is over, or when it is worth another look. */
async function overAt(
  { dispatchId, headline, details }: DispatchRecord,
  now: number,
  ports: RetainPorts,
): Promise<number> {
  const ids = details.recipients.map(({ agencyId }) => deliveryIdOf(dispatchId, agencyId));
  let finished = headline.acceptedAt;
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    const deliveries = await ports.deliveries.findMany(some);
    const open = deliveries.find(({ state }) => !isFinal(state));
    if (open || deliveries.length < some.length) return Math.max(open?.expiresAt ?? 0, now + DAY);
    finished = Math.max(finished, ...deliveries.map((delivery) => endedAt(delivery) ?? 0));
  }
  return finished + ports.rules[headline.kind].contentDays * DAY;
}

/** When the content of a dispatch that was just delivered is looked at first. */
export const firstLook = ({ headline }: Pick<DispatchRecord, 'headline'>, now: number, rules: RetentionRules): number =>
  now + rules[headline.kind].contentDays * DAY;
