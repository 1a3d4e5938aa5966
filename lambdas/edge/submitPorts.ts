import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { dynamoClient, kmsClient, s3Client, sqsClient } from '../../adapters/aws/clients.ts';
import { DispatchTable } from '../../adapters/aws/dispatchTable.ts';
import { SqsFanOutQueue } from '../../adapters/aws/fanOutQueue.ts';
import { HeldMessageBucket } from '../../adapters/aws/heldMessageBucket.ts';
import { KmsReceiptSigner, ReceiptCertificateTable } from '../../adapters/aws/kmsReceiptSigner.ts';
import { ObjectStore } from '../../adapters/aws/objectStore.ts';
import { PublishedTrustLists } from '../../adapters/aws/publishedTrustLists.ts';
import { RefusalTable } from '../../adapters/aws/refusalTable.ts';
import { CachedRevocationLibrary } from '../../adapters/aws/revocationShelf.ts';
import { SubmissionTable } from '../../adapters/aws/submissionTable.ts';
import { UploadTable } from '../../adapters/aws/uploadTable.ts';
import { createCertificateJudge } from '../../adapters/trust/certificateJudge.ts';
import { detachedSignatures } from '../../adapters/trust/detachedSignatures.ts';
import { createTimeStampJudge } from '../../adapters/trust/timeStamp.ts';
import { createDocumentReader } from '../../adapters/xml/documentReader.ts';
import { warmUp } from '../../adapters/xml/warmUp.ts';
import type { EnvironmentOf } from '../../core/contract/environment.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { systemClock as clock } from './clock.ts';
import type { Observer } from './observe.ts';

/** What every function needs that submits: to verify a message, to keep it, and to sign its receipt. */
export function keepingPorts(
  name: 'submit' | 'conclude' | 'compatSend' | 'rebuild',
  environment: Omit<EnvironmentOf<'conclude'>, 'UPLOADS_BUCKET'>,
  observer: Observer,
) {
  const dynamo = dynamoClient();
  const s3 = s3Client();
  const sqs = sqsClient();
  const kms = kmsClient();
  const receiptCertificates = new ReceiptCertificateTable(dynamo, environment.DISPATCHES_TABLE);
  const directory = new CachedDirectory(
    dynamo,
    environment.REGISTRY_TABLE,
    clock,
    // What was taken before a pause is concluded all the same, and rebuilt.
    name === 'conclude' || name === 'rebuild' ? undefined : 'pause',
  );
  const objects = new ObjectStore(s3, environment.DISPATCHES_BUCKET, clock);
  return {
    axis: environment.AXIS_ID,
    clock,
    dynamo,
    s3,
    sqs,
    kms,
    directory,
    trust: new PublishedTrustLists(directory, objects),
    reader: createDocumentReader({ bytes: LIMITS.uploadedMessageBytes }),
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
    fanOut: new SqsFanOutQueue(sqs, environment.FANOUT_QUEUE_URL),
    receipts: new KmsReceiptSigner({
      kms,
      keyId: environment.RECEIPT_KEY_ID,
      certificates: receiptCertificates,
      axis: environment.AXIS_ID,
      instance: { function: name, version: environment.AXIS_VERSION },
      clock,
    }),
    receiptCertificates,
    refusals: new RefusalTable(dynamo, environment.DISPATCHES_TABLE),
    trouble: observer.fault,
  };
}

/** What the two functions need beside that which take uploads: while the sender waits, and in the background. */
export function submitPorts(name: 'submit' | 'conclude', environment: EnvironmentOf<'conclude'>, observer: Observer) {
  // While an instance starts, its processor is its own; the first sender would wait longer for the same.
  if (name === 'submit') warmUp();
  const ports = keepingPorts(name, environment, observer);
  const { dynamo, s3 } = ports;
  return {
    ...ports,
    uploadsBucket: environment.UPLOADS_BUCKET,
    uploads: new UploadTable(dynamo, environment.DISPATCHES_TABLE),
    uploadObjects: new ObjectStore(s3, environment.UPLOADS_BUCKET, clock),
    submissions: new SubmissionTable(dynamo, environment.DISPATCHES_TABLE),
    held: new HeldMessageBucket(s3, environment.UPLOADS_BUCKET),
  };
}
