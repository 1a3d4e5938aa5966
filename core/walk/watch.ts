import {
  type DispatchId,
  isDeliveryId,
  isDispatchId,
  isMoveId,
  isSubmissionId,
  type SubmissionId,
} from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Dispatches, DueWork, FanOutQueue } from '../contract/ports.ts';
import type { DispatchRecord } from '../contract/records.ts';
import type { SubmissionQueue, Submissions } from '../contract/transferPorts.ts';
import { fanOutMessages } from '../deliver/fanOut.ts';
import { type MovePorts, moveWaiting } from './move.ts';
import { type RetainPorts, retain } from './retain.ts';
import { type WatchDeliveryPorts, type Watched, watchDelivery } from './watchDelivery.ts';

export interface WatchPorts extends WatchDeliveryPorts, RetainPorts {
  readonly work: DueWork;
  readonly dispatches: Pick<Dispatches, 'find' | 'remindLater'>;
  readonly deliveries: WatchDeliveryPorts['deliveries'] & RetainPorts['deliveries'];
  readonly fanOut: FanOutQueue;
  readonly submissions: Pick<Submissions, 'find' | 'remindLater'>;
  readonly submissionQueue: SubmissionQueue;
  readonly moving: MovePorts;
}

export interface WatchResult {
  readonly overdue: number;
  /** Dispatches whose fan-out, and submissions whose end, was asked for again. */
  readonly requeued: number;
  readonly expired: number;
  /** Deliveries of which their sender was warned that nobody collected them. */
  readonly warned: number;
  /** Deliveries that were recalled under a lease which has ended. */
  readonly withdrawn: number;
  /** Dispatches whose content was deleted, and whose record was. */
  readonly deleted: number;
  /** Deliveries that followed their agency into another inbox. */
  readonly moved: number;
  /** Milliseconds since the oldest dispatch was accepted whose fan-out was due; absent where none was. */
  readonly oldestMs?: number;
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
  const done: Record<Done, number> = {
    requeued: 0,
    expired: 0,
    warned: 0,
    withdrawn: 0,
    deleted: 0,
    moved: 0,
    none: 0,
  };
  const faults: unknown[] = [];
  const attempt = async (id: string, move: () => Promise<void>): Promise<void> => {
    try {
      await move();
    } catch (error) {
      ports.trouble('not-moved', error, { about: id });
      faults.push(error);
    }
  };
  const round: Round = { now, kept: [], late: [] };
  for (const { id } of due)
    await attempt(id, async () => {
      if (isMoveId(id)) done.moved += await moveWaiting(id, ports.moving);
      else done[await moveOn(id, round, ports)]++;
    });
  // What only has to go waits behind what has to move, and never takes a whole round.
  for (const dispatch of round.kept) {
    if (ports.clock.now() - now > RETAIN_MS) break;
    await attempt(dispatch.dispatchId, async () => {
      if (await endKeeping(dispatch, now, ports)) done.deleted++;
    });
  }
  if (faults.length > 0 && faults.length === due.length) throw faults[0];
  const { none: _, ...result } = done;
  const oldest = round.late.length > 0 ? { oldestMs: now - Math.min(...round.late) } : {};
  return { overdue: due.length, ...result, ...oldest };
}

type Done = Watched | 'requeued' | 'deleted' | 'moved';

interface Round {
  readonly now: number;
  /** Dispatches whose content or record may be over. */
  readonly kept: DispatchRecord[];
  /** When dispatches were accepted whose fan-out is due. */
  readonly late: number[];
}

async function moveOn(id: string, round: Round, ports: WatchPorts): Promise<Done> {
  const { now } = round;
  if (isDispatchId(id)) return watchDispatch(id, round, ports);
  if (isSubmissionId(id)) return (await concludeAgain(id, now, ports)) ? 'requeued' : 'none';
  const delivery = isDeliveryId(id) ? await ports.deliveries.find(id) : undefined;
  return delivery ? watchDelivery(delivery, now, ports) : 'none';
}

/** Minutes that double from two to 64: what fails for long is asked for seldom, and never forgotten. */
const backOff = (attempts: number): number => LIMITS.overdueSeconds * 1000 * 2 ** Math.min(attempts, 5);

async function watchDispatch(id: DispatchId, { now, kept, late }: Round, ports: WatchPorts): Promise<Done> {
  const dispatch = await ports.dispatches.find(id);
  if (!dispatch?.due || dispatch.due.at > now) return 'none';
  if (dispatch.due.what !== 'fan-out') {
    kept.push(dispatch);
    return 'none';
  }
  late.push(dispatch.headline.acceptedAt);
  const again = now + backOff(dispatch.due.attempts);
  // The reminder is put off first: a crash between the two costs one round, never a storm.
  if (!(await ports.dispatches.remindLater(id, again))) return 'none';
  await ports.fanOut.enqueue(fanOutMessages(dispatch), dispatch.senderSystem);
  return 'requeued';
}

const DAY = 86_400_000;
/** Milliseconds of a round after which no further content or record is deleted. */
const RETAIN_MS = 20_000;

/** @returns whether something was deleted */
async function endKeeping(dispatch: DispatchRecord, now: number, ports: WatchPorts): Promise<boolean> {
  const { dispatchId, due, hold } = dispatch;
  const isOver = due?.what === 'forget' && dispatch.content?.state === 'deleted';
  if (due?.what === 'retain' && !hold) return retain(dispatch, now + backOff(due.attempts), ports);
  if (isOver && !hold && (await ports.retention.forget(dispatch))) return true;
  // Held: looked at again, so that its reminder stands before nothing that can move.
  await ports.dispatches.remindLater(dispatchId, now + DAY);
  return false;
}

/** Until its time is over and the item goes: what never came to an end stands in the dead-letter queue by then. */
async function concludeAgain(id: SubmissionId, now: number, ports: WatchPorts): Promise<boolean> {
  const submission = await ports.submissions.find(id);
  if (!submission?.due || submission.due.at > now) return false;
  if (!(await ports.submissions.remindLater(id, now + backOff(submission.due.attempts)))) return false;
  if (submission.expiresAt <= now) return false;
  await ports.submissionQueue.enqueue(submission);
  return true;
}
