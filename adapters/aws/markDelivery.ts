import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LIMITS } from '../../core/contract/limits.ts';
import type { Mark, Written } from '../../core/contract/ports.ts';
import type { DeliveryRecord } from '../../core/contract/records.ts';
import { startsOf } from '../../core/contract/states.ts';
import { changeDelivery, type DeliveryChange, NO_REMINDER, OUT_OF_INBOX } from './changeDelivery.ts';
import { dueShardOf } from './dueShard.ts';
import { inStates } from './inStates.ts';
import { ADD_ENTRY, entryValues } from './logPlace.ts';

/**
 * One conditional write that leaves a mark on a delivery as it was seen. Marks are counted, so that of two that were decided at once
 * one is decided anew; only what depends on the state and the lease is held to them.
 */
export function markDelivery(
  place: { readonly client: DynamoDBClient; readonly table: string },
  seen: DeliveryRecord,
  mark: Mark,
): Promise<Written> {
  return changeDelivery(place, seen.deliveryId, changeOf(seen, mark));
}

function changeOf(seen: DeliveryRecord, mark: Mark): DeliveryChange {
  const { to, entry, due, withdrawing, businessStatus, recall, revision, reason } = mark;
  const starts = inStates(startsOf('withdraw'));
  const isFull = seen.timeline.length >= LIMITS.timelineEntries - (to === undefined ? LIMITS.timelineReserve : 0);
  const kept = isFull ? undefined : entry;
  const facts = { businessStatus, recall, revision, reason };
  const set = Object.keys(facts).filter((name) => facts[name as keyof typeof facts] !== undefined);
  const ending = to !== undefined;
  return {
    set: [
      'marks = :marks',
      ...set.map((name) => `${name} = :${name}`),
      ...(ending ? ['#state = :to'] : []),
      ...(kept ? ADD_ENTRY : []),
      ...(withdrawing ? ['withdrawing = :withdrawing'] : []),
      ...(due && !ending ? ['dueWhat = :what', 'dueAt = :at', 'dueAttempts = :attempts', 'dueShard = :shard'] : []),
    ],
    ...removedBy(mark),
    condition: [
      seen.marks === undefined ? 'attribute_not_exists(marks)' : 'marks = :seenMarks',
      'attribute_exists(id)',
      ...(mark.onState ? ['#state = :seenState', 'visibleAt = :seenAt'] : []),
      ...(ending ? [starts.condition] : []),
    ],
    names: kept ? { '#timeline': 'timeline' } : {},
    values: {
      ...facts,
      ...(ending ? { ...starts.values, to } : {}),
      marks: (seen.marks ?? 0) + 1,
      seenMarks: seen.marks,
      ...(mark.onState ? { seenState: seen.state, seenAt: seen.visibleAt } : {}),
      ...(kept ? entryValues(seen.deliveryId, kept) : {}),
      ...(withdrawing ? { withdrawing } : {}),
      ...(due && !ending
        ? { what: due.what, at: due.at, attempts: due.attempts, shard: dueShardOf(seen.deliveryId) }
        : {}),
    },
  };
}

function removedBy({ to, withdrawing }: Mark): Pick<DeliveryChange, 'remove'> {
  if (to !== undefined) return { remove: [...OUT_OF_INBOX, ...NO_REMINDER] };
  return withdrawing === null ? { remove: ['withdrawing'] } : {};
}
