import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SampleDocument } from '../../world/documents.ts';
import { startTown, type Town } from '../refusals/town.ts';
import { keptIn, postMessage } from './postMessage.ts';

const SENDER = 'trung-tam-mau';

let town: Town;
beforeAll(async () => {
  town = await startTown();
});
afterAll(() => town?.stop());

/** A letter with these files in it, accepted, and what the recipient is handed for each of them. */
async function handedOver(attachments: NonNullable<SampleDocument['attachments']>) {
  const { answer, bytes } = await town.submitLetter({ attachments });
  const { dispatchId } = answer;
  const { items } = await town.clients[SENDER].attachments({ dispatchId });
  const files = await Promise.all(
    items.map(async ({ n }) => {
      const { href } = await town.clients[SENDER].attachment({ dispatchId }, n);
      const response = await fetch(href);
      return { response, content: Buffer.from(await response.arrayBuffer()) };
    }),
  );
  const stored = Buffer.from(await (await fetch((await town.clients[SENDER].content(dispatchId)).href)).arrayBuffer());
  return { bytes, items, files, stored };
}

describe('case 24: the axis unpacks nothing', () => {
  /** Two hundred megabytes of zeros in two hundred kilobytes. */
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));

  test('case 24: a bomb among the attachments is bytes: kept, named and handed over as they came', async () => {
    const content = Buffer.concat([Buffer.from('PK\x03\x04'), bomb]);
    const name = { ContentId: 'a1', AttachmentName: 'bom.zip', ContentType: 'application/zip' };
    const before = process.memoryUsage().rss;
    const { bytes, items, files, stored } = await handedOver([{ ...name, content }]);
    expect(items).toMatchObject([{ name: 'bom.zip', contentType: 'application/zip', bytes: content.length }]);
    expect(files[0]?.content.equals(content)).toBe(true);
    expect(stored.equals(bytes)).toBe(true);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  test('case 24: a packed request is not unpacked: what came is judged as it is, and refused', async () => {
    const before = await keptIn(town);
    for (const body of [gzipSync(await town.letter()), bomb])
      expect(
        await postMessage(town, body, { 'content-type': 'application/edxml', 'content-encoding': 'gzip' }),
      ).toMatchObject({
        status: 422,
        problem: { code: 'edxml-malformed' },
      });
    expect(await keptIn(town)).toEqual(before);
  });
});

test('case 25: there are no entries but attachments, and whatever a sender calls one, each is one file in one folder', async () => {
  // An archive with such names inside stays shut: only what the message itself names becomes a name.
  const evil = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(26), Buffer.from('../../../etc/cron.d/x')]);
  const written = [
    '../../etc/passwd',
    '/etc/shadow',
    'C:\\a\\b.pdf',
    'a\u202Efdp.exe',
    'đôi.pdf',
    'đôi.pdf',
    '..',
    'zip.zip',
  ];
  const attachments = written.map((AttachmentName, index) => ({
    ContentId: `a${index}`,
    AttachmentName,
    ContentType: 'application/octet-stream',
    content: AttachmentName === 'zip.zip' ? evil : Buffer.from(`tệp ${index}`),
  }));
  const { items, files } = await handedOver(attachments);
  const names = ['passwd', 'shadow', 'b.pdf', 'afdp.exe', 'đôi.pdf', 'đôi.pdf', 'attachment-7', 'zip.zip'];
  expect(items.map(({ name }) => name)).toEqual(names);
  // Two of one name are told apart by their numbers.
  expect(files[4]?.content.toString()).toBe('tệp 4');
  expect(files[5]?.content.toString()).toBe('tệp 5');
  for (const { response } of files) expect(response.headers.get('content-disposition')).not.toMatch(/[/\\]|\.\./);
});

test('case 30: what may be dangerous is named by its bytes, handed over unchanged and for saving only; nothing is scanned, so no verdict can come late', async () => {
  const files: readonly (readonly [string, string, Buffer, string])[] = [
    [
      'eicar.txt',
      'text/html',
      Buffer.from('X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'),
      'text/plain',
    ],
    ['anh.pdf', 'application/pdf', Buffer.from('GIF89a;%PDF-1.7\n<script>alert(1)</script>'), 'image/gif'],
    ['khoa.pdf', 'application/pdf', Buffer.from('%PDF-1.7\n1 0 obj<</Encrypt 2 0 R>>endobj'), 'application/pdf'],
    ['macro.docx', 'application/msword', Buffer.from('d0cf11e0a1b11ae100', 'hex'), 'application/x-cfb'],
    [
      'hoa-don.pdf',
      'application/pdf',
      Buffer.from('MZ\x90\0', 'latin1'),
      'application/vnd.microsoft.portable-executable',
    ],
  ];
  const attachments = files.map(([AttachmentName, ContentType, content], index) => ({
    ContentId: `a${index}`,
    AttachmentName,
    ContentType,
    content,
  }));
  const handed = await handedOver(attachments);
  for (const [index, [, declared, content, type]] of files.entries()) {
    const { response, content: got } = handed.files[index] ?? {};
    expect(got?.equals(content)).toBe(true);
    expect(response?.headers.get('content-type')).toBe(type);
    expect(response?.headers.get('content-disposition')).toMatch(/^attachment;/);
    // That its sender calls it something else is said to whoever looks.
    expect(handed.items[index]).toMatchObject({
      contentType: type,
      ...(declared === type ? {} : { declaredType: declared }),
    });
  }
});
