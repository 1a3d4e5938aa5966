import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pemOf } from '../../client/pemCertificates.ts';
import { createAuthorities } from '../../world/authorities.ts';
import type { World } from '../../world/world.ts';
import { startTimeStamper } from '../kit/timeStamper.ts';
import {
  DELIVERY_ID,
  type Desk,
  DISPATCH_ID,
  deliveryOf,
  headlineOf,
  makeWorld,
  openDesk,
  profileOf,
} from './commandRun.ts';
import { type FakeAxis, startFakeAxis } from './fakeAxis.ts';

const SAMPLE = new URL('../samples/edxml/document-new.edxml', import.meta.url);
/** Before the desk's now. */
const STAMPED = new Date('2026-11-20T08:00:00Z');
const CONTENT = Buffer.from('<edXML>nội dung</edXML>');
const world: World = await makeWorld();

let desk: Desk;
let axis: FakeAxis;
beforeEach(async () => {
  [desk, axis] = await Promise.all([openDesk(), startFakeAxis()]);
  await desk.writeProfile('one', profileOf(world, axis.url));
  await copyFile(SAMPLE, join(desk.cwd, 'letter.edxml'));
});
afterEach(() => Promise.all([desk.remove(), axis.stop()]));

const file = (name: string): Promise<Buffer> => readFile(join(desk.cwd, name));
const bodyOf = (index: number): unknown => JSON.parse(axis.seen[index]?.body.toString() ?? 'null');
const report = { v: 1, at: '2026-11-21T08:00:00.000Z', signed: 'xmldsig', checks: [] };
const NO_THREAD = { earlier: [], later: [], more: false };
const accepted = {
  dispatchId: DISPATCH_ID,
  outcome: 'accepted',
  receipt: 'a.b.c',
  receiptCertificate: 'AAAA',
  recipients: [{ code: 'X91.05', name: 'Sở Giả định', deliveryId: DELIVERY_ID }],
  report,
};

describe('sign and verify', () => {
  test('what sign signs, verify accepts, with the trust of the profile or of a file', async () => {
    expect(await desk.run('sign', 'letter.edxml', '--as', 'X92')).toMatchObject({ code: 0 });
    const verified = await desk.run('verify', 'letter.signed.edxml');
    expect(verified).toMatchObject({ code: 0, err: '' });
    expect(verified.out).toContain('The signature holds.');
    const { anchors } = profileOf(world, axis.url).trust;
    await writeFile(join(desk.cwd, 'root.pem'), anchors.join(''));
    expect(await desk.run('verify', 'letter.signed.edxml', '--anchors', 'root.pem', '--json')).toMatchObject({
      code: 0,
    });
  });

  test('--xades names certificate and time inside the signature; --tsa has it stamped, and verify says when', async () => {
    expect(await desk.run('sign', 'letter.edxml', '--as', 'X92', '--xades')).toMatchObject({ code: 0 });
    const baseline = await desk.run('verify', 'letter.signed.edxml', '--json');
    expect(baseline.code).toBe(0);
    const ids = JSON.parse(baseline.out).report.checks.map(({ id }: { id: string }) => id);
    expect(ids).toContain('signing-certificate');

    const authorities = await createAuthorities(STAMPED);
    await using tsa = await startTimeStamper(authorities, STAMPED);
    expect(await desk.run('sign', 'letter.edxml', '--as', 'X92', '--tsa', tsa.url)).toMatchObject({ code: 0 });
    await writeFile(join(desk.cwd, 'tsa.pem'), pemOf(authorities.root.certificate));
    const stamped = await desk.run('verify', 'letter.signed.edxml', '--tsa-anchors', 'tsa.pem');
    expect(stamped).toMatchObject({ code: 0, out: expect.stringContaining('Stamped with the time: ') });
    const unknown = await desk.run('verify', 'letter.signed.edxml', '--json');
    expect(JSON.parse(unknown.out).report.checks).toContainEqual(
      expect.objectContaining({ id: 'time-stamp', verdict: 'warn' }),
    );
  });

  test('an authority that refuses, or is not there, leaves nothing signed', async () => {
    const authorities = await createAuthorities(STAMPED);
    await using tsa = await startTimeStamper(authorities, STAMPED, 'refusing');
    const { code, err } = await desk.run('sign', 'letter.edxml', '--as', 'X92', '--tsa', tsa.url);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('refused to stamp') });
    expect(await desk.run('sign', 'letter.edxml', '--as', 'X92', '--tsa', 'ftp://x')).toMatchObject({ code: 2 });
    await expect(file('letter.signed.edxml')).rejects.toThrow('ENOENT');
  });

  test('one changed letter exits with 1 and names the check that failed', async () => {
    await desk.run('sign', 'letter.edxml', '--as', 'X92', '--out', 's.edxml');
    const text = (await file('s.edxml')).toString('utf8');
    await writeFile(join(desk.cwd, 's.edxml'), text.replace(/(Subject>.*?)[a-z]/, '$1#'));
    const { code, out } = await desk.run('verify', 's.edxml', '--json');
    expect(code).toBe(1);
    const { ok, report: judged } = JSON.parse(out);
    expect(ok).toBe(false);
    expect(judged.checks).toContainEqual(expect.objectContaining({ id: 'digest', verdict: 'fail' }));
  });

  test('a signature under a foreign root does not hold', async () => {
    await desk.run('sign', 'letter.edxml', '--as', 'X92');
    const foreign = await makeWorld();
    await desk.writeProfile('one', profileOf(foreign, axis.url));
    const { code, out } = await desk.run('verify', 'letter.signed.edxml', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out).report.checks).toContainEqual(
      expect.objectContaining({ id: 'certificate-path', verdict: 'fail' }),
    );
  });

  test('a certificate is judged at the time asked for', async () => {
    await desk.run('sign', 'letter.edxml', '--as', 'X92');
    expect(await desk.run('verify', 'letter.signed.edxml', '--at', '2036-01-01T00:00:00Z')).toMatchObject({ code: 1 });
  });

  test('an unsigned document does not hold, and one that is no edXML neither', async () => {
    expect(await desk.run('verify', 'letter.edxml')).toMatchObject({ code: 1 });
    await writeFile(join(desk.cwd, 'x.edxml'), 'nonsense');
    const nonsense = await desk.run('verify', 'x.edxml');
    expect(nonsense.code).toBe(1);
    expect(nonsense.out).toContain('nothing in the document can be relied on');
  });

  test('the sender without a key in the profile is named', async () => {
    const { code, err } = await desk.run('sign', 'letter.edxml', '--as', 'X91.04');
    expect({ code, err }).toEqual({ code: 2, err: 'docaxis: the profile has no signing key for X91.04' });
  });

  test('a detached signature leaves the document as it is', async () => {
    const before = await file('letter.edxml');
    expect(await desk.run('sign', 'letter.edxml', '--as', 'X92', '--detached')).toMatchObject({ code: 0 });
    expect((await file('letter.edxml')).equals(before)).toBe(true);
    expect((await file('letter.edxml.jws')).toString()).toMatch(/^[\w-]+\.\.[\w-]+$/);
  });

  test('a receipt that was made up does not hold', async () => {
    await writeFile(join(desk.cwd, 'r.json'), JSON.stringify({ receipt: 'a.b.c', receiptCertificate: 'AAAA' }));
    const { d: _, ...issuer } = profileOf(world, axis.url).key;
    await writeFile(join(desk.cwd, 'issuer.json'), JSON.stringify(issuer));
    const { code, out } = await desk.run('verify', '--receipt', 'r.json', '--issuer', 'issuer.json');
    expect(code).toBe(1);
    expect(out).toContain('The receipt does not hold');
  });
});

describe('submit', () => {
  test('sends the file as it is and keeps the receipt', async () => {
    axis.script({ body: accepted });
    const { code, out } = await desk.run('send', 'letter.edxml', '--receipt', 'r.json');
    expect(code).toBe(0);
    expect(out).toContain(DISPATCH_ID);
    expect(axis.seen[0]?.body.equals(await file('letter.edxml'))).toBe(true);
    expect(JSON.parse((await file('r.json')).toString())).toEqual({
      dispatchId: DISPATCH_ID,
      receipt: 'a.b.c',
      receiptCertificate: 'AAAA',
    });
  });

  test('a dry run says that nothing was written', async () => {
    const { receipt: _, receiptCertificate: __, ...rest } = accepted;
    axis.script({ body: { ...rest, outcome: 'would-be-accepted' } });
    const { out } = await desk.run('submit', 'letter.edxml', '--dry-run', '--receipt', 'r.json');
    expect(out).toContain('nothing was written');
    expect(axis.seen[0]?.url).toContain('dryRun=true');
    expect(await readdir(desk.cwd)).not.toContain('r.json');
  });

  test('a detached signature goes along', async () => {
    axis.script({ body: accepted });
    await writeFile(join(desk.cwd, 's.jws'), 'aaa..bbb\n');
    await desk.run('submit', 'letter.edxml', '--signature', 's.jws');
    expect(axis.seen[0]?.headers['document-signature']).toBe('aaa..bbb');
  });
});

describe('receive and settle', () => {
  const token = 'abcdefghijklmnopqrstuv';
  const leased = () => ({
    ...deliveryOf(CONTENT),
    lease: { token, until: '2026-11-21T08:05:00.000Z' },
    content: `${axis.url}/object`,
  });
  const settled = (state: string) => ({ body: { deliveryId: DELIVERY_ID, state } });

  test('receive saves the bytes, and acknowledge vouches for the file that is there', async () => {
    axis.script({ body: { deliveries: [leased()] } }, { body: CONTENT }, settled('acknowledged'));
    const received = await desk.run('receive', '--max', '3', '--wait', '5');
    // What the fake axis hands out is signed by nobody, whatever its headline says: saved, told, and left to the person.
    expect(received).toMatchObject({ code: 1, err: '', out: expect.stringContaining('does not hold') });
    expect(bodyOf(0)).toEqual({ max: 3, waitSeconds: 5, links: true });
    expect((await file(`received/${DELIVERY_ID}.edxml`)).equals(CONTENT)).toBe(true);
    expect(await desk.run('ack', DELIVERY_ID)).toMatchObject({ code: 0, out: `${DELIVERY_ID}  acknowledged` });
    const sha256 = createHash('sha256').update(CONTENT).digest('hex');
    expect(bodyOf(2)).toEqual({ leaseToken: token, sha256 });
  });

  test('a detached signature that came along is saved beside the document', async () => {
    const headline = { ...headlineOf(CONTENT), signed: 'jws' };
    const dispatch = {
      dispatchId: DISPATCH_ID,
      state: 'dispatched',
      headline,
      sender: 'X91.04',
      recipientCount: 1,
      documentSignature: 'aaa..bbb',
      report,
      thread: NO_THREAD,
      timeline: { entries: [], repeated: [] },
      deliveries: [],
    };
    axis.script({ body: { deliveries: [{ ...leased(), headline }] } }, { body: CONTENT }, { body: dispatch });
    await desk.run('receive');
    expect((await file(`received/${DELIVERY_ID}.jws`)).toString()).toBe('aaa..bbb');
  });

  test('what a sender wrote cannot move the cursor', async () => {
    axis.script({ body: { deliveries: [leased()] } }, { body: CONTENT });
    const { out } = await desk.run('receive');
    expect(out).toContain('kiểm thử');
    expect(out).not.toContain('\u001b');
  });

  test('altered content is not saved, and the lease can still be released', async () => {
    const altered = Buffer.from(CONTENT.toString().replace('nội', 'nộI'));
    axis.script({ body: { deliveries: [leased()] } }, { body: altered }, settled('queued'));
    expect(await desk.run('take')).toMatchObject({ code: 3, err: expect.stringContaining('SHA-256') });
    expect(await readdir(join(desk.cwd, 'received'))).toEqual([`${DELIVERY_ID}.lease.json`]);
    expect(await desk.run('release', DELIVERY_ID, '--after', '60')).toMatchObject({ code: 0 });
    expect(bodyOf(2)).toEqual({ leaseToken: token, afterSeconds: 60 });
  });

  test('a document can be refused with a reason', async () => {
    axis.script(settled('rejected'));
    await desk.run('reject', DELIVERY_ID, '--token', token, '--reason', 'Không thuộc thẩm quyền');
    expect(bodyOf(0)).toEqual({ leaseToken: token, reason: 'Không thuộc thẩm quyền' });
  });

  test('without a lease the command says how to get one', async () => {
    expect(await desk.run('ack', DELIVERY_ID)).toMatchObject({
      code: 2,
      err: expect.stringContaining('receive it first'),
    });
  });

  test('an empty inbox is said in words, and is empty JSON', async () => {
    axis.script({ body: { deliveries: [] } });
    expect(await desk.run('receive', '--lang', 'vi')).toMatchObject({ out: 'Không có văn bản nào đang chờ.' });
    expect(JSON.parse((await desk.run('receive', '--json')).out)).toEqual({ deliveries: [] });
  });
});

describe('lists', () => {
  test('inbox is a table with the way to more', async () => {
    axis.script({ body: { items: [deliveryOf(CONTENT, 'queued')], next: 'mark' } });
    const { out } = await desk.run('inbox', '--lang', 'vi', '--limit', '1');
    expect(out.split('\n')[0]).toMatch(/^LƯỢT PHÁT +TRẠNG THÁI/);
    expect(out).toContain('15/STN-VP');
    expect(out).toContain('--after mark');
  });

  test('agencies are searched by one word', async () => {
    axis.script({ body: { items: [{ code: 'X92', name: 'Bộ Minh họa', connected: true, suspended: false }] } });
    const { out } = await desk.run('agencies', '--name', 'Bộ');
    expect(out).toBe('CODE  NAME         PARENT  CONNECTED\nX92   Bộ Minh họa          yes');
    expect(axis.seen[0]?.url).toBe('/v1/agencies?name=B%E1%BB%99');
  });

  test('a program gets whole cells with tabs between them; colour is for terminals', async () => {
    const name = 'Trung tâm Hỗ trợ Nghiệp vụ và Chuyển đổi Hồ sơ Liên thông Quốc gia';
    axis.script({ body: { items: [{ code: 'X92', name, parent: 'X9', connected: true, suspended: false }] } });
    const program = await desk.runOn('program', 'agencies');
    expect(program.out).toBe(`CODE\tNAME\tPARENT\tCONNECTED\nX92\t${name}\tX9\tyes`);
    const [titles = '', row = ''] = (await desk.runOn('colour', 'agencies')).out.split('\n');
    expect(titles.startsWith('\u001b[1mCODE  NAME ')).toBe(true);
    expect(titles.endsWith('CONNECTED\u001b[0m')).toBe(true);
    expect(row).toContain('…');
    expect(row).not.toContain('\u001b');
  });
});

describe('follow', () => {
  const entry = (ev: string, at: string, to: string) => ({ n: 1, ev, at, by: 'axis', from: 'none', to });
  const dispatchOf = (states: readonly string[], next?: string) => ({
    dispatchId: DISPATCH_ID,
    state: 'dispatched',
    headline: headlineOf(CONTENT),
    sender: 'X92',
    recipientCount: 2,
    report,
    thread: NO_THREAD,
    timeline: { entries: [entry('SubmissionAcceptance', '2026-11-21T08:00:00.000Z', 'accepted')], repeated: [] },
    deliveries: states.map((state, index) => ({
      ...deliveryOf(CONTENT, state),
      timeliness: [],
      timeline: { entries: [entry(`x-${state}`, `2026-11-21T08:00:0${index + 1}.000Z`, state)], repeated: [] },
    })),
    ...(next === undefined ? {} : { next }),
  });

  test('prints each event once and ends when everything is settled', async () => {
    axis.script({ body: dispatchOf(['queued']) }, { body: dispatchOf(['acknowledged']) });
    const { code, out } = await desk.run('follow', DISPATCH_ID);
    expect(code).toBe(0);
    expect(out.match(/SubmissionAcceptance/g)).toHaveLength(1);
    expect(out.trimEnd().endsWith('All deliveries are settled.')).toBe(true);
  });

  test('waits for the answer to a recall of what was acknowledged, and to no other', async () => {
    const asked = (state: string, recall: string) => {
      const { deliveries, ...rest } = dispatchOf([state]);
      const told = { by: DISPATCH_ID, at: '2026-11-21T08:00:09.000Z', state: recall };
      return { body: { ...rest, deliveries: deliveries.map((delivery) => ({ ...delivery, recall: told })) } };
    };
    axis.script(asked('acknowledged', 'requested'), asked('acknowledged', 'refused'));
    expect((await desk.run('follow', DISPATCH_ID)).code).toBe(0);
    expect(axis.seen).toHaveLength(2);
    axis.script(asked('rejected', 'requested'), { status: 500 });
    expect((await desk.run('follow', DISPATCH_ID)).code).toBe(0);
  });

  test('--once looks once, through every page', async () => {
    axis.script({ body: dispatchOf(['queued'], 'p2') }, { body: dispatchOf(['offered']) });
    const { out } = await desk.run('follow', DISPATCH_ID, '--once', '--json');
    expect(JSON.parse(out).deliveries).toHaveLength(2);
    expect(axis.seen.map(({ url }) => url)).toEqual([
      `/v1/dispatches/${DISPATCH_ID}`,
      `/v1/dispatches/${DISPATCH_ID}?after=p2`,
    ]);
  });
});
