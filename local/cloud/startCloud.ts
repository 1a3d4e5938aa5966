import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud, CloudOptions, EmbeddedService } from '../contract/cloud.ts';
import { createAdminOperations } from './admin/adminOperations.ts';
import { folderSecret } from './disk/folderSecret.ts';
import { openDynaliteStore } from './dynamodb/dynaliteStore.ts';
import { createDynamoService } from './dynamodb/dynamoService.ts';
import { createExpiry } from './dynamodb/expiry.ts';
import { createLaggingIndexes } from './dynamodb/laggingIndexes.ts';
import { authenticate } from './gate/authenticate.ts';
import { createCredentialRegistry } from './gate/credentialRegistry.ts';
import { type GateContext, type GateServer, startGate } from './gate/gateServer.ts';
import { isAllowed } from './iam/evaluate.ts';
import { openKeyStore } from './kms/keyStore.ts';
import { createKmsService } from './kms/kmsService.ts';
import { createLogsService } from './logs/logsService.ts';
import { openS3Service } from './s3/s3Service.ts';
import { openQueueBook } from './sqs/queueBook.ts';
import { startQueueEmulator } from './sqs/queueEmulator.ts';
import { createReceiptHandles } from './sqs/receiptHandle.ts';
import { createSqsService } from './sqs/sqsService.ts';
import { createStsService } from './sts/stsService.ts';

/** How often the clock is looked at for work that falls due with time, in real milliseconds. */
const SWEEP_POLL_MS = 250;

/**
 * Starts the embedded services on 127.0.0.1, each behind its gate, with all state in one folder.
 *
 * What was answered survives a kill of the process: objects, items, keys, queues. Keys and queues survive a power cut as well;
 * messages and temporary credentials live in memory.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { dir, clock, region, account } = options;
  const place = { account, region };
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const secret = folderSecret(dir);
  const registry = createCredentialRegistry(secret, clock);
  const onFault = options.onFault ?? ((where, error) => console.error(`fault in ${where}`, error));
  const context: GateContext = { options, registry, onFault };

  const tables = openDynaliteStore(join(dir, 'dynamodb'), place);
  const expiry = createExpiry(dir, tables, clock);
  const emulator = await startQueueEmulator(clock, region);
  const book = await openQueueBook(dir, emulator, place);
  const handles = createReceiptHandles(secret);
  const keys = openKeyStore(dir, account);
  const s3 = openS3Service(dir, clock, region);
  const sts = createStsService(registry, clock, account);
  const indexes = createLaggingIndexes(tables, clock);
  const dynamodb = createDynamoService(tables, place, (table, item) => expiry.noteWritten(table, item), indexes);
  const sqs = createSqsService({ emulator, book, handles, clock, place });
  const kms = createKmsService(keys, place);
  const logs = createLogsService(options.logs, place);

  const port = (index: number) => (options.port ? options.port + index : 0);
  const gates: Record<EmbeddedService, GateServer> = {
    dynamodb: await startGate(dynamodb, context, port(0)),
    sqs: await startGate(sqs, context, port(1)),
    s3: await startGate(s3, context, port(2)),
    kms: await startGate(kms, context, port(3)),
    sts: await startGate(sts, context, port(4)),
    logs: await startGate(logs, context, port(5)),
  };
  const sweeping = setInterval(() => {
    try {
      s3.sweep();
    } catch (error) {
      onFault('s3 lifecycle', error);
    }
    expiry.sweep().catch((error: unknown) => onFault('dynamodb expiry', error));
  }, SWEEP_POLL_MS).unref();

  return {
    endpoints: {
      dynamodb: gates.dynamodb.url,
      sqs: gates.sqs.url,
      s3: gates.s3.url,
      kms: gates.kms.url,
      sts: gates.sts.url,
      logs: gates.logs.url,
    },
    issue: (principal, issueOptions) => registry.issue(principal, issueOptions),
    revoke: (accessKeyId) => registry.revoke(accessKeyId),
    authenticate({ service, ...request }) {
      const caller = authenticate(request, { registry, clock, region, service });
      return 'fault' in caller ? { ok: false, reason: caller.message } : { ok: true, principal: caller.principal };
    },
    allows: (principal, action, resource, conditions = {}) =>
      isAllowed(principal, { action, resource, context: conditions }),
    lagIndexes: (ms) => indexes.set(ms),
    admin: createAdminOperations({ place, clock, tables, expiry, queues: book, buckets: s3.buckets, keys }),
    registerRole: (principal, trust) => sts.registerRole(principal, trust),
    async stop() {
      clearInterval(sweeping);
      await Promise.all(Object.values(gates).map((gate) => gate.stop()));
      await expiry.idle();
      await emulator.stop();
      await tables.stop();
      s3.close();
    },
  };
}
