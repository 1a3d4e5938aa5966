import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSha256 } from '../../core/contract/ids.ts';
import { detachedName } from '../../core/edxml/detachedName.ts';
import { letterWithFiles } from '../kit/detached.ts';
import { refusalCodeOf, refusalOf } from '../kit/outcomes.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

let town: TestAxis;
let folder: string;
beforeAll(async () => {
  town = await startTestAxis();
  folder = mkdtempSync(join(tmpdir(), 'docaxis-detached-'));
});
afterAll(async () => {
  await town?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const sender = () => town.clients['trung-tam-mau'];
const recipient = () => town.clients['bo-minh-hoa'];
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const upload = (bytes: Buffer, as = sender()) => as.upload(new Blob([new Uint8Array(bytes)]), { what: 'attachment' });
const nameOf = (sha256: string): string => (isSha256(sha256) ? detachedName(sha256) : '');

/** A picture that says that it is a PDF, beside a letter that carries a PDF inside. */
const picture = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), randomBytes(300_000)]);
const beside = { sha256: sha256Of(picture), name: 'Phụ lục số 1.pdf', type: 'application/pdf' };
const letter = async () => town.sign(letterWithFiles([beside]));

describe('a letter with a file beside it', () => {
  test('is refused while the file is not there, with its name, and keeps nothing', async () => {
    const before = await town.stores.objects();
    const absent = { ...beside, sha256: sha256Of(randomBytes(8)) };
    const refusal = await refusalOf(town.submit(await town.sign(letterWithFiles([absent]))));
    expect(refusal.code).toBe('attachment-missing');
    expect(refusal.message).toContain(nameOf(absent.sha256));
    expect(await town.stores.objects()).toEqual(before);
  });

  test('another system’s upload of the very same file does not count', async () => {
    const file = randomBytes(1000);
    await upload(file, recipient());
    const signed = await town.sign(letterWithFiles([{ ...beside, sha256: sha256Of(file) }]));
    expect(await refusalCodeOf(town.submit(signed))).toBe('attachment-missing');
  });

  test('reaches the recipient with it, byte for byte and as what it really is', async () => {
    await upload(picture);
    const signed = await letter();
    const { dispatchId, outcome } = await town.submit(signed);
    expect(outcome).toBe('accepted');
    await town.settle();
    const { deliveries } = await recipient().receive();
    const delivery = deliveries.find((candidate) => candidate.dispatchId === dispatchId);
    if (!delivery) throw new Error('it did not arrive');
    const { items } = await recipient().attachments(delivery);
    expect(items).toMatchObject([
      { n: 1, contentType: 'application/pdf', detached: false },
      {
        n: 2,
        name: 'Phụ lục số 1.pdf',
        contentType: 'image/png',
        declaredType: 'application/pdf',
        bytes: picture.length,
        sha256: beside.sha256,
        detached: true,
      },
    ]);
    const { dispatchId: id, deliveryId } = delivery;
    const path = join(folder, 'phu-luc');
    await recipient().saveAttachment({ dispatchId: id, deliveryId, n: 2 }, path);
    expect(readFileSync(path).equals(picture)).toBe(true);
    const inside = join(folder, 'inside.pdf');
    await recipient().saveAttachment({ dispatchId: id, deliveryId, n: 1 }, inside);
    expect(sha256Of(readFileSync(inside))).toBe(items[0]?.sha256);
    expect(readFileSync(inside).subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('the same letter again gets the same receipt, also when the upload is long gone; the file stays', async () => {
    await upload(picture);
    const signed = await letter();
    const first = await town.submit(signed);
    town.advance(26 * 3_600_000);
    expect(await town.submit(signed)).toMatchObject({ outcome: 'again', receipt: first.receipt });
    await town.axis.invoke('docaxis-evaluation-watch', { task: 'sweep' });
    const path = join(folder, 'later');
    await sender().saveAttachment({ dispatchId: first.dispatchId, n: 2 }, path);
    expect(readFileSync(path).equals(picture)).toBe(true);
    expect(await refusalCodeOf(town.submit(await letter()))).toBe('attachment-missing');
  });

  test('a submission that failed in the middle goes on with the copy that is there', async () => {
    await upload(picture);
    const signed = await letter();
    town.axis.interfere([
      { service: 'dynamodb', operation: 'PutItem', principal: 'docaxis-evaluation-submit', fate: 'fail-before' },
    ]);
    await expect(town.submit(signed)).rejects.toThrow();
    town.axis.interfere([]);
    expect((await town.submit(signed)).outcome).toBe('accepted');
  });
});

describe('attachments', () => {
  test('are for those only who may have the content', async () => {
    const { answer } = await town.submitLetter();
    await town.settle();
    const { dispatchId } = answer;
    expect(await refusalCodeOf(recipient().attachments({ dispatchId }))).toBe('content-not-held');
    const { deliveries } = await recipient().receive();
    expect(deliveries.map((delivery) => delivery.dispatchId)).toContain(dispatchId);
    expect((await recipient().attachments({ dispatchId })).items).toHaveLength(1);
  });

  test('are counted from 1 to the last', async () => {
    const { answer } = await town.submitLetter();
    for (const n of [0, 2, 1.5, 99_999])
      expect(await refusalCodeOf(sender().attachment(answer, n)), String(n)).toBe('attachment-not-found');
  });

  test('case 34: ranges of one: open-ended, suffix, beyond the end; and a link for saving, never for showing', async () => {
    const { answer } = await town.submitLetter();
    const { href, bytes } = await sender().attachment(answer, 1);
    const get = (range: string) => fetch(href, { headers: { range } });
    const whole = Buffer.from(await (await fetch(href)).arrayBuffer());
    const bodyOf = async (range: string) => Buffer.from(await (await get(range)).arrayBuffer());
    expect((await bodyOf('bytes=10-')).equals(whole.subarray(10))).toBe(true);
    expect((await bodyOf('bytes=-7')).equals(whole.subarray(bytes - 7))).toBe(true);
    expect((await bodyOf(`bytes=5-${bytes + 100}`)).equals(whole.subarray(5))).toBe(true);
    expect((await get(`bytes=${bytes}-`)).status).toBe(416);
    const { headers } = await fetch(href, { method: 'GET' });
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="/);
  });

  test('case 34: a download that broke off goes on, also in another process; a spoiled beginning is noticed', async () => {
    await upload(picture);
    const { dispatchId } = await town.submit(await letter());
    const path = join(folder, 'resumed');
    writeFileSync(`${path}.part`, picture.subarray(0, 100_001));
    const seen: number[] = [];
    await sender().saveAttachment({ dispatchId, n: 2 }, path, { onProgress: ({ bytes }) => seen.push(bytes) });
    expect(readFileSync(path).equals(picture)).toBe(true);
    expect(seen[0]).toBeGreaterThan(100_001);
    expect(existsSync(`${path}.part`)).toBe(false);

    writeFileSync(`${path}.part`, Buffer.alloc(100));
    await expect(sender().saveAttachment({ dispatchId, n: 2 }, path)).rejects.toThrow('SHA-256');
    expect(existsSync(`${path}.part`)).toBe(false);
    truncateSync(path);
  });
});
