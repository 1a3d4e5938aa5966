import type { AnswerOf } from '../contract/answers.ts';
import type { SubmissionId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Clock, Dispatches, ReceiptCertificates } from '../contract/ports.ts';
import type { SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, type Refusal, refuse } from '../contract/refusals.ts';
import type { Submissions } from '../contract/transferPorts.ts';
import { acceptedAnswer } from './acceptedAnswer.ts';

export interface ViewSubmissionPorts {
  readonly clock: Clock;
  readonly submissions: Pick<Submissions, 'find'>;
  readonly dispatches: Pick<Dispatches, 'find'>;
  readonly receiptCertificates: ReceiptCertificates;
}

/** As the contract shows it; the refusal is put into words at the edge. */
export type SubmissionView = Omit<AnswerOf<'submission'>, 'refusal'> & { readonly refusal?: Refusal };

/** What became of a submission. Another system's is told the same as one that is not there, or not there any more. */
export async function viewSubmission(
  caller: SystemRecord,
  wanted: SubmissionId,
  ports: ViewSubmissionPorts,
): Promise<Outcome<SubmissionView>> {
  const submission = await ports.submissions.find(wanted);
  if (submission?.system !== caller.systemId || submission.expiresAt <= ports.clock.now())
    return refuse('submission-not-found', { hours: LIMITS.uploadHours });
  const { submissionId, state, dispatchId, expiresAt, refusal } = submission;
  const view = { submissionId, state, dispatchId, expiresAt: new Date(expiresAt).toISOString() };
  if (state === 'refused' && refusal) return accept({ ...view, refusal });
  if (state !== 'accepted') return accept(view);
  const dispatch = await ports.dispatches.find(dispatchId);
  if (!dispatch) throw new Error(`${dispatchId} was accepted and is not there`);
  return accept({ ...view, answer: await acceptedAnswer(dispatch, 'accepted', ports.receiptCertificates) });
}
