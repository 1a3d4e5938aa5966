import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/contract/limits.ts';
import { systemProfile } from '../../local/profiles.ts';
import { take } from '../kit/reception.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { DELIVERY_ID, type Desk, DISPATCH_ID, openDesk } from './commandRun.ts';
import { startFakeAxis } from './fakeAxis.ts';

/** `docaxis evidence` on a real axis, and then without one. */
let town: TestAxis;
let desk: Desk;
let dispatchId: string;
let deliveryId: string;

const centre = (...argv: readonly string[]) => desk.run('evidence', ...argv, '--profile', 'trung-tam-mau');
const ministry = (...argv: readonly string[]) => desk.run('evidence', ...argv, '--profile', 'bo-minh-hoa');
const write = (name: string, value: unknown) => writeFile(join(desk.cwd, name), JSON.stringify(value));
const read = async (name: string) => JSON.parse(await readFile(join(desk.cwd, name), 'utf8'));

beforeAll(async () => {
  town = await startTestAxis({ schedulesOnDemand: true });
  desk = await openDesk(() => town.axis.clock.now());
  for (const name of ['trung-tam-mau', 'bo-minh-hoa'] as const)
    await desk.writeProfile(name, systemProfile(name, town.world, town.facts));
  await write('issuer.json', town.facts.receiptIssuer);
  const { answer } = await town.submitLetter();
  dispatchId = answer.dispatchId;
  deliveryId = answer.recipients[0]?.deliveryId ?? '';
  await town.settle();
  await take(town, 'bo-minh-hoa', dispatchId);
});
afterAll(() => Promise.all([town?.stop(), desk?.remove()]));

describe('before it is logged', () => {
  test('it says what waits and when to ask again', async () => {
    const { code, out } = await centre(dispatchId);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Nothing of it is in the log yet\.\nNot in the log when asked: 2; ask again after \d{4}\/\d\d\/\d\d [\d:]{8}$/,
    );
    const before = town.axis.clock.now();
    const { ok, steps, waiting, askAfter } = JSON.parse((await centre(dispatchId, '--json')).out);
    expect({ ok, steps, waiting }).toEqual({ ok: true, steps: [], waiting: 2 });
    const minutes = (Date.parse(askAfter) - before) / 60_000;
    expect(minutes).toBeGreaterThanOrEqual(5);
    expect(minutes).toBeLessThan(6);
  });

  test('a file that shows no step proves none', async () => {
    await centre(dispatchId, '--save', 'empty.json');
    const { code, out } = await centre('--file', 'empty.json');
    expect({ code, out }).toEqual({
      code: 1,
      out: 'Nothing of it is in the log yet.\nNot in the log when asked: 2',
    });
  });
});

describe('once it is logged', () => {
  beforeAll(async () => {
    town.advance(LIMITS.log.seconds * 1000);
    await town.axis.invoke('docaxis-evaluation-log', {});
  });

  test('the sender proves the acceptance, and whoever gets the file checks it offline, without a profile', async () => {
    const { code, out, err } = await centre(dispatchId, '--save', 'sent.json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^DISPATCH +dsp_\w+\nSENDER +X91\.04\nRECIPIENT +X92\nDOCUMENT ID +\S+\nSHA-256 +[0-9a-f]{64}\n/,
    );
    expect(out).toMatch(/\nLOG +\S+\/log, \d+ entries\nTIMES +Vietnam, UTC\+07:00\n/);
    expect(out).toMatch(/\nN +EVENT +WHEN +BY +LOG ENTRY\n1 +accepted +\d{4}\/\d\d\/\d\d [\d:]{8} +\d+\n/);
    expect(out).toMatch(/\n2 +sent to every inbox .* axis +\d+\nThe evidence holds: [^\n]+\.$/);
    expect((await stat(join(desk.cwd, 'sent.json'))).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);

    const elsewhere = await openDesk();
    await writeFile(join(elsewhere.cwd, 'sent.json'), await readFile(join(desk.cwd, 'sent.json')));
    await writeFile(join(elsewhere.cwd, 'issuer.json'), await readFile(join(desk.cwd, 'issuer.json')));
    const offline = await elsewhere.run('evidence', '--file', 'sent.json', '--issuer', 'issuer.json');
    expect(offline).toEqual({ code: 0, out, err: '' });
    await elsewhere.remove();
  });

  test('the recipient proves the hand-over, in Vietnamese', async () => {
    const { code, out } = await ministry(deliveryId, '--lang', 'vi');
    expect(code).toBe(0);
    expect(out).toMatch(/^LƯỢT PHÁT +dlv_\w+\nBÊN GỬI +X91\.04\nBÊN NHẬN +X92\n/);
    expect(out).toMatch(/\n1 +vào hộp thư .*\n2 +xác nhận đã nhận .* system:bo-minh-hoa +\d+\nBằng chứng hợp lệ/);
  });

  test('as JSON: each step with its payload and its place in the log', async () => {
    const { code, out } = await desk.run('prove', deliveryId, '--json', '--profile', 'bo-minh-hoa');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      of: deliveryId,
      dispatchId,
      waiting: 0,
      steps: [
        { n: 1, ev: 'ContentConsignment', log: { index: expect.any(Number), size: expect.any(Number) } },
        { n: 2, ev: 'ContentHandover', to: 'acknowledged', payload: { to: 'X92' } },
      ],
    });
  });

  test('what was altered afterwards does not hold, and is not kept', async () => {
    await centre(deliveryId, '--save', 'whole.json');
    const whole = await read('whole.json');
    const [first, second] = whole.records;
    await write('swapped.json', { ...whole, records: [second, first] });
    const moved = { ...second, proof: second.proof.replace(/^index \d+/m, 'index 0'), index: 0 };
    await write('moved.json', { ...whole, records: [first, moved] });
    await write('renamed.json', { ...whole, of: DELIVERY_ID });

    expect(await centre('--file', 'whole.json')).toMatchObject({ code: 0 });
    const swapped = await centre('--file', 'swapped.json');
    expect(swapped.code).toBe(1);
    expect(swapped.out).toMatch(/^The evidence does not hold: step 1 \(other-step\): /);
    expect((await centre('--file', 'moved.json')).out).toMatch(/: step 2 \(not-in-log\): /);
    const renamed = await centre('--file', 'renamed.json', '--json');
    expect(renamed.code).toBe(1);
    expect(JSON.parse(renamed.out)).toMatchObject({ ok: false, n: 1, code: 'other-step' });
  });

  test('by the key of another axis it does not hold, and is not kept', async () => {
    const { d: _, kid: __, ...stranger } = systemProfile('bo-minh-hoa', town.world, town.facts).key;
    await write('stranger.json', stranger);
    const { code, out } = await centre(dispatchId, '--issuer', 'stranger.json', '--save', 'strange.json');
    expect(code).toBe(1);
    expect(out).toMatch(/step 1 \(record-invalid\): the certificate is not signed by the receipt issuer$/);
    await expect(read('strange.json')).rejects.toThrow('ENOENT');
  });

  test('what is not theirs the axis refuses', async () => {
    const { code, out, err } = await ministry(dispatchId);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('(dispatch-not-found)');
  });
});

test('an axis that answers about something else is not believed', async () => {
  const axis = await startFakeAxis();
  axis.script({ body: { of: DELIVERY_ID, dispatchId: DISPATCH_ID, records: [], waiting: 1 } });
  await desk.writeProfile('liar', { ...systemProfile('bo-minh-hoa', town.world, town.facts), url: axis.url });
  const { code, err } = await desk.run('evidence', DISPATCH_ID, '--profile', 'liar');
  expect({ code, err }).toEqual({
    code: 3,
    err: `docaxis: the axis gave evidence of ${DELIVERY_ID} for ${DISPATCH_ID}`,
  });
  await axis.stop();
});

describe('what is not understood is said before anybody is asked', () => {
  beforeAll(async () => {
    await write('other.json', { receipt: 'a.b.c' });
    await writeFile(join(desk.cwd, 'text.json'), 'none');
    await write('key.json', { kty: 'EC' });
  });

  test.each<[says: string, argv: readonly string[]]>([
    ['prove one thing', []],
    ['prove one thing', [DISPATCH_ID, '--file', 'other.json']],
    ['--save keeps what the axis answers', ['--file', 'other.json', '--save', 'more.json']],
    ['sub_1 is not the id of a dispatch', ['sub_1']],
    ['other.json is not evidence', ['--file', 'other.json']],
    ['text.json is not JSON', ['--file', 'text.json']],
    ['none.json', ['--file', 'none.json']],
    ['key.json is not a JWK', ['--file', 'other.json', '--issuer', 'key.json']],
  ])('%s: %j', async (says, argv) => {
    const { code, out, err } = await centre(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
  });
});
