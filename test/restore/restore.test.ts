import { readFileSync } from 'node:fs';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signDetachedDocument } from '../../client/signDocument.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { systemProfile } from '../../local/profiles.ts';
import { earlierOf, type SampleDocument, sampleDocument } from '../../world/documents.ts';
import { type Desk, openDesk } from '../client/commandRun.ts';
import { copyTables, putTablesBack } from '../kit/backup.ts';
import { letterWithFiles } from '../kit/detached.ts';
import { refusalCodeOf } from '../kit/outcomes.ts';
import { deliveriesOf, leaseAll, take } from '../kit/reception.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

/** Yesterday's tables in a running axis whose bucket is of today. One day, told once; the tests look at what came of it in order. */
const HOUR = 3_600_000;
const WATCH = 'docaxis-evaluation-watch';
const CENTRE = 'trung-tam-mau';
const MINISTRY = 'bo-minh-hoa';
const WHY = ['--reason', 'phục hồi bảng dữ liệu'];

let town: TestAxis;
let desk: Desk;
const centre = () => town.clients[CENTRE];
const ministry = () => town.clients[MINISTRY];
/** One round of what a schedule does every few minutes, and the hour's. */
const round = () => town.axis.invoke(WATCH, { task: 'remember' });
const sweep = () => town.axis.invoke(WATCH, { task: 'sweep' });

let number = 900;
const letter = (given: Partial<SampleDocument> = {}): SampleDocument => ({
  from: 'X91.04',
  to: ['X92'],
  number: ++number,
  date: '2026/03/02',
  subject: `Công văn ${number}`,
  ...given,
});

interface Sent {
  readonly dispatchId: string;
  readonly deliveryId: string;
  readonly receipt: string;
  readonly bytes: Buffer;
  readonly about: ReturnType<typeof earlierOf>;
}

async function sent(given: Partial<SampleDocument> = {}): Promise<Sent> {
  const draft = letter(given);
  const { answer, bytes } = await town.submitLetter(draft);
  await town.settle();
  const { dispatchId, receipt = '', recipients } = answer;
  return { dispatchId, deliveryId: recipients[0]?.deliveryId ?? '', receipt, bytes, about: earlierOf(draft) };
}

async function report(about: Sent['about'], code: '03' | '06', timestamp: string): Promise<string> {
  const { dispatchId } = await town.submit(await town.status({ from: 'X92', about, code, timestamp }), MINISTRY);
  await town.settle();
  return dispatchId;
}

const stateOf = async (dispatchId: string) => (await deliveriesOf(town, CENTRE, dispatchId))[0]?.state;
const payloadOf = (receipt: string): { readonly at: string } =>
  JSON.parse(Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString());
const rebuild = async (...options: readonly string[]) => {
  const { code, out } = await desk.run('ops', 'rebuild', ...options, ...WHY, '--json');
  return {
    code,
    run: JSON.parse(out) as { rebuilt: string[]; left: { dispatchId: string; code: string }[]; ended: boolean },
  };
};

/** Everything that is offered to the ministry until nothing is, each delivery once; nothing is acknowledged before the end. */
async function takeAll() {
  const offered = new Map<string, string | undefined>();
  for (;;) {
    const { deliveries } = await ministry().receive({ leaseSeconds: 600 });
    if (deliveries.length === 0) return offered;
    expect(deliveries.length).toBeLessThanOrEqual(LIMITS.receiveMax);
    for (const { deliveryId, restoredAt, lease } of deliveries) {
      expect(offered.has(deliveryId)).toBe(false);
      offered.set(deliveryId, restoredAt);
      await ministry().acknowledge(deliveryId, { leaseToken: lease.token });
    }
  }
}

/** Before the copy. */
const before = {} as Record<'acknowledged' | 'offered' | 'queued' | 'rejected' | 'recalled' | 'reported', Sent>;
/** After the copy, and so forgotten. */
const after = {} as Record<
  'acknowledged' | 'waiting' | 'withFile' | 'beside' | 'expiring' | 'healed' | 'changed',
  Sent
>;
const acts = {} as Record<'status' | 'recall', string>;
let staleToken = '';
let orphan = '';

beforeAll(async () => {
  [town, desk] = await Promise.all([startTestAxis({ schedulesOnDemand: true }), openDesk()]);
  await desk.writeProfile('operator', JSON.parse(readFileSync(town.profiles.operator ?? '', 'utf8')));
  const ancient = `dispatches/dsp_${'a'.repeat(32)}/${'0'.repeat(64)}`;
  await town.stores.s3.send(new PutObjectCommand({ Bucket: town.stores.bucket, Key: ancient, Body: 'orphan' }));
  town.advance(50 * HOUR);
  await round();
  for (const name of ['acknowledged', 'offered', 'queued', 'rejected', 'recalled', 'reported'] as const)
    before[name] = await sent();
  await take(town, MINISTRY, before.acknowledged.dispatchId);
  await take(town, MINISTRY, before.reported.dispatchId);
  const [held] = await leaseAll(town, MINISTRY, before.offered.dispatchId);
  await round();
  const copy = await copyTables(town);
  await aDay(held?.lease.token ?? '');
  await putTablesBack(town, copy);
  town.advance(HOUR);
});
afterAll(() => Promise.all([town?.stop(), desk?.remove()]));

/** What happens between the copy and its return. */
async function aDay(token: string): Promise<void> {
  const hours = async (count: number) => {
    town.advance(count * HOUR);
    await town.watch();
    await round();
  };
  await ministry().acknowledge(before.offered.deliveryId, { leaseToken: token });
  for (const name of ['acknowledged', 'waiting', 'changed'] as const) after[name] = await sent();
  await hours(4);
  const [queued] = await leaseAll(town, MINISTRY, before.queued.dispatchId);
  staleToken = queued?.lease.token ?? '';
  await ministry().acknowledge(before.queued.deliveryId, { leaseToken: staleToken });
  const [rejected] = await leaseAll(town, MINISTRY, before.rejected.dispatchId);
  const leaseToken = rejected?.lease.token ?? '';
  await ministry().reject(before.rejected.deliveryId, { leaseToken, reason: 'gửi nhầm' });
  await take(town, MINISTRY, after.acknowledged.dispatchId);
  await hours(4);
  const { about } = before.recalled;
  acts.recall = (await sent({ business: { kind: 'recall', of: about, reason: 'ký nhầm' } })).dispatchId;
  acts.status = await report(before.reported.about, '03', '2026/03/02 10:00:00');
  after.withFile = await sentWithFile();
  after.beside = await sentBeside();
  after.healed = await sent();
  await hours(8);
  const expires = new Date(town.axis.clock.now() + 60 * HOUR);
  after.expiring = await submitted(await town.letter(letter()), { expires });
  orphan = await brokenOff();
  await town.operator.call('suspendSystem', {
    path: { systemId: MINISTRY },
    body: { suspended: true, reason: 'lộ khóa' },
  });
  await hours(7);
}

async function submitted(bytes: Buffer, options: Parameters<TestAxis['clients'][typeof CENTRE]['submit']>[1] = {}) {
  const { dispatchId, receipt = '', recipients } = await centre().submit(bytes, options);
  await town.settle();
  return { dispatchId, receipt, bytes, deliveryId: recipients[0]?.deliveryId ?? '', about: earlierOf(letter()) };
}

async function sentWithFile(): Promise<Sent> {
  const { sha256 } = await centre().upload(new Blob([new Uint8Array(5000)]), { what: 'attachment' });
  return submitted(
    await town.sign(letterWithFiles([{ sha256, name: 'phu-luc.bin', type: 'application/octet-stream' }])),
  );
}

/** The bytes are kept, the record is not, and nobody tries again. */
async function brokenOff(): Promise<string> {
  const bytes = await town.letter(letter());
  town.axis.interfere([
    { service: 'dynamodb', operation: 'PutItem', principal: 'docaxis-evaluation-submit', fate: 'fail-before' },
  ]);
  await town.submit(bytes).catch(() => undefined);
  town.axis.interfere([]);
  const known = new Set((await town.stores.items('dsp_')).map(({ id }) => id));
  const lost = (await town.stores.objects()).map((key) => key.split('/')[1] ?? '').filter((id) => !known.has(id));
  return lost.find((id) => !id.startsWith('dsp_aaaa')) ?? '';
}

async function sentBeside(): Promise<Sent> {
  const bytes = sampleDocument(letter());
  const documentSignature = await signDetachedDocument(bytes, systemProfile(CENTRE, town.world, town.facts));
  return submitted(bytes, { documentSignature });
}

/** The message of the fan-out queue about a letter that was forgotten, as the queue still has it. */
const fanOutOfForgotten = () => {
  const body = JSON.stringify({ dispatchId: after.waiting.dispatchId, chunk: 0, chunks: 1 });
  return town.axis.invoke('docaxis-evaluation-deliver', { Records: [{ messageId: 'm', body }] });
};

const recordsOf = async () => new Set((await town.stores.items('dsp_')).map(({ id }) => id));
const forgottenOnes = () => [...Object.values(after).map(({ dispatchId }) => dispatchId), acts.recall, acts.status];

describe('case 57: yesterday’s tables under a running axis', () => {
  test('are seen with the next round, and told as long as records are missing', async () => {
    const known = await recordsOf();
    expect(forgottenOnes().filter((id) => known.has(id))).toEqual([]);
    await round();
    const told = town.axis
      .logs({ function: WATCH })
      .filter(({ line }) => JSON.stringify(line).includes('RecordsForgotten'));
    expect(told.length).toBeGreaterThan(0);
  });

  test('bring back what was revoked since; the log still says what operators did, to be done again', async () => {
    expect((await town.operator.call('showSystem', { path: { systemId: MINISTRY } })).status).toBe('active');
    const acted = town.axis.logs({ function: 'docaxis-evaluation-administer' }).map(({ line }) => JSON.stringify(line));
    const said = ['suspendSystem', MINISTRY, 'lộ khóa'];
    expect(acted.some((line) => said.every((word) => line.includes(word)))).toBe(true);
  });

  test('cost no bytes: the sweeper goes past what was accepted in the time that they have forgotten', async () => {
    town.advance(26 * HOUR);
    const kept = await town.stores.objects();
    await sweep();
    const left = await town.stores.objects();
    expect(kept.filter((key) => !left.includes(key))).toEqual([expect.stringMatching(/^dispatches\/dsp_a+\//)]);
  });

  test('make hints, leases and queue messages of what they have forgotten harmless', async () => {
    expect(await refusalCodeOf(ministry().lease(after.waiting.deliveryId))).toBe('delivery-not-found');
    const ack = ministry().acknowledge(before.queued.deliveryId, { leaseToken: staleToken });
    expect(await refusalCodeOf(ack)).toBe('lease-lost');
    // Not done and not lost: the queue brings it back, at last to the dead letters.
    expect(await fanOutOfForgotten()).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
  });

  test('the same bytes again heal one dispatch; other bytes are taken for new, and that is told', async () => {
    const again = await town.submit(after.healed.bytes);
    expect(again).toMatchObject({ outcome: 'accepted', dispatchId: after.healed.dispatchId });
    expect(again.recipients[0]?.deliveryId).toBe(after.healed.deliveryId);
    const { documentId } = after.changed.about;
    const other = await town.submit(await town.letter(letter({ documentId })));
    expect(other).toMatchObject({ outcome: 'accepted', dispatchId: after.changed.dispatchId });
  });

  test('are made whole by one command: dry it writes nothing, then every record that can be rebuilt is', async () => {
    const known = await recordsOf();
    const dry = await rebuild('--dry-run');
    expect(await recordsOf()).toEqual(known);
    const wanted = [...forgottenOnes(), orphan].filter((id) => !known.has(id)).toSorted();
    const left = [{ dispatchId: after.changed.dispatchId, code: 'other-content' }];
    expect(dry.run.rebuilt.toSorted()).toEqual(wanted);
    const { run, code } = await rebuild();
    expect(run.rebuilt.toSorted()).toEqual(wanted);
    expect([run.left, run.ended, code]).toMatchObject([left, false, 1]);
    await town.settle();
    expect((await rebuild()).run.rebuilt).toEqual([]);
    expect(await fanOutOfForgotten()).toEqual({ batchItemFailures: [] });
  });

  test('give equal receipts, the first acceptance and who rebuilt it; what others did to them is as it was', async () => {
    for (const name of ['acknowledged', 'withFile', 'beside', 'expiring'] as const) {
      const { bytes, receipt, dispatchId, deliveryId } = after[name];
      const again = await centre().submit(bytes);
      expect(again).toMatchObject({ outcome: 'again', dispatchId, recipients: [{ deliveryId }] });
      const { at, ...said } = payloadOf(receipt);
      expect(payloadOf(again.receipt ?? '')).toEqual({ ...said, accepted: at, at: expect.stringMatching(/Z$/) });
      const { timeline } = await centre().dispatch(dispatchId);
      expect(timeline.entries.map(({ ev }) => ev)).toEqual(['SubmissionAcceptance', 'x-rebuilt', 'x-dispatched']);
    }
    expect((await centre().dispatch(after.beside.dispatchId)).headline.signed).toBe('jws');
    expect(await stateOf(before.recalled.dispatchId)).toBe('withdrawn');
    expect((await deliveriesOf(town, CENTRE, before.reported.dispatchId))[0]?.businessStatus?.code).toBe('03');
  });

  test('end in no storm: each delivery that may have been taken comes once, under its id and with a mark; what was acknowledged never', async () => {
    town.advance(LIMITS.memorySeconds * 1000);
    const offered = await takeAll();
    const marked = [...offered].filter(([, restoredAt]) => restoredAt !== undefined).map(([id]) => id);
    const { acknowledged, waiting, withFile, beside, expiring } = after;
    const due = [before.offered, before.queued, before.rejected, acknowledged, waiting, withFile, beside, expiring];
    expect(marked).toEqual(expect.arrayContaining(due.map(({ deliveryId }) => deliveryId)));
    // Beside these the recall itself, and what broke off; what was submitted again since is no repetition of the axis.
    expect(marked).toHaveLength(due.length + 2);
    expect(offered.size).toBe(due.length + 4);
    expect(offered.has(before.acknowledged.deliveryId) || offered.has(before.recalled.deliveryId)).toBe(false);
    expect((await ministry().receive()).deliveries).toEqual([]);
    for (const { state, timeline } of await town.stores.items('dlv_'))
      expect((timeline as { to: string }[]).findLast(({ to }) => to !== '03')?.to).toBe(state);
  });

  test('are over when an operator says so: then only bytes without a record of their own go', async () => {
    expect((await rebuild('--end')).run.ended).toBe(true);
    town.advance(50 * HOUR);
    const kept = await town.stores.objects();
    await sweep();
    const left = await town.stores.objects();
    const gone = kept.filter((key) => !left.includes(key));
    expect(gone).toEqual([expect.stringContaining(after.changed.dispatchId)]);
    expect((await rebuild()).run).toMatchObject({ rebuilt: [], left: [], looked: 0 });
  });
});
