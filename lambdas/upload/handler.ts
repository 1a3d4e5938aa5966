import { randomBytes } from 'node:crypto';
import { BudgetTable } from '../../adapters/aws/budgetTable.ts';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { dynamoClient, s3Client, sqsClient } from '../../adapters/aws/clients.ts';
import { RefusalTable } from '../../adapters/aws/refusalTable.ts';
import { SqsSealQueue } from '../../adapters/aws/sealQueue.ts';
import { UploadBucket } from '../../adapters/aws/uploadBucket.ts';
import { UploadTable } from '../../adapters/aws/uploadTable.ts';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { base32 } from '../../core/contract/ids.ts';
import { accept, type Outcome } from '../../core/contract/refusals.ts';
import { completeUpload, linkParts, seeUpload, startUpload } from '../../core/walk/upload.ts';
import { answer } from '../edge/answer.ts';
import { Authenticator } from '../edge/authenticate.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { edge } from '../edge/edge.ts';
import { createObserver } from '../edge/observe.ts';
import { uploadIdIn } from '../edge/pathId.ts';
import { RateLimiter } from '../edge/rateLimiter.ts';
import { json, type Reply } from '../edge/reply.ts';

const environment = readEnvironment('upload', process.env);
const observer = createObserver('upload', environment);
const dynamo = dynamoClient();
const directory = new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock, 'pause');

const ports = {
  clock,
  uploads: new UploadTable(dynamo, environment.DISPATCHES_TABLE),
  objects: new UploadBucket(s3Client(), environment.UPLOADS_BUCKET, clock),
  queue: new SqsSealQueue(sqsClient(), environment.SEAL_QUEUE_URL),
  freshName: () => base32(randomBytes(10)),
};

const STATUS_OF = { sealing: 202, open: 200, sealed: 200, failed: 200 } as const;

/** What takes long answers 202 with the address where it is seen. */
function completed(outcome: Outcome<AnswerOf<'completeUpload'>>): Outcome<Reply> {
  if (!outcome.ok) return outcome;
  const { state, uploadId } = outcome.value;
  return accept(
    json(STATUS_OF[state], outcome.value, state === 'sealing' ? { location: `/v1/uploads/${uploadId}` } : {}),
  );
}

/** `/v1/uploads`: bytes go from the client to S3 by links; this function only says where and keeps count. */
export const handler = edge<'upload'>(
  {
    startUpload: async ({ caller, body, correlationId }) => {
      const outcome = await startUpload(caller, body, ports);
      if (!outcome.ok) return outcome;
      const { isNew, answer: started } = outcome.value;
      const { uploadId, bytes, what } = started;
      observer.event('upload-started', { uploadId, bytes, what, isNew, system: caller.systemId, correlationId });
      return answer<'startUpload'>(accept(started), isNew ? 201 : 200);
    },
    upload: async ({ caller, path }) => {
      const uploadId = uploadIdIn(path);
      return uploadId.ok ? answer<'upload'>(seeUpload(caller, uploadId.value, ports)) : uploadId;
    },
    uploadParts: async ({ caller, path, body }) => {
      const uploadId = uploadIdIn(path);
      if (!uploadId.ok) return uploadId;
      return answer<'uploadParts'>(linkParts(caller, { ...body, uploadId: uploadId.value }, ports));
    },
    completeUpload: async ({ caller, path, body, correlationId }) => {
      const uploadId = uploadIdIn(path);
      if (!uploadId.ok) return uploadId;
      const outcome = await completeUpload(caller, { ...body, uploadId: uploadId.value }, ports);
      if (outcome.ok) {
        const { state } = outcome.value;
        observer.event('upload-completed', {
          uploadId: uploadId.value,
          state,
          system: caller.systemId,
          correlationId,
        });
      }
      return completed(outcome);
    },
  },
  {
    clock,
    observer,
    pause: directory,
    limiter: new RateLimiter({ counter: new BudgetTable(dynamo, environment.DISPATCHES_TABLE), clock, observer }),
    authenticator: new Authenticator({ axis: environment.AXIS_ID, clock, directory }),
    refusals: new RefusalTable(dynamo, environment.DISPATCHES_TABLE),
  },
);
