import { expect, test } from 'vitest';
import { createDocumentReader } from '../../../adapters/xml/documentReader.ts';
import { fill } from '../../../core/contract/fill.ts';
import { REFUSALS } from '../../../core/contract/refusals.ts';
import { sample } from './sampleFiles.ts';

const reader = createDocumentReader({ bytes: 1024 * 1024 });

/** What a person reads of the refusal, in both languages. */
function said(bytes: Buffer): readonly string[] {
  const opened = reader.open(bytes);
  if (opened.ok) throw new Error('it was read');
  const { code, parameters } = opened.refusal;
  return [fill(REFUSALS[code].en.detail, parameters), fill(REFUSALS[code].vi.detail, parameters)];
}

test('invalid UTF-8 is refused in words, and by its first byte', () => {
  const bytes = Buffer.concat([sample('document-new'), Buffer.from('ế'.repeat(70_000))]);
  const at = bytes.length - 3;
  bytes[at] = 0xff;
  expect(said(bytes)).toEqual([
    `The message is outside the strict XML profile: encoding, this is not UTF-8 without a byte order mark at byte ${at}.`,
    `Thông điệp nằm ngoài quy chuẩn XML chặt chẽ: không phải UTF-8 không có dấu thứ tự byte tại byte ${at}.`,
  ]);
});

test.each([
  ['a comment', '<edXML><!-- --></edXML>', 'comment, a comment at byte 7', 'chú thích tại byte 7'],
  ['nothing', '', 'malformed, this is not well-formed XML at byte 0', 'XML không đúng cú pháp tại byte 0'],
  ['too much', ' '.repeat(1024 * 1024 + 1), 'too-large, the message is too large', 'thông điệp quá lớn'],
])('%s is refused in words of both languages', (_, text, en, vi) => {
  const [detail, detailVi] = said(Buffer.from(text));
  expect(detail).toContain(en);
  expect(detailVi).toContain(vi);
});
