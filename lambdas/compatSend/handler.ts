import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { dynamoClient, kmsClient, s3Client, sqsClient } from '../../adapters/aws/clients.ts';
import { DispatchTable } from '../../adapters/aws/dispatchTable.ts';
import { SqsFanOutQueue } from '../../adapters/aws/fanOutQueue.ts';
import { KmsReceiptSigner, ReceiptCertificateTable } from '../../adapters/aws/kmsReceiptSigner.ts';
import { KmsSecretOpener } from '../../adapters/aws/kmsSecrets.ts';
import { ObjectStore } from '../../adapters/aws/objectStore.ts';
import { PublishedTrustLists } from '../../adapters/aws/publishedTrustLists.ts';
import { RefusalTable } from '../../adapters/aws/refusalTable.ts';
import { CachedRevocationLibrary } from '../../adapters/aws/revocationShelf.ts';
import { createLenientReader } from '../../adapters/lenient/lenientReader.ts';
import { createCertificateJudge } from '../../adapters/trust/certificateJudge.ts';
import { detachedSignatures } from '../../adapters/trust/detachedSignatures.ts';
import { createTimeStampJudge } from '../../adapters/trust/timeStamp.ts';
import { createDocumentReader } from '../../adapters/xml/documentReader.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { accept, type Outcome } from '../../core/contract/refusals.ts';
import { submit } from '../../core/walk/submit.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { FaceAuthenticator } from '../edge/compat/faceAuthenticator.ts';
import { type FaceAnswer, type FaceRequest, faceEdge } from '../edge/compat/faceEdge.ts';
import { noteOn } from '../edge/compat/unsignedNote.ts';
import { createObserver } from '../edge/observe.ts';
import { readFormFile } from './readFormFile.ts';
import { readSdkFile } from './readSdkFile.ts';

const environment = readEnvironment('compatSend', process.env);
const observer = createObserver('compatSend', environment);
const dynamo = dynamoClient();
const kms = kmsClient();
const directory = new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock);
const receiptCertificates = new ReceiptCertificateTable(dynamo, environment.DISPATCHES_TABLE);

const s3 = s3Client();
const objects = new ObjectStore(s3, environment.DISPATCHES_BUCKET, clock);

const ports = {
  axis: environment.AXIS_ID,
  clock,
  directory,
  trust: new PublishedTrustLists(directory, objects),
  reader: createDocumentReader({ bytes: LIMITS.messageBytes }),
  // What old libraries write outside the strict profile, unsigned, for agencies whose policy lets it in.
  lenient: createLenientReader({ bytes: LIMITS.messageBytes }),
  certificates: createCertificateJudge(),
  timeStamps: createTimeStampJudge(),
  detached: detachedSignatures,
  revocation: CachedRevocationLibrary.of({
    dynamo,
    table: environment.REGISTRY_TABLE,
    s3,
    bucket: environment.DISPATCHES_BUCKET,
    clock,
  }),
  dispatches: new DispatchTable(dynamo, environment.DISPATCHES_TABLE),
  objects,
  // Systems of this face upload nothing: a message that names files beside it is refused as missing them.
  uploads: { findMany: async () => [] },
  uploadsBucket: '',
  fanOut: new SqsFanOutQueue(sqsClient(), environment.FANOUT_QUEUE_URL),
  receipts: new KmsReceiptSigner({
    kms,
    keyId: environment.RECEIPT_KEY_ID,
    certificates: receiptCertificates,
    axis: environment.AXIS_ID,
    instance: { function: 'compatSend', version: environment.AXIS_VERSION },
    clock,
  }),
  receiptCertificates,
  trouble: (what: string, error: unknown) => observer.fault(what, error),
};

/** The same walk as `POST /v1/dispatches`; `DocId` is the dispatch's id there and here. */
async function send(
  { caller, correlationId }: Pick<FaceRequest, 'caller' | 'correlationId'>,
  file: Outcome<Buffer>,
): Promise<Outcome<FaceAnswer>> {
  if (!file.ok) return file;
  const outcome = await submit({ caller, bytes: file.value, dryRun: false }, ports);
  if (!outcome.ok) return outcome;
  const { dispatchId, outcome: what, recipients, report } = outcome.value;
  const facts = { what, dispatchId, recipients: recipients.length, system: caller.systemId, correlationId };
  observer.event('submitted', facts);
  observer.count(what === 'accepted' ? 'accepted' : 'repeated');
  return accept({ members: { DocId: dispatchId, ...noteOn(report.signed) } });
}

/** `sendEdoc`: submitted, verified, kept; the same file again gets the same `DocId`. */
export const handler = faceEdge<'compatSend'>(
  {
    sendEdoc: async (request) => send(request, readSdkFile(request)),
    lgspSendEdoc: async (request) => send(request, await readFormFile(request.event)),
  },
  {
    clock,
    observer,
    authenticator: new FaceAuthenticator({
      clock,
      directory,
      secrets: new KmsSecretOpener(kms, environment.SECRETS_KEY_ID, environment.STAGE),
    }),
    refusals: new RefusalTable(dynamo, environment.DISPATCHES_TABLE),
  },
);
