import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { readEnvironment } from '../../core/contract/environment.ts';
import { isSubmissionId, type SubmissionId } from '../../core/contract/ids.ts';
import { conclude } from '../../core/walk/conclude.ts';
import { eachMessage } from '../edge/eachMessage.ts';
import { createObserver } from '../edge/observe.ts';
import { submitPorts } from '../edge/submitPorts.ts';

const environment = readEnvironment('conclude', process.env);
const observer = createObserver('conclude', environment);
const ports = submitPorts('conclude', environment, observer);

const MESSAGE = z.object({ submissionId: z.string() });

function submissionIdOf(record: SQSRecord): SubmissionId | undefined {
  try {
    const parsed = z.safeParse(MESSAGE, JSON.parse(record.body));
    return parsed.success && isSubmissionId(parsed.data.submissionId) ? parsed.data.submissionId : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the message is done with. What can never be done is failed too: it must end where a person sees it. */
async function isDone(record: SQSRecord): Promise<boolean> {
  const submissionId = submissionIdOf(record);
  try {
    if (submissionId === undefined) throw new Error('not a message to conclude a submission');
    const { code, ...concluded } = await conclude(submissionId, ports);
    observer.event('concluded', { ...concluded, submissionId, messageId: record.messageId });
    if (concluded.outcome === 'accepted') observer.count('accepted');
    if (code !== undefined) observer.count('refused', 1, code);
    return true;
  } catch (error) {
    observer.fault('concluding-failed', error, { submissionId, messageId: record.messageId });
    return false;
  }
}

/** Submitted → kept, for what takes longer than a sender should wait: one submission after the other. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const answer = await eachMessage(event, isDone);
  observer.flush();
  return answer;
}
