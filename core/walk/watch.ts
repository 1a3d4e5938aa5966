import {
  type DeliveryId,
  type DispatchId,
  isDeliveryId,
  isDispatchId,
  isMoveId,
  isSubmissionId,
  type SubmissionId,
} from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Clock, Deliveries, Dispatches, DueWork, FanOutQueue, Orphanage } from '../contract/ports.ts';
import type { DeliveryRecord } from '../contract/records.ts';
import { DELIVERY_TRANSITIONS } from '../contract/states.ts';
import { BY_AXIS } from '../contract/timeline.ts';
import type { SubmissionQueue, Submissions } from '../contract/transferPorts.ts';
import { fanOutMessages } from '../deliver/fanOut.ts';
import { type MovePorts, moveWaiting } from './move.ts';

export interface WatchPorts {
  readonly clock: Clock;
  readonly work: DueWork;
  readonly dispatches: Pick<Dispatches, 'find' | 'remindLater'>;
  readonly deliveries: Pick<Deliveries, 'find' | 'move' | 'remindLater'>;
  readonly fanOut: FanOutQueue;
  readonly submissions: Pick<Submissions, 'find' | 'remindLater'>;
  readonly submissionQueue: SubmissionQueue;
  /** Told of each piece of work that could not be moved. */
  readonly trouble: (what: string, error: unknown) => void;
  readonly moving: MovePorts;
}

export interface WatchResult {
  readonly overdue: number;
  /** Dispatches whose fan-out, and submissions whose end, was asked for again. */
  readonly requeued: number;
  readonly expired: number;
  /** Deliveries that followed their agency into another inbox. */
  readonly moved: number;
}

const PER_SHARD = 100;

/**
 * Looks at everything that should have moved by now and moves it: what a crash left behind, and what expired. What cannot
 * be moved keeps nothing else waiting: it stays due.
 *
 * @throws the first fault, when nothing could be moved at all.
 */
export async function watch(ports: WatchPorts): Promise<WatchResult> {
  const now = ports.clock.now();
  const shards = Array.from({ length: LIMITS.shards }, (_, shard) => shard);
  const due = (await Promise.all(shards.map((shard) => ports.work.overdue(shard, now, PER_SHARD)))).flat();
  let requeued = 0;
  let expired = 0;
  let moved = 0;
  const faults: unknown[] = [];
  for (const { id } of due) {
    try {
      if (isDispatchId(id) && (await fanOutAgain(id, now, ports))) requeued++;
      if (isSubmissionId(id) && (await concludeAgain(id, now, ports))) requeued++;
      if (isDeliveryId(id) && (await expire(id, now, ports))) expired++;
      if (isMoveId(id)) moved += await moveWaiting(id, ports.moving);
    } catch (error) {
      ports.trouble(`${id} was not moved`, error);
      faults.push(error);
    }
  }
  if (faults.length > 0 && faults.length === due.length) throw faults[0];
  return { overdue: due.length, requeued, expired, moved };
}

/** Minutes that double from two to 64: what fails for long is asked for seldom, and never forgotten. */
const backOff = (attempts: number): number => LIMITS.overdueSeconds * 1000 * 2 ** Math.min(attempts, 5);

async function fanOutAgain(id: DispatchId, now: number, ports: WatchPorts): Promise<boolean> {
  const dispatch = await ports.dispatches.find(id);
  if (!dispatch?.due || dispatch.due.at > now) return false;
  // The reminder is put off first: a crash between the two costs one round, never a storm.
  if (!(await ports.dispatches.remindLater(id, now + backOff(dispatch.due.attempts)))) return false;
  await ports.fanOut.enqueue(fanOutMessages(id, dispatch.recipientCount));
  return true;
}

/** Until its time is over and the item goes: what never came to an end stands in the dead-letter queue by then. */
async function concludeAgain(id: SubmissionId, now: number, ports: WatchPorts): Promise<boolean> {
  const submission = await ports.submissions.find(id);
  if (!submission?.due || submission.due.at > now) return false;
  if (!(await ports.submissions.remindLater(id, now + backOff(submission.due.attempts)))) return false;
  if (submission.expiresAt <= now) return false;
  await ports.submissionQueue.enqueue(id);
  return true;
}

async function expire(id: DeliveryId, now: number, ports: WatchPorts): Promise<boolean> {
  const delivery = await ports.deliveries.find(id);
  if (!delivery?.due || delivery.due.at > now) return false;
  if (!mayExpire(delivery, now)) {
    // Looked at again when the lease is over: until then it would stand before work that can move.
    await ports.deliveries.remindLater(delivery, delivery.visibleAt);
    return false;
  }
  const { to, event } = DELIVERY_TRANSITIONS.expire;
  const reason = `not collected within ${LIMITS.deliveryDays} days`;
  const written = await ports.deliveries.move(delivery, {
    to,
    reason,
    entry: { ev: event, at: now, by: BY_AXIS, from: delivery.state, to, detail: reason },
  });
  return written.done;
}

/** A delivery under a live lease is left alone until the lease ends. */
const mayExpire = ({ state, visibleAt }: DeliveryRecord, now: number): boolean =>
  state === 'queued' || (state === 'offered' && visibleAt <= now);

const DAY = 86_400_000;

/**
 * Removes objects that never got a record, one page at a time; answers where to go on. A submission that comes now for bytes
 * as old as these writes them anew before its record, so that what is removed here is never what a record was given for.
 */
export async function sweep(
  after: string | undefined,
  ports: { readonly clock: Clock; readonly orphanage: Orphanage; readonly dispatches: Pick<Dispatches, 'find'> },
): Promise<{ readonly removed: number; readonly next?: string }> {
  const page = await ports.orphanage.list(after);
  let removed = 0;
  for (const seen of page.objects) {
    if (ports.clock.now() - seen.at < DAY) continue;
    const [, dispatchId = '', name] = seen.key.split('/');
    const dispatch = isDispatchId(dispatchId) ? await ports.dispatches.find(dispatchId) : undefined;
    // Attachments of a dispatch are written by the axis alone, under their digests.
    if (dispatch && (name === dispatch.headline.sha256 || name === 'attachments')) continue;
    if (await ports.orphanage.remove(seen)) removed++;
  }
  return { removed, ...(page.next ? { next: page.next } : {}) };
}
