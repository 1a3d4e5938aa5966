import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { dynamoClient, s3Client } from '../../adapters/aws/clients.ts';
import { UploadBucket } from '../../adapters/aws/uploadBucket.ts';
import { UploadTable } from '../../adapters/aws/uploadTable.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { isUploadId, type UploadId } from '../../core/contract/ids.ts';
import { seal } from '../../core/walk/seal.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { eachMessage } from '../edge/eachMessage.ts';
import { createObserver } from '../edge/observe.ts';

const environment = readEnvironment('seal', process.env);
const observer = createObserver('seal', environment);

const ports = {
  uploads: new UploadTable(dynamoClient(), environment.DISPATCHES_TABLE),
  objects: new UploadBucket(s3Client(), environment.UPLOADS_BUCKET, clock),
};

const MESSAGE = z.object({ uploadId: z.string() });

function uploadIdOf(record: SQSRecord): UploadId | undefined {
  try {
    const parsed = z.safeParse(MESSAGE, JSON.parse(record.body));
    return parsed.success && isUploadId(parsed.data.uploadId) ? parsed.data.uploadId : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the message is done with. What can never be done is failed too: it must end where a person sees it. */
async function isDone(record: SQSRecord): Promise<boolean> {
  const uploadId = uploadIdOf(record);
  try {
    if (uploadId === undefined) throw new Error('not a message to seal an upload');
    const outcome = await seal(uploadId, ports);
    observer.event('sealed', { outcome, uploadId, messageId: record.messageId });
    return true;
  } catch (error) {
    observer.fault('sealing-failed', error, { uploadId, messageId: record.messageId });
    return false;
  }
}

/** Uploaded → sealed: reads each object from end to end, one after the other, in constant memory. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const answer = await eachMessage(event, isDone);
  observer.flush();
  return answer;
}
