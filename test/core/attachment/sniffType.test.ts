import { expect, test } from 'vitest';
import { attachmentItems } from '../../../core/attachment/attachmentList.ts';
import { sniffType } from '../../../core/attachment/sniffType.ts';
import { isSha256 } from '../../../core/contract/ids.ts';

const zip = (...names: readonly string[]) =>
  Buffer.concat(names.map((name) => Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(26), Buffer.from(name)])));

test.each<[string, Buffer, string]>([
  ['PDF', Buffer.from('%PDF-1.7\n'), 'application/pdf'],
  ['PNG', Buffer.from('\x89PNG\r\n\x1a\n....', 'latin1'), 'image/png'],
  ['JPEG', Buffer.from('\xff\xd8\xff\xe0', 'latin1'), 'image/jpeg'],
  ['TIFF', Buffer.from('II*\0....', 'latin1'), 'image/tiff'],
  [
    'Word',
    zip('[Content_Types].xml', 'word/document.xml'),
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ],
  [
    'Excel',
    zip('[Content_Types].xml', 'xl/workbook.xml'),
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ],
  ['OpenDocument', zip('mimetypeapplication/vnd.oasis.opendocument.text'), 'application/vnd.oasis.opendocument.text'],
  ['a ZIP with a folder called word', zip('word/a.txt'), 'application/zip'],
  ['Word before 2007', Buffer.from('d0cf11e0a1b11ae100', 'hex'), 'application/x-cfb'],
  ['a program', Buffer.from('MZ\x90\0', 'latin1'), 'application/vnd.microsoft.portable-executable'],
  ['Vietnamese text', Buffer.from('Cộng hòa xã hội chủ nghĩa Việt Nam'), 'text/plain'],
  ['text cut in the middle of a character', Buffer.from('ệ').subarray(0, 2), 'text/plain'],
  ['HTML, which no browser may run', Buffer.from('<html><script>alert(1)</script>'), 'text/plain'],
  ['SVG, neither', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'), 'text/plain'],
  ['nothing', Buffer.alloc(0), 'application/octet-stream'],
  ['noise', Buffer.from([0, 1, 2, 255]), 'application/octet-stream'],
])('%s is known by its bytes', (_, bytes, type) => {
  expect(sniffType(bytes)).toBe(type);
});

test.each<[string, string]>([
  ['Công văn 12.pdf', 'Công văn 12.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\x\\a.pdf', 'a.pdf'],
  ['a\u202Efdp.exe', 'afdp.exe'],
  ['a\r\nb.pdf', 'ab.pdf'],
  ['..', 'attachment-1'],
  ['', 'attachment-1'],
  ['dir/', 'attachment-1'],
])('the name %j is one file in one folder: %j', (written, name) => {
  const sha256 = 'a'.repeat(64);
  if (!isSha256(sha256)) throw new TypeError(sha256);
  const found = { name: written, declared: '', bytes: 1, sha256, detached: false, start: Buffer.from('x') };
  expect(attachmentItems([found])[0]?.name).toBe(name);
});
