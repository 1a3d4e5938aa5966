import { readFileSync } from 'node:fs';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentKeyOf, sha256Of } from '../../core/contract/derivedIds.ts';
import type { DispatchId } from '../../core/contract/ids.ts';
import { sampleDocument } from '../../world/documents.ts';
import { type Desk, openDesk } from '../client/commandRun.ts';
import { copyTables, putTablesBack } from '../kit/backup.ts';
import { agencyIdOf } from '../kit/enrolment.ts';
import { outputOf } from '../kit/stores.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

/** The table of dispatches is lost whole; the registry came back from a backup, and the bucket is all there is. */
const DAY = 86_400_000;
const WATCH = 'docaxis-evaluation-watch';
const WHY = ['--reason', 'mất bảng dữ liệu'];

let town: TestAxis;
let desk: Desk;
let old: Sent;
let letters: readonly Sent[];
let unsigned: Sent;
let many: Sent;
beforeAll(async () => {
  [town, desk] = await Promise.all([startTestAxis({ schedulesOnDemand: true }), openDesk()]);
  await desk.writeProfile('operator', JSON.parse(readFileSync(town.profiles.operator ?? '', 'utf8')));
  const agencyId = await agencyIdOf(town, 'X91.05');
  const body = { unsigned: 'accept' as const, reason: 'hệ thống cũ' };
  await town.operator.call('setPolicy', { path: { agencyId }, body });
  town.advance(16_000);
  await town.axis.invoke(WATCH, { task: 'remember' });
  old = await sent(await town.letter());
  town.advance(3 * DAY);
  letters = [await sent(await town.letter()), await sent(await town.letter()), await sent(await town.letter())];
  const draft = { from: 'X91.05', to: ['X92'], number: 77, date: '2026/03/02', subject: 'Chưa ký số' } as const;
  unsigned = await sent(sampleDocument(draft));
  many = await sent(await town.letter({ to: ['X92', 'X92.03', 'X91.05'] }));
  await lose();
});
afterAll(() => Promise.all([town?.stop(), desk?.remove()]));

interface Sent {
  readonly dispatchId: string;
  readonly bytes: Buffer;
  readonly key: string;
  readonly deliveries: readonly string[];
}

async function sent(bytes: Buffer): Promise<Sent> {
  const { dispatchId, recipients } = await town.submit(bytes);
  await town.settle();
  const deliveries = recipients.map(({ deliveryId }) => deliveryId).toSorted();
  return { dispatchId, bytes, deliveries, key: contentKeyOf(dispatchId as DispatchId, sha256Of(bytes)) };
}

/** The table is there again and empty, as a deployment makes it. */
async function lose(): Promise<void> {
  const copy = await copyTables(town);
  await putTablesBack(town, new Map([...copy, [outputOf(town.axis, 'DispatchesTable'), []]]));
  expect(await town.stores.items()).toEqual([]);
}

async function rebuild(...options: readonly string[]) {
  const { out, code } = await desk.run('ops', 'rebuild', ...options, ...WHY, '--json');
  const run = JSON.parse(out) as { rebuilt: string[]; left: { dispatchId: string; code: string }[]; ended: boolean };
  return { ...run, rebuilt: run.rebuilt.toSorted(), code };
}

async function put(Key: string, Body: Buffer, facts: Readonly<Record<string, string>> = {}): Promise<void> {
  const object = {
    Bucket: town.stores.bucket,
    Key,
    Body,
    ChecksumAlgorithm: 'SHA256',
    Metadata: { ...facts },
  } as const;
  await town.stores.s3.send(new PutObjectCommand(object));
}

const idsOf = (...all: readonly Sent[]) => all.map(({ dispatchId }) => dispatchId).toSorted();

describe('tables that were lost whole', () => {
  test('are seen even before the watchman came: the count of rounds outside knows better', async () => {
    const { rebuilt, left } = await rebuild('--dry-run');
    expect([rebuilt, left]).toEqual([idsOf(old, ...letters, unsigned, many), []]);
    expect(await town.stores.items('dsp_')).toEqual([]);
  });

  test('what cannot be told from the bytes is left with its reason, and nothing of it is invented', async () => {
    const [first, second, third] = letters;
    if (!first || !second || !third) throw new Error('three letters');
    // As earlier versions of the code kept them: signed bytes prove their sender, unsigned ones do not.
    await put(first.key, first.bytes);
    await put(unsigned.key, unsigned.bytes);
    await put(second.key.replace(/[0-9a-f]{64}$/, '0'.repeat(64)), second.bytes);
    await put(third.key, Buffer.from('other bytes'), { accepted: '1', system: 'trung-tam-mau' });
    await put(many.key, many.bytes, { accepted: '1772438400000', system: 'trung-tam-mau', signature: 'not-kept' });
    const since = new Date(town.axis.clock.now() - DAY).toISOString();
    const { rebuilt, left, code, ended } = await rebuild('--since', since);
    expect(rebuilt).toEqual(idsOf(first));
    const reasons = Object.fromEntries(left.map((one) => [one.dispatchId, one.code]));
    expect(reasons).toEqual({
      [unsigned.dispatchId]: 'sender-unknown',
      [second.dispatchId]: 'several-contents',
      [third.dispatchId]: 'content-altered',
      [many.dispatchId]: 'signature-not-kept',
    });
    expect([code, ended]).toEqual([1, false]);
    const said = await desk.run('ops', 'rebuild', '--dry-run', ...WHY, '--lang', 'vi');
    expect(said.out).toContain('quá dài nên không được lưu');
  });

  test('the senders of these submit them again, and everything is delivered under the ids that it had', async () => {
    const [, , third] = letters;
    // Altered bytes are nobody's to take for others: somebody has to put the right ones back.
    await expect(town.submit(third?.bytes ?? Buffer.alloc(0))).rejects.toThrow('status 500');
    await put(third?.key ?? '', third?.bytes ?? Buffer.alloc(0));
    for (const { bytes, dispatchId } of [...letters.slice(1), unsigned, many])
      expect(await town.submit(bytes)).toMatchObject({ outcome: 'accepted', dispatchId });
    const { rebuilt } = await rebuild();
    expect(rebuilt).toEqual(idsOf(old));
    await town.settle();
    const wanted = [old, ...letters, unsigned, many].flatMap(({ deliveries }) => deliveries);
    const there = await town.stores.items('dlv_');
    expect(there.map(({ id }) => id).toSorted()).toEqual(wanted.toSorted());
  });

  test('are over once the watchman has seen them and an operator says so', async () => {
    const early = await desk.run('ops', 'rebuild', '--end', ...WHY);
    expect([early.code, early.out + early.err]).toEqual([1, expect.stringMatching(/again/i)]);
    await town.axis.invoke(WATCH, { task: 'remember' });
    expect((await rebuild('--end')).ended).toBe(true);
    expect((await desk.run('ops', 'rebuild', ...WHY)).out).toContain('have forgotten nothing');
  });
});
