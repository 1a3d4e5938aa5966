import { createHash } from 'node:crypto';
import { LIMITS } from '../../core/contract/limits.ts';
import type { TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';
import { startWebhookReceiver } from '../kit/webhookReceiver.ts';
import type { Caller } from './caller.ts';

const MINISTRY = 'bo-minh-hoa';
const DATE = '2026/03/02';
const letterTo = (number: number, subject: string) =>
  ({ from: 'X91.04', to: ['X92'], number, date: DATE, subject }) as const;
const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
/** The member of an answer, as text. */
const textOf = (answer: Readonly<Record<string, unknown>>, name: string): string => String(answer[name]);

/** Every call that systems make, once with success where it can have one; in the order of a day. */
export async function systemCalls(town: TestAxis, caller: Caller): Promise<{ dispatchId: string; deliveryId: string }> {
  await caller.call('health');
  await caller.call('axis');
  await caller.call('me', { query: { limit: '10' } });
  await caller.call('agencies', { query: { parent: 'X91', limit: '2' } });
  await directoryCalls(town, caller);
  const dispatchId = await sendingCalls(town, caller);
  await uploadCalls(town, caller);
  await town.settle();
  const deliveryId = await inboxCalls(town, caller);
  await caller.call('sent', { query: { agency: 'X91.04', limit: '1' } });
  await caller.call('dispatch', { path: { dispatchId } });
  await evidenceCalls(town, caller, { dispatchId, deliveryId });
  await webhookCalls(caller);
  return { dispatchId, deliveryId };
}

async function directoryCalls(town: TestAxis, caller: Caller): Promise<void> {
  await caller.call('directory');
  await town.axis.invoke('docaxis-evaluation-publish', {});
  await caller.call('directory', { query: { as: 'link' } });
  await caller.call('directory', { query: { since: '1' } });
  await caller.call('directory', { headers: { 'If-None-Match': caller.etag } });
}

async function sendingCalls(town: TestAxis, caller: Caller): Promise<string> {
  const bytes = await town.letter(letterTo(120, 'Về việc kết nối'));
  await caller.call('submit', { bytes, query: { dryRun: 'true' } });
  const headers = {
    'Content-Digest': `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`,
    'Delivery-Expires': '2026-04-01T08:00:00+07:00',
  };
  const sent = await caller.call('submit', { bytes, headers });
  await caller.call('submit', { bytes });
  const other = await town.letter(letterTo(121, 'Gửi lâu hơn'));
  const { submissionId } = await caller.call('submit', { bytes: other, headers: { Prefer: 'respond-async' } });
  const path = { submissionId: String(submissionId) };
  // Only the last look is kept: how often one looks differs from run to run.
  await until(async () => {
    const before = caller.made.length;
    const { state } = await caller.call('submission', { path });
    if (state !== 'accepted') caller.made.length = before;
    return state === 'accepted';
  }, 'the submission is accepted');
  return textOf(sent, 'dispatchId');
}

async function uploadCalls(town: TestAxis, caller: Caller): Promise<void> {
  const bytes = await town.letter(letterTo(122, 'Gửi qua kho'));
  const body = { bytes: bytes.length, sha256: sha256Of(bytes), what: 'message' };
  const started = await caller.call('startUpload', { body });
  await caller.call('startUpload', { body });
  const path = { uploadId: textOf(started, 'uploadId') };
  await caller.call('completeUpload', { path, body: {} });
  const { href, headers } = started.put as { href: string; headers: Record<string, string> };
  const put = await fetch(href, { method: 'PUT', headers, body: new Uint8Array(bytes) });
  if (!put.ok) throw new Error(`the upload was refused: ${put.status}`);
  await caller.call('completeUpload', { path, body: {} });
  await caller.call('upload', { path });
  await caller.call('submit', { body: path });
  const large = { bytes: LIMITS.singlePutBytes + 1, sha256: 'f'.repeat(64), what: 'attachment' };
  const { uploadId } = await caller.call('startUpload', { body: large });
  await caller.call('uploadParts', { path: { uploadId: String(uploadId) }, body: { from: 1, to: 2 } });
}

/** @returns a delivery that was given back. */
async function inboxCalls(town: TestAxis, caller: Caller): Promise<string> {
  const as = MINISTRY;
  await caller.call('inbox', { as, query: { limit: '1' } });
  await caller.call('credentials', { as, body: {} });
  const leased = await caller.call('receive', { as, body: { max: 1, waitSeconds: 0, links: true } });
  const [first] = leased.deliveries as { deliveryId: string; dispatchId: string; lease: { token: string } }[];
  if (!first) throw new Error('nothing was received');
  const { deliveryId, dispatchId, lease } = first;
  const query = { delivery: deliveryId };
  await caller.call('content', { as, path: { dispatchId }, query: { ...query, as: 'link' } });
  await caller.call('content', { as, path: { dispatchId }, query });
  await caller.call('attachments', { as, path: { dispatchId }, query });
  await caller.call('attachment', { as, path: { dispatchId, n: '1' }, query: { ...query, as: 'link' } });
  await caller.call('attachment', { as, path: { dispatchId, n: '1' }, query });
  const path = { deliveryId };
  await caller.call('extend', { as, path, body: { leaseToken: lease.token, leaseSeconds: 600 } });
  await caller.call('acknowledge', { as, path, body: { leaseToken: lease.token } });
  const [second = '', third = ''] = await waiting(town);
  const token = async (id: string): Promise<string> => {
    const answer = await caller.call('lease', { as, path: { deliveryId: id }, body: { leaseSeconds: 300 } });
    return (answer.lease as { token: string }).token;
  };
  const items = [{ deliveryId: second, leaseToken: await token(second) }];
  await caller.call('acknowledgeBatch', { as, body: { items } });
  const give = { leaseToken: await token(third), afterSeconds: 0 };
  await caller.call('release', { as, path: { deliveryId: third }, body: give });
  const { answer } = await town.submitLetter(letterTo(123, 'Gửi nhầm'));
  await town.settle();
  const wrong = answer.recipients[0]?.deliveryId ?? '';
  const reject = { leaseToken: await token(wrong), reason: 'Văn bản không thuộc thẩm quyền' };
  await caller.call('reject', { as, path: { deliveryId: wrong }, body: reject });
  return third;
}

/** Ids of what waits for the ministry, oldest first. */
async function waiting(town: TestAxis): Promise<readonly string[]> {
  const { items } = await town.clients[MINISTRY].waiting();
  return items.map(({ deliveryId }) => deliveryId);
}

async function evidenceCalls(
  town: TestAxis,
  caller: Caller,
  { dispatchId, deliveryId }: { readonly dispatchId: string; readonly deliveryId: string },
): Promise<void> {
  town.advance(LIMITS.log.seconds * 1000);
  await town.axis.invoke('docaxis-evaluation-log', {});
  await caller.call('dispatchEvidence', { path: { dispatchId } });
  await caller.call('deliveryEvidence', { path: { deliveryId } });
  await caller.call('logFile', { path: { file: 'checkpoint' } });
  await caller.call('logFile', { path: { file: 'checkpoint' }, query: { as: 'link' } });
}

async function webhookCalls(caller: Caller): Promise<void> {
  const receiver = await startWebhookReceiver();
  try {
    await caller.call('setWebhook', { body: { url: receiver.url } });
    await caller.call('showWebhook');
    await caller.call('removeWebhook');
    await caller.call('showWebhook');
  } finally {
    await receiver.stop();
  }
}
