import { submissionIdOf } from '../contract/derivedIds.ts';
import type { DispatchId, Sha256, SubmissionId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Trouble } from '../contract/logEvents.ts';
import type { Clock } from '../contract/ports.ts';
import type { DetachedAttachment, SubmissionRecord, SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { HeldMessages, SubmissionQueue, Submissions } from '../contract/transferPorts.ts';

/** Where a submission goes on that takes long. */
export interface LaterPorts {
  readonly submissions: Pick<Submissions, 'find' | 'start'>;
  readonly held: Pick<HeldMessages, 'hold'>;
  readonly queue: SubmissionQueue;
}

/** A submission that passed every check. */
export interface LongWork {
  readonly caller: SystemRecord;
  readonly dispatchId: DispatchId;
  readonly sha256: Sha256;
  readonly bytes: Buffer;
  readonly documentSignature?: string | undefined;
  readonly documentRevocation?: Buffer | undefined;
  readonly deliveryExpires?: number | undefined;
  readonly correlationId?: string | undefined;
}

/** Whether S3 needs longer for the copies than a sender should wait: the gateway ends a request after 30 s. */
export const takesLong = (files: readonly DetachedAttachment[]): boolean =>
  files.reduce((sum, { bytes }) => sum + bytes, 0) > LIMITS.copiedAtOnceBytes;

/**
 * Puts the message where the background finds it, then the record that promises an answer, then the hint that work waits. The same
 * submission again, while it is being worked on, meets the one that is there; after a refusal it starts over.
 */
export async function submitLater(
  work: LongWork,
  ports: LaterPorts & {
    readonly clock: Clock;
    readonly trouble: Trouble;
  },
): Promise<Outcome<SubmissionId>> {
  const { caller, dispatchId, sha256, documentSignature, documentRevocation, deliveryExpires, correlationId } = work;
  const submissionId = submissionIdOf({ system: caller.systemId, sha256, documentSignature });
  const now = ports.clock.now();
  const found = await ports.submissions.find(submissionId);
  if (found?.state === 'working' && found.expiresAt > now) return accept(submissionId);
  await ports.held.hold(submissionId, work.bytes, sha256);
  const submission: SubmissionRecord = {
    v: 1,
    submissionId,
    system: caller.systemId,
    dispatchId,
    sha256,
    ...(documentSignature === undefined ? {} : { documentSignature }),
    ...(documentRevocation && { documentRevocation: documentRevocation.toString('base64') }),
    ...(deliveryExpires === undefined ? {} : { deliveryExpires }),
    state: 'working',
    createdAt: now,
    expiresAt: now + LIMITS.uploadHours * 3_600_000,
    correlationId: correlationId ?? 'none',
    due: { what: 'conclude', at: now + LIMITS.overdueSeconds * 1000, attempts: 0 },
  };
  if (!(await ports.submissions.start(submission, found))) return refuse('busy');
  try {
    await ports.queue.enqueue(submission);
  } catch (error) {
    // It goes on all the same: the marker in the record tells the watchman.
    ports.trouble('submission-not-queued', error, { about: submissionId });
  }
  return accept(submissionId);
}
