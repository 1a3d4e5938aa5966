import { execFile } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { logFileKey } from '../../adapters/aws/logObjects.ts';
import type { Evidence } from '../../client/checkEvidence.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { isHere } from './peer.ts';

const run = promisify(execFile);
const SOURCE = join(import.meta.dirname, 'tlog');
/** Recipients of one letter, and letters that each have a round of their own: more entries than two full tiles hold. */
const [RECIPIENTS, LETTERS] = [130, 4];

interface Questions {
  readonly earlier: readonly string[];
  readonly records: readonly { readonly record: string; readonly proof: string }[];
}

describe.skipIf(!isHere('go', ['-C', SOURCE, 'mod', 'download']))("the log code of Go's checksum database", () => {
  let town: TestAxis;
  let folder = '';
  let issuer: KeyObject;
  const checkpoints: string[] = [];
  const evidence: Evidence[] = [];
  let questions: Questions;

  const fileOf = (path: string): Promise<Response> => fetch(`${town.facts.url}/v1/log/${path}`);
  const sizeOf = (checkpoint = ''): number => Number(checkpoint.split('\n')[1]);

  /** Everything so far is logged. */
  async function round(): Promise<void> {
    await town.settle();
    town.advance(LIMITS.log.seconds * 1000);
    await town.axis.invoke('docaxis-evaluation-log', {});
    checkpoints.push(await (await fileOf('checkpoint')).text());
  }

  async function judge({ earlier, records }: Questions, key = issuer): Promise<object> {
    const spki = key.export({ type: 'spki', format: 'der' }).toString('base64');
    const url = `${town.facts.url}/v1/log`;
    const asked = run(join(folder, 'judge'), [url, `${town.facts.axis}/log`, spki], { timeout: 50_000 });
    asked.child.stdin?.end(JSON.stringify({ earlier, records }));
    const answer: object = JSON.parse((await asked).stdout);
    return answer;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docaxis-tlog-'));
    // Its first build compiles much of its standard library.
    await run('go', ['-C', SOURCE, 'build', '-buildvcs=false', '-o', join(folder, 'judge'), '.'], { timeout: 240_000 });
    town = await startTestAxis({ schedulesOnDemand: true });
    const [sender, recipient] = [town.clients['trung-tam-mau'], town.clients['bo-minh-hoa']];
    issuer = createPublicKey({ key: { ...(await sender.axis()).receiptIssuer }, format: 'jwk' });
    const to = Array.from({ length: RECIPIENTS }, (_, at) => `X94.${String(at).padStart(3, '0')}`);
    for (let start = 0; start < to.length; start += 100) {
      const agencies = to
        .slice(start, start + 100)
        .map((code) => ({ code, name: `Cơ quan ${code}`, system: 'trung-tam-mau' }));
      await town.operator.call('importAgencies', { body: { agencies, reason: 'nhiều bên nhận' } });
    }

    const { dispatchId } = (await town.submitLetter()).answer;
    await town.settle();
    const [received] = (await recipient.receive({ max: 1 })).deliveries;
    if (!received) throw new Error('nothing was received');
    await recipient.acknowledge(received.deliveryId, { leaseToken: received.lease.token });
    await round();
    // Proofs that were handed out then are kept, and stay true.
    evidence.push(await sender.dispatchEvidence(dispatchId), await recipient.deliveryEvidence(received.deliveryId));

    for (let letters = 0; letters < LETTERS; letters++) {
      const sent = (await town.submitLetter({ to })).answer;
      await round();
      evidence.push(await sender.dispatchEvidence(sent.dispatchId));
    }
    const deliveries = (await town.stores.items('dlv_')).filter((_, at) => at % 40 === 0);
    for (const { id } of deliveries) evidence.push(await sender.deliveryEvidence(id));
    evidence.push(await sender.dispatchEvidence(dispatchId), await recipient.deliveryEvidence(received.deliveryId));
    questions = { earlier: checkpoints, records: evidence.flatMap(({ records }) => records) };
  }, 300_000);
  afterAll(async () => {
    await town?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('has a log of several rounds to judge, with full tiles and a second level', async () => {
    const sizes = checkpoints.map(sizeOf);
    expect(sizes).toEqual([4, 136, 268, 400, 532]);
    expect(evidence.every(({ records, waiting }) => records.length > 0 && waiting === 0)).toBe(true);
    for (const path of ['tile/entries/001', 'tile/entries/002.p/20', 'tile/0/001', 'tile/1/000.p/2'])
      expect((await fileOf(path)).ok, path).toBe(true);
  });

  test('finds every entry, every checkpoint from before and every proof true', async () => {
    expect(await judge(questions)).toEqual({
      size: 532,
      entries: 532,
      earlier: 1 + LETTERS,
      proofs: questions.records.length,
    });
  });

  test.each([
    ['an entry', 'tile/entries/000', 77 * 35 + 20, /entry 77 is not the one in the tree/],
    ['the length of an entry', 'tile/entries/001', 0, /tile.entries.001 ends within entry/],
    ['a hash', 'tile/0/001', 9 * 32, /inconsistent tile/],
    ['a hash of the second level', 'tile/1/000.p/2', 40, /inconsistent tile/],
    ['the checkpoint', 'checkpoint', -20, /newest checkpoint: .*signature/],
  ])('finds one flipped bit in %s', async (_, path, at, message) => {
    const key = logFileKey(path);
    const written = await town.stores.object(key);
    const put = (Body: Buffer) =>
      town.stores.s3.send(new PutObjectCommand({ Bucket: town.stores.bucket, Key: key, Body }));
    const changed = Buffer.from(written);
    const place = (at + changed.length) % changed.length;
    changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
    await put(changed);
    try {
      await expect(judge({ earlier: [], records: [] })).rejects.toMatchObject({
        stderr: expect.stringMatching(message),
      });
    } finally {
      await put(written);
    }
  });

  test('takes no checkpoint by another key', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await expect(judge({ earlier: [], records: [] }, publicKey)).rejects.toMatchObject({
      stderr: expect.stringContaining('newest checkpoint'),
    });
  });

  test('takes no proof of another record', async () => {
    const [first, second] = questions.records;
    const records = [{ record: first?.record ?? '', proof: second?.proof ?? '' }];
    await expect(judge({ earlier: [], records })).rejects.toMatchObject({
      stderr: expect.stringContaining('proof 0: '),
    });
  });
});
