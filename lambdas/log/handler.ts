import { randomBytes } from 'node:crypto';
import { CachedCertificates } from '../../adapters/aws/cachedCertificates.ts';
import { dynamoClient, kmsClient, s3Client } from '../../adapters/aws/clients.ts';
import { KmsEvidenceSigner } from '../../adapters/aws/kmsEvidenceSigner.ts';
import { KmsReceiptSigner, ReceiptCertificateTable } from '../../adapters/aws/kmsReceiptSigner.ts';
import { LogHeadTable } from '../../adapters/aws/logHeadTable.ts';
import { S3LogObjects } from '../../adapters/aws/logObjects.ts';
import { LogWorkTable } from '../../adapters/aws/logWorkTable.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { log } from '../../core/walk/log.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { createObserver } from '../edge/observe.ts';

const environment = readEnvironment('log', process.env);
const observer = createObserver('log', environment);
const dynamo = dynamoClient();
const kms = kmsClient();
const axis = environment.AXIS_ID;
const keyId = environment.RECEIPT_KEY_ID;
const receiptCertificates = new ReceiptCertificateTable(dynamo, environment.DISPATCHES_TABLE);
const records = new KmsReceiptSigner({
  kms,
  keyId,
  certificates: receiptCertificates,
  axis,
  instance: { function: 'log', version: environment.AXIS_VERSION },
  clock,
});

const notLogged = (about: string, error: unknown): void => observer.fault('not-logged', error, { about });

const ports = {
  clock,
  axis,
  work: new LogWorkTable(dynamo, environment.DISPATCHES_TABLE, notLogged),
  heads: new LogHeadTable(dynamo, environment.LOG_TABLE),
  objects: new S3LogObjects(s3Client(), environment.DISPATCHES_BUCKET),
  receiptCertificates: new CachedCertificates(receiptCertificates),
  signer: new KmsEvidenceSigner({ kms, keyId, axis, records }),
  salt: () => randomBytes(16).toString('base64url'),
  notLogged,
  notMarked: (about: string, error: Error) => observer.fault('not-marked', error, { about }),
};

/** Every minute: what happened becomes evidence. A round that leaves something late behind fails, so that its alarm rings. */
export async function handler(): Promise<void> {
  try {
    const { logged, batches, size, oldestMs } = await log(ports);
    if (logged > 0) observer.event('logged', { logged, batches, size });
    if (oldestMs !== undefined && oldestMs > LIMITS.log.lateSeconds * 1000)
      throw new Error(`what happened ${Math.round(oldestMs / 1000)} s ago is not in the evidence log yet`);
  } finally {
    observer.flush();
  }
}
