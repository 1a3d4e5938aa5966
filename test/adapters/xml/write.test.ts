import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attachmentBytes } from '../../../adapters/xml/attachment.ts';
import { createEngine } from '../../../adapters/xml/engine.ts';
import { insertSignature } from '../../../adapters/xml/insertSignature.ts';
import { isXmlCharacter } from '../../../adapters/xml/references.ts';
import { type AttachmentContent, writeEdxml } from '../../../adapters/xml/write.ts';
import { completeMessage, type EdxmlDraft } from '../../../core/edxml/completeMessage.ts';
import { type AnyRule, type AnyShape, MESSAGE_SHAPE } from '../../../core/edxml/schema.ts';
import { SAMPLE_NAMES, sample } from './sampleFiles.ts';
import { RSA, signDocument } from './signDocument.ts';

const engine = createEngine();

const xmlText = fc.oneof(
  fc
    .string({ unit: 'binary', maxLength: 40 })
    .map((text) => [...text].filter((c) => isXmlCharacter(c.codePointAt(0) ?? 0)).join('')),
  fc.constantFrom(
    'a & b',
    '<x>',
    ']]>',
    ' \t\r\n',
    'a\rb',
    'a\r\nb',
    '"\'',
    '&amp;',
    'ế\u0301',
    '\u0085\u2028\ufeff',
    '\u{1F600}',
  ),
);

/** Any draft of this shape: texts of all kinds, groups and lists missing, empty or full. */
function draftOf(shape: AnyShape): fc.Arbitrary<{ [name: string]: unknown }> {
  return fc.record(Object.fromEntries(Object.entries(shape).map(([name, rule]) => [name, anyValue(rule)])), {
    requiredKeys: [],
  });
}

function anyValue(rule: AnyRule): fc.Arbitrary<unknown> {
  if (rule === 'text') return xmlText;
  if (rule === 'texts') return fc.array(xmlText, { maxLength: 3 });
  return 'one' in rule ? draftOf(rule.one) : fc.array(draftOf(rule.many), { maxLength: 3 });
}

const { edXMLManifest: _written, ...drafted } = MESSAGE_SHAPE;
const anyDraft = draftOf(drafted) as fc.Arbitrary<EdxmlDraft>;
const anyAttachment: fc.Arbitrary<AttachmentContent> = fc.record({
  ContentId: fc.constantFrom('a1', 'cid:a2', 'CID:a3'),
  AttachmentName: fc.constantFrom('văn bản.pdf', 'a&b.txt'),
  ContentType: fc.constant('application/pdf'),
  Description: fc.constant('<mô tả>'),
  content: fc.uint8Array({ maxLength: 200 }),
});

describe('what is written', () => {
  test('reads back as the same message and the same attachment bytes', () => {
    fc.assert(
      fc.property(anyDraft, fc.array(anyAttachment, { maxLength: 3 }), (draft, attachments) => {
        const expected = completeMessage(draft);
        const bytes = writeEdxml(draft, attachments);
        const opened = engine.open(bytes);
        const { edXMLManifest, ...message } = opened.message;
        const { edXMLManifest: _none, ...wanted } = expected;
        const isDocument = expected.kind === 'document';
        expect(message).toEqual(
          isDocument ? wanted : { ...wanted, TraceHeaderList: completeMessage({}).TraceHeaderList },
        );
        expect(edXMLManifest.Reference.length).toBe(isDocument ? attachments.length : 0);
        const contents = opened.attachments.map((range) => attachmentBytes(bytes, range));
        expect(contents).toEqual(isDocument ? attachments.map(({ content }) => Buffer.from(content)) : []);
        expect(opened.warnings).toEqual([]);
      }),
      { numRuns: 200, seed: 102 },
    );
  });

  test('signs and verifies, whatever the texts are', () => {
    fc.assert(
      fc.property(anyDraft, (draft) => {
        const draftWithSender = { ...draft, MessageHeader: { ...draft.MessageHeader, DocumentId: 'X91,1' } };
        const signed = signDocument(writeEdxml(draftWithSender), { key: RSA.privateKey });
        expect(engine.open(signed).verify(RSA.publicKey)).toEqual({ ok: true });
      }),
      { numRuns: 40, seed: 103 },
    );
  });

  test('has the prefixes and the element order of the Java SDK', () => {
    // The SDK writes one manifest type for every attachment, and its attachments are not described in the message.
    const comparable = SAMPLE_NAMES.filter((name) => !name.includes('signed'));
    for (const name of comparable) {
      const bytes = sample(name);
      const { message, attachments } = engine.open(bytes);
      const contents = attachments.map((range) => ({
        ...range,
        ContentId: range.ContentId ?? '',
        AttachmentName: range.AttachmentName ?? '',
        ContentType: range.ContentType ?? '',
        content: attachmentBytes(bytes, range),
      }));
      const written = writeEdxml(message, contents);
      const tags = (text: Buffer) =>
        text
          .toString()
          .match(/<[A-Za-z/][^>]*>/g)
          ?.filter((tag) => !/AttachmentEncoded|edXMLManifest|edXMLBody|TraceHeaderList/.test(tag));
      expect(tags(written), name).toEqual(tags(bytes));
    }
  });

  test('refuses characters that XML cannot carry', () => {
    for (const Subject of ['\u0000', '\u000b', '\ufffe', '\uffff', '\ud800', 'a\udc00']) {
      expect(() => writeEdxml({ MessageHeader: { Subject } })).toThrow(expect.objectContaining({ code: 'character' }));
    }
  });
});

describe('inserting a Signature', () => {
  const document = sample('document-new');
  const signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>';

  test('adds nothing else, as last child of the header', () => {
    const inserted = insertSignature(document, signature).toString();
    expect(inserted.replace(signature, '')).toBe(document.toString());
    expect(inserted).toContain(`${signature}</edXML:edXMLHeader>`);
  });

  test('refuses a second Signature and a message without a header', () => {
    const twice = () => insertSignature(insertSignature(document, signature), signature);
    expect(twice).toThrow(expect.objectContaining({ code: 'signature-count' }));
    for (const text of ['<a/>', '<a><edXMLEnvelope/></a>']) {
      expect(() => insertSignature(Buffer.from(text), signature)).toThrow(
        expect.objectContaining({ code: 'signature-position' }),
      );
    }
  });
});
