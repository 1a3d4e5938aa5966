import type { DispatchId, SubmissionId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { RefusalLog } from '../contract/ports.ts';
import type { SubmissionRecord } from '../contract/records.ts';
import { type Outcome, REFUSALS, type Refusal, type RefusalCode, refuse } from '../contract/refusals.ts';
import type { HeldMessages, Submissions } from '../contract/transferPorts.ts';
import { type SubmitPorts, submit } from './submit.ts';

export interface ConcludePorts extends Omit<SubmitPorts, 'later'> {
  readonly submissions: Pick<Submissions, 'find' | 'settle' | 'remindLater'>;
  readonly held: Pick<HeldMessages, 'read' | 'release'>;
  readonly refusals: RefusalLog;
}

/** `none`: there was nothing to do, because it was decided before or its time is over. */
export interface Concluded {
  readonly outcome: 'accepted' | 'refused' | 'none';
  /** The dispatch that it became or would have become, and the request that began it; unknown where the record is gone. */
  readonly dispatchId?: DispatchId;
  readonly correlationId?: string;
  /** Why it was refused. */
  readonly code?: RefusalCode;
}

const NONE: Concluded = { outcome: 'none' };

/**
 * Goes on with a submission in the background: the whole walk once more, from the bytes, so that what has changed meanwhile
 * counts. Doing it twice is harmless: the dispatch is found by its id, and what was copied is still there.
 *
 * @throws Error where it can succeed later: the queue brings it back, and the watchman asks for what the queue lost.
 */
export async function conclude(submissionId: SubmissionId, ports: ConcludePorts): Promise<Concluded> {
  const submission = await ports.submissions.find(submissionId);
  if (!submission) return NONE;
  if (submission.state !== 'working') return letGo(submission, NONE, ports);
  const now = ports.clock.now();
  if (submission.expiresAt <= now) return NONE;
  // Put off while it is being worked on: the watchman looks again when this run must be over.
  await ports.submissions.remindLater(submissionId, now + (LIMITS.concludeSeconds + LIMITS.overdueSeconds) * 1000);
  const bytes = await ports.held.read(submissionId, submission.sha256);
  if (!bytes) return alreadyOver(submissionId, ports);
  const outcome = await walkOn(submission, bytes, ports);
  if (!outcome.ok && REFUSALS[outcome.refusal.code].retryable)
    throw new Error(`${submissionId} can succeed later: ${outcome.refusal.code}`);
  const refusal = outcome.ok ? undefined : outcome.refusal;
  if (refusal) await keepTrace(submission, refusal, ports);
  await ports.submissions.settle(submission, refusal);
  const { dispatchId, correlationId } = submission;
  const about = { dispatchId, correlationId };
  const concluded: Concluded = refusal
    ? { outcome: 'refused', ...about, code: refusal.code }
    : { outcome: 'accepted', ...about };
  return letGo(submission, concluded, ports);
}

/** Two runs at once: the other one has decided and let the message go. */
async function alreadyOver(submissionId: SubmissionId, ports: ConcludePorts): Promise<Concluded> {
  if ((await ports.submissions.find(submissionId))?.state === 'working')
    throw new Error(`the message of ${submissionId} is gone and nothing was decided`);
  return NONE;
}

async function walkOn(submission: SubmissionRecord, bytes: Buffer, ports: ConcludePorts): Promise<Outcome<unknown>> {
  const caller = await ports.directory.system(submission.system);
  if (caller?.status !== 'active') return refuse('system-suspended', { system: submission.system });
  const { documentSignature, deliveryExpires, correlationId } = submission;
  const documentRevocation = submission.documentRevocation && Buffer.from(submission.documentRevocation, 'base64');
  const brought = { documentSignature, ...(documentRevocation && { documentRevocation }) };
  return submit({ caller, bytes, ...brought, deliveryExpires, dryRun: false, correlationId }, ports);
}

const keepTrace = (
  { system, correlationId }: SubmissionRecord,
  { code }: Refusal,
  { refusals, clock }: ConcludePorts,
): Promise<void> => refusals.keep({ system, at: clock.now(), code, route: 'submit', correlationId });

/** A crash before the message is let go is made up for by the next run, or by the bucket after a day. */
async function letGo(
  { submissionId, sha256 }: SubmissionRecord,
  concluded: Concluded,
  { held }: ConcludePorts,
): Promise<Concluded> {
  await held.release(submissionId, sha256);
  return concluded;
}
