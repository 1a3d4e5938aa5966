import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { dynamoClient, kmsClient, s3Client, sqsClient } from '../../adapters/aws/clients.ts';
import { DispatchTable } from '../../adapters/aws/dispatchTable.ts';
import { SqsFanOutQueue } from '../../adapters/aws/fanOutQueue.ts';
import { KmsReceiptSigner, ReceiptCertificateTable } from '../../adapters/aws/kmsReceiptSigner.ts';
import { ObjectStore } from '../../adapters/aws/objectStore.ts';
import { PublishedTrustLists } from '../../adapters/aws/publishedTrustLists.ts';
import { RefusalTable } from '../../adapters/aws/refusalTable.ts';
import { UploadTable } from '../../adapters/aws/uploadTable.ts';
import { createCertificateJudge } from '../../adapters/trust/certificateJudge.ts';
import { detachedSignatures } from '../../adapters/trust/detachedSignatures.ts';
import { createDocumentReader } from '../../adapters/xml/documentReader.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { accept } from '../../core/contract/refusals.ts';
import { submit } from '../../core/walk/submit.ts';
import { uploadedMessage } from '../../core/walk/uploadedMessage.ts';
import { answer } from '../edge/answer.ts';
import { Authenticator } from '../edge/authenticate.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { edge } from '../edge/edge.ts';
import { createObserver } from '../edge/observe.ts';
import { readSubmitRequest } from './readSubmitRequest.ts';

const environment = readEnvironment('submit', process.env);
const observer = createObserver('submit', environment);
const dynamo = dynamoClient();
const s3 = s3Client();
const directory = new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock);
const receiptCertificates = new ReceiptCertificateTable(dynamo, environment.DISPATCHES_TABLE);

const objects = new ObjectStore(s3, environment.DISPATCHES_BUCKET, clock);

const ports = {
  axis: environment.AXIS_ID,
  clock,
  directory,
  trust: new PublishedTrustLists(directory, objects),
  reader: createDocumentReader({ bytes: LIMITS.uploadedMessageBytes }),
  certificates: createCertificateJudge(),
  detached: detachedSignatures,
  dispatches: new DispatchTable(dynamo, environment.DISPATCHES_TABLE),
  objects,
  uploadsBucket: environment.UPLOADS_BUCKET,
  uploads: new UploadTable(dynamo, environment.DISPATCHES_TABLE),
  uploadObjects: new ObjectStore(s3, environment.UPLOADS_BUCKET, clock),
  fanOut: new SqsFanOutQueue(sqsClient(), environment.FANOUT_QUEUE_URL),
  receipts: new KmsReceiptSigner({
    kms: kmsClient(),
    keyId: environment.RECEIPT_KEY_ID,
    certificates: receiptCertificates,
    axis: environment.AXIS_ID,
    instance: { function: 'submit', version: environment.AXIS_VERSION },
    clock,
  }),
  receiptCertificates,
  trouble: (what: string, error: unknown) => observer.fault(what, error),
};

/** `POST /v1/dispatches`: submitted, verified, kept; answers with the receipt. */
export const handler = edge<'submit'>(
  {
    submit: async ({ event, caller, correlationId }) => {
      const request = readSubmitRequest(event);
      if (!request.ok) return request;
      const asked = request.value;
      const bytes = 'uploadId' in asked ? await uploadedMessage(caller, asked.uploadId, ports) : accept(asked.bytes);
      if (!bytes.ok) return bytes;
      const { documentSignature, dryRun } = asked;
      const outcome = await submit({ caller, bytes: bytes.value, documentSignature, dryRun }, ports);
      if (outcome.ok) {
        const { dispatchId, outcome: what, recipients } = outcome.value;
        observer.event('submitted', {
          what,
          dispatchId,
          recipients: recipients.length,
          system: caller.systemId,
          correlationId,
        });
        if (what !== 'would-be-accepted') observer.count(what === 'accepted' ? 'accepted' : 'repeated');
      }
      return answer<'submit'>(outcome, outcome.ok && outcome.value.outcome === 'accepted' ? 201 : 200);
    },
  },
  {
    clock,
    observer,
    authenticator: new Authenticator({ axis: environment.AXIS_ID, clock, directory }),
    refusals: new RefusalTable(dynamo, environment.DISPATCHES_TABLE),
  },
);
