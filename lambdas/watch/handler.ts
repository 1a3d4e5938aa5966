import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { CachedWebhooks } from '../../adapters/aws/cachedWebhooks.ts';
import { IndexedCertificates } from '../../adapters/aws/certificateListing.ts';
import { dynamoClient, s3Client, sqsClient } from '../../adapters/aws/clients.ts';
import { ObjectContentRemoval } from '../../adapters/aws/contentRemoval.ts';
import { DeliveryTable } from '../../adapters/aws/deliveryTable.ts';
import { DispatchTable } from '../../adapters/aws/dispatchTable.ts';
import { ExpiryMarkTable } from '../../adapters/aws/expiryMarkTable.ts';
import { SqsFanOutQueue } from '../../adapters/aws/fanOutQueue.ts';
import { SqsInboxQueues } from '../../adapters/aws/inboxQueues.ts';
import { MemoryTable } from '../../adapters/aws/memoryTable.ts';
import { MoveTable } from '../../adapters/aws/moveTable.ts';
import { ObjectOrphanage } from '../../adapters/aws/orphanage.ts';
import { RelocationTable } from '../../adapters/aws/relocationTable.ts';
import { RetentionTable } from '../../adapters/aws/retentionTable.ts';
import { SqsSubmissionQueue } from '../../adapters/aws/submissionQueue.ts';
import { SubmissionTable } from '../../adapters/aws/submissionTable.ts';
import { SweepCursor } from '../../adapters/aws/sweepCursor.ts';
import { SqsWebhookQueue } from '../../adapters/aws/webhookQueue.ts';
import { WebhookTable } from '../../adapters/aws/webhookTable.ts';
import { WitnessObject } from '../../adapters/aws/witnessObject.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import type { DeliveryRecord } from '../../core/contract/records.ts';
import { readRetention } from '../../core/contract/retention.ts';
import { expiringCertificates } from '../../core/walk/expiringCertificates.ts';
import { remember } from '../../core/walk/remember.ts';
import { sweep } from '../../core/walk/sweep.ts';
import { warnOfExpiry } from '../../core/walk/warnOfExpiry.ts';
import { watch } from '../../core/walk/watch.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { createObserver } from '../edge/observe.ts';

const environment = readEnvironment('watch', process.env);
const observer = createObserver('watch', environment);
const dynamo = dynamoClient();
const dispatches = new DispatchTable(dynamo, environment.DISPATCHES_TABLE);
const s3 = s3Client();
const orphanage = new ObjectOrphanage(s3, environment.DISPATCHES_BUCKET);
const cursor = new SweepCursor(dynamo, environment.DISPATCHES_TABLE);

const sqs = sqsClient();
/** A route is read anew in each round: a move must not believe the one that it is there to leave behind. */
const moving = () => ({
  clock,
  directory: new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock),
  moves: new MoveTable(dynamo, environment.DISPATCHES_TABLE),
  deliveries: new RelocationTable(dynamo, environment.DISPATCHES_TABLE),
  bell: new SqsInboxQueues(sqs, environment.INBOX_QUEUE_PREFIX),
  trouble: observer.fault,
});

const webhooks = new CachedWebhooks(new WebhookTable(dynamo, environment.REGISTRY_TABLE), clock);
const webhookQueue = new SqsWebhookQueue(sqs, environment.WEBHOOK_QUEUE_URL);

const ports = {
  clock,
  trouble: observer.fault,
  setAside: ({ deliveryId, dispatchId, system }: DeliveryRecord) => {
    observer.event('set-aside', { deliveryId, dispatchId, system });
    observer.count('setAside');
  },
  work: dispatches,
  dispatches,
  directory: new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock),
  webhooks,
  webhookQueue,
  rules: readRetention(environment.RETENTION),
  retention: new RetentionTable(dynamo, environment.DISPATCHES_TABLE),
  content: new ObjectContentRemoval(s3, environment.DISPATCHES_BUCKET),
  deliveries: new DeliveryTable(dynamo, environment.DISPATCHES_TABLE),
  fanOut: new SqsFanOutQueue(sqs, environment.FANOUT_QUEUE_URL),
  submissions: new SubmissionTable(dynamo, environment.DISPATCHES_TABLE),
  submissionQueue: new SqsSubmissionQueue(sqs, environment.SUBMISSION_QUEUE_URL),
};

const memory = {
  clock,
  memory: new MemoryTable(dynamo, environment.DISPATCHES_TABLE),
  witness: new WitnessObject(s3, environment.DISPATCHES_BUCKET),
};

/**
 * What the schedules say: look after overdue work and count a round every minute, sweep a page of objects every hour, see every day what
 * expires.
 */
export interface WatchEvent {
  readonly task: 'watch' | 'remember' | 'sweep' | 'certificates';
}

/** The watchman: finds work that did not move and moves it. */
export async function handler(event: WatchEvent): Promise<void> {
  try {
    if (event.task === 'remember') return await rememberOnce();
    if (event.task === 'sweep') return await sweepOnce();
    if (event.task === 'certificates') return await seeCertificates();
    const result = await watch({ ...ports, moving: moving() });
    observer.event('watched', { ...result });
    observer.count('watched');
    observer.count('overdue', result.overdue);
    if (result.oldestMs !== undefined) observer.count('oldestUndelivered', result.oldestMs);
  } finally {
    observer.flush();
  }
}

/** Rings as long as the tables have forgotten something that nobody has rebuilt or given up. */
async function rememberOnce(): Promise<void> {
  const { forgotten, round } = await remember(memory);
  if (!forgotten) return;
  observer.event('forgotten', { round, from: forgotten.from, to: forgotten.to });
  observer.count('forgotten');
}

async function sweepOnce(): Promise<void> {
  // Now, and not by the minute's round: between the two the tables may have been put back.
  const { forgotten } = await remember(memory);
  const { removed, spared, next } = await sweep(
    { after: await cursor.read(), forgotten },
    { clock, orphanage, dispatches },
  );
  await cursor.write(next);
  observer.event('swept', { removed, spared });
  observer.count('swept', removed);
}

async function seeCertificates(): Promise<void> {
  const directory = new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock);
  const listing = new IndexedCertificates(dynamo, environment.REGISTRY_TABLE);
  const { within, urgent, daysLeft } = await expiringCertificates({ clock, directory, listing });
  for (const days of ['7', '30', '60'] as const) observer.count('expiring', within[days], days);
  if (daysLeft !== undefined) observer.count('certificateDaysLeft', daysLeft);
  observer.count('expiringSoon', urgent.length);
  for (const { agency, thumbprint, notAfter } of urgent)
    observer.event('certificate-expires', { agency, thumbprint, notAfter });
  const told = await warnOfExpiry({
    clock,
    directory,
    listing,
    webhooks,
    queue: webhookQueue,
    marks: new ExpiryMarkTable(dynamo, environment.REGISTRY_TABLE),
  });
  observer.event('certificates-seen', { told, within7: within[7], within30: within[30], within60: within[60] });
}
