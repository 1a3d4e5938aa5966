import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AxisClient } from '../../client/axisClient.ts';
import { pemOf } from '../../client/pemCertificates.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { RouteName } from '../../core/contract/routes.ts';
import { issueCertificate, makeKeys, signerExtensions } from '../../world/certificates.ts';
import { earlierOf } from '../../world/documents.ts';
import { sampleTrust } from '../../world/sampleTrust.ts';
import { OldSdk } from '../compat/oldSdk.ts';
import { copyTables, putTablesBack } from '../kit/backup.ts';
import { letterWithFiles } from '../kit/detached.ts';
import { startNewsServer } from '../kit/newsServer.ts';
import { enrolRevokingAuthority } from '../kit/revokingAuthority.ts';
import type { TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';
import { UploadCalls } from '../kit/uploadCalls.ts';
import { startWebhookReceiver } from '../kit/webhookReceiver.ts';
import { spoil } from '../refusals/spoil.ts';
import { newKey } from '../refusals/town.ts';
import { facesWalk, sdkOf } from './facesWalk.ts';
import { endLives, liveOn } from './lifeWalk.ts';

const REASON = 'standard walk';
const HOUR = 3_600_000;

/**
 * Uses every function of an axis in every way that its role is there for: the walk of a letter, what goes wrong on it, the
 * operators' routes, the watchman and the sweeper. Nothing else is done, so that a grant which it does not use is not needed.
 */
export async function standardWalk(town: TestAxis): Promise<void> {
  const another = await enrolAnother(town);
  // Before whatever else judges signatures, so that it judges by these news.
  await askForNews(town);
  await submitAndSubmitAgain(town);
  await submitInBackground(town);
  await upload(town);
  await receiveAndSettle(town);
  await facesWalk(town);
  await liveOn(town, await sdkOf(town, 'bo-minh-hoa'));
  await lookAround(town);
  await operate(town);
  await spendBudget(town, another);
  await watchAndSweep(town);
  await forgetAndRebuild(town);
  await notifyAtWebhook(town, another);
  await prove(town);
  await endLives(town);
}

async function enrolAnother({ operator, world, clientOf }: TestAxis): Promise<AxisClient> {
  const key = newKey('key-of-standard-walk');
  const { d: _, ...jwk } = key;
  const systemId = 'he-thong-moi';
  await operator.call('addSystem', { body: { systemId, name: 'Hệ thống mới', reason: REASON } });
  await operator.call('addKey', { path: { systemId }, body: { jwk, reason: REASON } });
  await operator.call('addSecret', { path: { systemId }, body: { reason: REASON } });
  await operator.call('showSystem', { path: { systemId } });
  const { agencyId } = await operator.call('addAgency', {
    body: { code: 'X96', name: 'Cơ quan mới', system: systemId, reason: REASON },
  });
  const [pem] = world.intermediates;
  await operator.call('addCertificate', { path: { agencyId }, body: { pem, reason: REASON } });
  return clientOf(systemId, key);
}

/** A system is told of a certificate that ends within a month and that nothing replaces. */
async function notifyAtWebhook({ axis, operator }: TestAxis, client: AxisClient): Promise<void> {
  const now = axis.clock.now();
  const { certificate } = issueCertificate({
    name: [['CN', 'Người ký sắp hết hạn']],
    keys: await makeKeys('p-256'),
    notBefore: new Date(now - HOUR),
    notAfter: new Date(now + 20 * 24 * HOUR),
    extensions: signerExtensions(),
  });
  const { agencyId } = await operator.call('addAgency', {
    body: { code: 'X96.03', name: 'Cơ quan sắp hết hạn', system: 'he-thong-moi', reason: REASON },
  });
  await operator.call('addCertificate', { path: { agencyId }, body: { pem: pemOf(certificate), reason: REASON } });
  const receiver = await startWebhookReceiver();
  try {
    await client.setWebhook('https://10.0.0.1/').catch(() => undefined);
    const { lastSuccess } = await client.setWebhook(receiver.url);
    await axis.invoke('docaxis-evaluation-watch', { task: 'certificates' });
    await until(() => receiver.events('certificate.expiring').length > 0, 'the system is told');
    await until(async () => (await client.webhook()).lastSuccess !== lastSuccess, 'it is noted');
    await client.removeWebhook();
  } finally {
    await receiver.stop();
  }
}

async function submitAndSubmitAgain(town: TestAxis): Promise<void> {
  const bytes = await town.letter({ to: ['X92', 'X92.03'] });
  await town.submit(bytes);
  await town.submit(bytes);
  await town.clients['trung-tam-mau'].submit(Buffer.from('<no-edxml/>')).catch(() => undefined);
  // The bytes are kept, the record is not: the next try finds the object there and compares it.
  const lost = await town.letter({ to: ['X92'] });
  town.axis.interfere([
    { service: 'dynamodb', operation: 'PutItem', principal: 'docaxis-evaluation-submit', fate: 'fail-before' },
  ]);
  await town.submit(lost).catch(() => undefined);
  town.axis.interfere([]);
  await town.submit(lost);
  await town.settle();
}

/** A large file beside a message, a message that is an upload itself, and the attachments of both. */
async function upload(town: TestAxis): Promise<void> {
  const client = town.clients['trung-tam-mau'];
  const calls = new UploadCalls(town, 'trung-tam-mau');
  const file = new Blob([new Uint8Array(LIMITS.singlePutBytes + 1)]);
  const { sha256, uploadId } = await client.upload(file, { what: 'attachment' });
  await calls.see(uploadId);
  await calls.parts(`upl_${'a'.repeat(32)}`, { from: 1, to: 1 }).catch(() => undefined);
  await failToSeal(calls);
  const letter = await town.sign(letterWithFiles([{ sha256, name: 'phu-luc.bin', type: 'application/octet-stream' }]));
  const message = await client.upload(new Blob([new Uint8Array(letter)]), { what: 'message' });
  await fillPlaces(calls);
  const { dispatchId } = await calls.submit(message.uploadId);
  await client.attachment({ dispatchId }, 1);
  const link = await client.attachment({ dispatchId }, 2);
  await fetch(link.href, { headers: { range: 'bytes=0-9' } });
  await town.settle();
  // As recipient: by the delivery, and by the dispatch alone.
  const ministry = town.clients['bo-minh-hoa'];
  const { deliveries } = await ministry.receive();
  for (const { deliveryId, lease } of deliveries) {
    await ministry.attachments({ dispatchId, deliveryId }).catch(() => undefined);
    await ministry.attachments({ dispatchId }).catch(() => undefined);
    await ministry.release(deliveryId, { leaseToken: lease.token });
  }
}

const WORKER = 'docaxis-evaluation-conclude';

/** Submissions in the background: accepted at once, accepted after the worker died twice, and refused. */
async function submitInBackground(town: TestAxis): Promise<void> {
  const client = town.clients['trung-tam-mau'];
  const { sha256, uploadId } = await client.upload(new Blob([new Uint8Array(1001)]), { what: 'attachment' });
  const beside = [{ sha256, name: 'phu-luc.bin', type: 'application/octet-stream' }];
  const started = async () => {
    const { submissionId = '' } = await client.submit(await town.sign(letterWithFiles(beside)), { background: true });
    return submissionId;
  };
  await client.submitted(await started());
  // The instance of the worker has its receipt key certified, so that its only such write is the record's.
  const put = { operation: 'PutItem', nth: 1 } as const;
  const kept = await workerDies(town, { ...put, fate: 'kill-before' }, started);
  await workerDies(town, { ...put, nth: 2, fate: 'kill-after' }, () => oneRoundLater(town));
  await oneRoundLater(town);
  await client.submitted(kept);
  const refused = await workerDies(town, { operation: 'GetItem', fate: 'kill-before' }, started);
  await town.stores.remove(uploadId);
  await oneRoundLater(town);
  await client.submitted(refused).catch(() => undefined);
}

/** Lets the background worker die at one of its calls, which something brings about. */
async function workerDies<T>(
  { axis }: TestAxis,
  rule: Omit<Parameters<TestAxis['axis']['interfere']>[0][number], 'principal'>,
  act: () => Promise<T>,
): Promise<T> {
  const cuts = () => axis.calls().filter(({ principal, status }) => /conclude/i.test(principal) && status === 0).length;
  const before = cuts();
  axis.interfere([{ ...rule, principal: WORKER }]);
  const brought = await act();
  await until(() => cuts() > before, 'the worker dies');
  axis.interfere([]);
  return brought;
}

/** What takes too long is asked for again by the watchman. */
async function oneRoundLater(town: TestAxis): Promise<void> {
  town.advance((LIMITS.concludeSeconds + LIMITS.overdueSeconds + 1) * 1000);
  await town.watch();
}

/** Parts of other bytes than were declared: read, found out, removed. */
async function failToSeal(calls: UploadCalls): Promise<void> {
  const bytes = LIMITS.singlePutBytes + 1;
  const { uploadId } = await calls.start({ bytes, sha256: 'f'.repeat(64), what: 'attachment' });
  const { links } = await calls.parts(uploadId, { from: 1, to: 5 });
  for (const { href, bytes: length } of links) await fetch(href, { method: 'PUT', body: new Uint8Array(length) });
  await calls.complete(uploadId);
  await calls.settled(uploadId);
}

/** Until every place is taken: only then is looked which of them are over. */
async function fillPlaces(calls: UploadCalls): Promise<void> {
  const sha256 = (n: number) => String(n).padStart(64, '0');
  const start = (n: number) => calls.start({ bytes: 1, sha256: sha256(n), what: 'attachment' });
  for (let n = 0; n < LIMITS.openUploads; n++) await start(n);
  await start(LIMITS.openUploads).catch(() => undefined);
}

async function receiveAndSettle(town: TestAxis): Promise<void> {
  const client = town.clients['bo-minh-hoa'];
  await client.waiting();
  await hintByQueue(town);
  const { deliveries } = await client.receive({ links: true });
  const [first, second] = deliveries;
  if (!first?.content || !second) throw new Error('nothing arrived');
  await fetch(first.content);
  await client.fetchContent({ ...second, content: undefined });
  // Both ways to ask for content: by the delivery, and by the dispatch alone.
  await client.content(second.dispatchId);
  await client.acknowledge(first.deliveryId, { leaseToken: first.lease.token });
  await client.acknowledge(first.deliveryId, { leaseToken: second.lease.token }).catch(() => undefined);
  await client.reject(second.deliveryId, { leaseToken: 'x'.repeat(22), reason: REASON }).catch(() => undefined);
  await client.content(second.dispatchId, { delivery: first.deliveryId }).catch(() => undefined);
  await client.release(second.deliveryId, { leaseToken: second.lease.token });
  await client.lease(second.deliveryId);
  await client.lease(second.deliveryId).catch(() => undefined);
  for (const { deliveryId, lease } of deliveries.slice(2))
    await client.acknowledge(deliveryId, { leaseToken: lease.token });
  await waitForBell(town);
}

/** The system reads its own queue with vended credentials. */
async function hintByQueue({ clients }: TestAxis): Promise<void> {
  const { region, endpoint, queueUrl, ...credentials } = await clients['bo-minh-hoa'].credentials();
  if (endpoint === undefined) throw new Error('no endpoint');
  const sqs = new SQSClient({ region, endpoint, credentials, useQueueUrlAsEndpoint: false });
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 5 }));
  for (const { ReceiptHandle } of Messages)
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  sqs.destroy();
}

/** A long poll that is under way when a letter arrives. */
async function waitForBell(town: TestAxis): Promise<void> {
  const waiting = town.clients['trung-tam-mau'].receive({ waitSeconds: 10 });
  await town.submitLetter({ from: 'X92', to: ['X91.04'] });
  await waiting;
  await town.settle();
}

async function lookAround({ clients }: TestAxis): Promise<void> {
  const client = clients['trung-tam-mau'];
  await client.axis();
  await client.me();
  for (const query of [{ code: 'X92' }, { name: 'bo' }, { parent: 'X92' }]) await client.agencies(query);
  const { items } = await client.sent({ agency: 'X91.04' });
  const [sent] = items;
  if (!sent) throw new Error('nothing was sent');
  await client.dispatch(sent.dispatchId);
  await client.content(sent.dispatchId);
}

/** What happened so far becomes evidence, twice: what is logged in the second round grows what the first one wrote. */
async function prove({ axis, advance, clients, submitLetter, settle }: TestAxis): Promise<void> {
  const client = clients['trung-tam-mau'];
  for (let round = 0; round < 2; round++) {
    const { answer } = await submitLetter();
    await settle();
    advance(LIMITS.log.seconds * 1000);
    // The schedule's own round may be faster; then this one says that it leaves things to it.
    await until(async () => {
      await axis.invoke('docaxis-evaluation-log', {}).catch(() => undefined);
      return (await client.dispatchEvidence(answer.dispatchId)).waiting === 0;
    }, 'it is logged');
    await client.deliveryEvidence(answer.recipients[0]?.deliveryId ?? '');
  }
}

/** A system whose budget is so small that every function draws from it at once. */
async function spendBudget({ operator, advance, facts }: TestAxis, client: AxisClient): Promise<void> {
  const systemId = 'he-thong-moi';
  const path = { systemId };
  await operator.call('setLimits', { path, body: { requests: 100, reason: REASON } });
  const { secret } = await operator.call('addSecret', { path, body: { reason: REASON } });
  advance(LIMITS.budget.windowSeconds * 1000);
  await client.me();
  await client.submit(Buffer.from('<no-edxml/>')).catch(() => undefined);
  await client.webhook().catch(() => undefined);
  await client.dispatchEvidence(`dsp_${'a'.repeat(32)}`).catch(() => undefined);
  const sdk = new OldSdk({ version: '2.0.1', endpoint: `${facts.url}/vxp`, systemId, secret });
  await sdk.sendEdoc(Buffer.from('<no-edxml/>'), { from: 'X96', messagetype: 'edoc' });
  await sdk.post('getAgenciesList');
}

async function operate(town: TestAxis): Promise<void> {
  const { operator, stores } = town;
  const [delivery] = (await stores.items('dlv_')).filter(({ state }) => state === 'offered');
  if (!delivery) throw new Error('nothing is under lease');
  await spoil(stores, delivery.id, { attribute: 'state', value: 'set-aside' });
  const call = (name: RouteName) =>
    operator.call(name, { path: { deliveryId: delivery.id }, body: { reason: REASON } });
  await operator.call('listAside');
  await operator.call('explain', { path: { id: delivery.id } });
  const { now } = await town.clients['trung-tam-mau'].health();
  const from = new Date(Date.parse(now) - 24 * HOUR).toISOString();
  await operator.call('reportLines', { query: { from, to: new Date(Date.parse(now) + HOUR).toISOString() } });
  await seeNumbers(town);
  await call('requeue');
  await moveAway(town);
  await publish(town);
  await publishTrust(town);
}

/** How the axis does, while one dispatch waits for its fan-out because the queue lost it. */
async function seeNumbers(town: TestAxis): Promise<void> {
  const { axis, operator } = town;
  axis.interfere([{ operation: 'SendMessage', principal: 'docaxis-evaluation-submit', fate: 'lose' }]);
  await town.submitLetter();
  axis.interfere([]);
  await operator.call('stats');
  await operator.call('trace', { query: { id: 'none' } });
  town.advance(2 * LIMITS.overdueSeconds * 1000);
  await town.watch();
  await town.settle();
}

/** The trust list is published anew, and seen. */
async function publishTrust({ operator, world }: TestAxis): Promise<void> {
  const list = { ...sampleTrust(world), attachments: 'signed' };
  await operator.call('setTrust', { body: { list, reason: REASON } });
  await operator.call('showTrust');
  await operator.call('tryTrust', { body: { list } });
}

/** The directory is published, changes, is published again, twice, which ends the first lists, and is fetched. */
async function publish({ axis, operator, clients }: TestAxis): Promise<void> {
  await axis.invoke('docaxis-evaluation-publish', {});
  for (const code of ['X96.02', 'X96.08']) {
    await operator.call('addAgency', { body: { code, name: 'Cơ quan sau', reason: REASON } });
    await axis.invoke('docaxis-evaluation-publish', {});
  }
  const { href } = await clients['bo-minh-hoa'].directory({ since: 1 });
  await fetch(href);
}

/** An agency changes systems while something waits for it. */
async function moveAway({ operator, submitLetter, settle }: TestAxis): Promise<void> {
  const { agencyId } = await operator.call('addAgency', {
    body: { code: 'X96.01', name: 'Cơ quan chuyển đi', system: 'bo-minh-hoa', reason: REASON },
  });
  await submitLetter({ to: ['X96.01'] });
  await settle();
  await operator.call('moveAgency', { path: { agencyId }, body: { system: 'he-thong-moi', reason: REASON } });
}

/** A revocation list is fetched, and a letter is judged by it. */
async function askForNews(town: TestAxis): Promise<void> {
  const server = await startNewsServer();
  try {
    const authority = await enrolRevokingAuthority(town, server);
    server.serve.set('/issuing.crl', authority.list());
    await authority.refresh();
    await town.submit(await authority.letter());
  } finally {
    await server.stop();
  }
}

/** Days pass: a fan-out whose queue message was lost, an object without a record, deliveries that nobody collects. */
/** The table forgets a letter, a reply to another one, and a round: seen, told, rebuilt and ended. */
async function forgetAndRebuild(town: TestAxis): Promise<void> {
  const { axis, operator, stores } = town;
  const remember = () => axis.invoke('docaxis-evaluation-watch', { task: 'remember' });
  await remember();
  const copy = await copyTables(town);
  await remember();
  const letter = { from: 'X91.04', to: ['X92'], number: 9000, date: '2026/03/02', subject: 'Thử' } as const;
  const unknown = { ...earlierOf(letter), documentId: 'as-a-vendor-wrote-it' };
  await town.submitLetter(letter);
  await town.submitLetter({ from: 'X92', to: ['X91.04'], answers: [unknown] });
  await town.settle();
  await putTablesBack(town, copy);
  await remember();
  const body = { what: 'rebuild' as const, reason: REASON };
  for (let passes = 0; passes < 2; passes++) await operator.call('rebuild', { body });
  await operator.call('rebuild', { body: { what: 'end', reason: REASON } });
  await town.clients['bo-minh-hoa'].waiting();
  if ((await stores.items('dsp_')).length === 0) throw new Error('nothing was rebuilt');
  await town.settle();
}

async function watchAndSweep(town: TestAxis): Promise<void> {
  const { axis, stores } = town;
  axis.interfere([{ service: 'sqs', principal: 'docaxis-evaluation-submit', fate: 'fail-before' }]);
  await town.submitLetter();
  axis.interfere([]);
  const Key = `dispatches/dsp_${'a'.repeat(32)}/${'0'.repeat(64)}`;
  await stores.s3.send(new PutObjectCommand({ Bucket: stores.bucket, Key, Body: 'orphan' }));
  town.advance(25 * HOUR);
  await town.watch();
  await town.settle();
  // The move is over when a later look finds nothing left.
  town.advance(HOUR);
  await town.watch();
  await axis.invoke('docaxis-evaluation-watch', { task: 'sweep' });
  await axis.invoke('docaxis-evaluation-watch', { task: 'certificates' });
}
