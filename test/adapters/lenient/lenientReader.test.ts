import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FORGIVEN, type Forgiven } from '../../../adapters/lenient/forgiven.ts';
import { createLenientReader } from '../../../adapters/lenient/lenientReader.ts';
import { attachmentBytes } from '../../../adapters/xml/attachment.ts';
import { createDocumentReader } from '../../../adapters/xml/documentReader.ts';
import { checkMessage } from '../../../core/edxml/checkMessage.ts';
import { SAMPLE_NAMES, sample } from '../xml/sampleFiles.ts';
import { BARE, FORGIVEN_VARIANTS, LETTER, swap } from './variants.ts';

const LIMITS = { bytes: 1024 * 1024 };
const strict = createDocumentReader(LIMITS);
const lenient = createLenientReader(LIMITS);

function read(text: string | Buffer) {
  const opened = lenient.open(Buffer.from(text));
  if (!opened.ok) throw new Error(`refused: ${JSON.stringify(opened.refusal)}`);
  return opened.value;
}
/** The rule that refuses, and where. */
function refusalOf(text: string | Buffer): {
  readonly code: string;
  readonly rule: unknown;
  readonly position: unknown;
} {
  const opened = lenient.open(Buffer.from(text));
  if (opened.ok) throw new Error('it was read');
  const { code, more } = opened.refusal;
  return { code, rule: more?.rule, position: more?.position };
}
const ruleOf = (text: string | Buffer): unknown => refusalOf(text).rule;
const words = (codes: readonly string[]): string[] => codes.map((code) => FORGIVEN[code as Forgiven]);

describe('what is forgiven', () => {
  const { message, attachments } = read(LETTER);
  const files = attachments.map((place) => attachmentBytes(Buffer.from(LETTER), place));

  test.each(FORGIVEN_VARIANTS)('%s', (_, text, forgiven) => {
    const bytes = Buffer.from(text);
    expect(strict.open(bytes)).toMatchObject({ ok: false, refusal: { code: 'edxml-malformed' } });
    const opened = read(bytes);
    expect(opened.message).toEqual(message);
    expect(opened.forgiven).toEqual(words(forgiven));
    expect(opened.signature).toBeNull();
    // The attachments lie where they lie in the bytes as received, which is where they will be cut out.
    expect(opened.attachments.map((place) => attachmentBytes(bytes, place))).toEqual(files);
  });

  test('texts and contents as CDATA', () => {
    const text = LETTER.replace(/<edXML:Subject>[^<]*</, '<edXML:Subject>\n<![CDATA[A & B < C &amp;]]> <').replace(
      /(ContentTransferEncoded[^>]*>)([^<]+)</,
      '$1 <![CDATA[$2]]>\n<',
    );
    const opened = read(text);
    expect(opened.message.MessageHeader.Subject).toBe('A & B < C &amp;');
    expect(opened.forgiven).toEqual(words(['cdata']));
    expect(opened.attachments.map((place) => attachmentBytes(Buffer.from(text), place))).toEqual(files);
  });

  test("4: an OrganId of 'null' is absent: harmless in a trace, missing in From", () => {
    const traced = read(LETTER.replace(/(<edXML:TraceHeader>\s*<edXML:OrganId>)[^<]*/, '$1 null '));
    expect(traced.message.TraceHeaderList.TraceHeader[0]?.OrganId).toBeUndefined();
    expect(traced.forgiven).toEqual(words(['null-organ-id']));
    const nobody = read(LETTER.replace(/(<edXML:From>\s*<edXML:OrganId>)[^<]*/, '$1null'));
    expect(checkMessage(nobody.message)).toContainEqual(
      expect.objectContaining({ code: 'missing-field', path: 'MessageHeader.From.OrganId', severity: 'error' }),
    );
  });

  test.each([
    [
      '1: another order of elements',
      LETTER.replace(/(<edXML:From>.*<\/edXML:From>)(.*)(<\/edXML:MessageHeader>)/s, '$2$1$3'),
    ],
    ['5: other content types', swap(LETTER, ['application/zip', 'application/xslx'])],
    [
      '6: empty elements',
      swap(LETTER, [
        '<edXML:From>',
        '<edXML:ApplicationType/><edXML:ResponseForTask></edXML:ResponseForTask><edXML:From>',
      ]),
    ],
    ['9: several recipients', LETTER],
    ['several cid: in front of one id', swap(LETTER, ['cid:a1', 'cid:cid:cid:a1'])],
    ['base64 in lines', LETTER.replace(/(ContentTransferEncoded[^>]*>[^<]{8})/, '$1\r\n\t ')],
  ])('%s needs no forgiveness', (_, text) => {
    const opened = read(text);
    expect(opened.forgiven).toEqual([]);
    expect(checkMessage(opened.message).filter(({ severity }) => severity === 'error')).toEqual([]);
    const strictly = strict.open(Buffer.from(text));
    expect(strictly.ok && strictly.value.message).toEqual(opened.message);
  });

  test('11: invented names are no message, and never one full of blanks', () => {
    expect(ruleOf('<EdXML><Manifest><Attachment><FileName>a.pdf</FileName></Attachment></Manifest></EdXML>')).toBe(
      'root',
    );
    const invented = read('<edXML><Header><Sender>X91.04</Sender></Header></edXML>');
    const missing = checkMessage(invented.message).filter(({ code }) => code === 'missing-field');
    expect(missing.map(({ path }) => path)).toContain('MessageHeader.From.OrganId');
  });
});

test('the documentation lists all that is forgiven, and nothing else', () => {
  const page = readFileSync(new URL('../../../docs/compatibility.md', import.meta.url), 'utf8');
  const [, table = ''] = /As the report says it \|\n.*\n((?:\|.*\n)*)/.exec(page) ?? [];
  const listed = table.trimEnd().split('\n');
  expect(listed.map((row) => row.split(' | ')[1]?.replace(/ \|$/, ''))).toEqual(Object.values(FORGIVEN));
});

describe('what is not forgiven', () => {
  const doctype = '<!DOCTYPE edXML [<!ENTITY a "b">]>';
  const wsSecurity = '<s:Header><w:Security xmlns:w="urn:w"/></s:Header>';
  const envelope = (inner: string, attribute = ''): string =>
    `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"${attribute}>${inner}</s:Envelope>`;
  const body = `<s:Body>${BARE}</s:Body>`;

  test.each<readonly [what: string, text: string | Buffer, rule: string]>([
    ['a document type', LETTER.replace('?>', `?>${doctype}`), 'doctype'],
    ['a document type behind text and a mark', `\uFEFFx${doctype}${BARE}`, 'doctype'],
    ['a document type in an envelope', envelope(`<s:Body>${doctype}${BARE}</s:Body>`), 'doctype'],
    ['an entity of nobody', swap(LETTER, ['V/v', '&vv;']), 'reference'],
    ['an ampersand', swap(LETTER, ['V/v', 'A & B']), 'reference'],
    ['a reference to no character', swap(LETTER, ['V/v', '&#0;']), 'reference'],
    [
      'a control character, also in a comment',
      swap(LETTER, ['<AttachmentEncoded>', '<!--\u0001--><AttachmentEncoded>']),
      'character',
    ],
    ['a comment inside a text', swap(LETTER, ['V/v', 'V/<!-- -->v']), 'comment'],
    ['an instruction inside a text', swap(LETTER, ['V/v', 'V/<?a?>v']), 'processing-instruction'],
    ['CDATA as a part of a text', swap(LETTER, ['V/v', 'V/<![CDATA[v]]>']), 'cdata'],
    ['CDATA between elements', swap(LETTER, ['<edXML:From>', '<![CDATA[ ]]><edXML:From>']), 'cdata'],
    [
      'markup in the CDATA of an attachment, which would be a second one',
      LETTER.replace(
        /(ContentTransferEncoded[^>]*>)([^<]+)</,
        '$1<![CDATA[$2</ContentTransferEncoded></Attachment><Attachment><ContentTransferEncoded>AAAA]]><',
      ),
      'attachment-content',
    ],
    ['CDATA twice', LETTER.replace(/(<edXML:Subject>)[^<]*/, '$1<![CDATA[a]]><![CDATA[b]]>'), 'cdata'],
    [
      'an element twice',
      swap(LETTER, ['<edXML:DocumentId>', '<edXML:Subject>x</edXML:Subject><edXML:DocumentId>']),
      'duplicate-element',
    ],
    ['text between elements', swap(LETTER, ['<edXML:From>', 'x<edXML:From>']), 'mixed-content'],
    [
      'a known name in a foreign namespace',
      swap(LETTER, ['<edXML:From>', '<Subject xmlns="urn:x">x</Subject><edXML:From>']),
      'namespace',
    ],
    ['a foreign namespace', swap(LETTER, ['http://www.mic.gov.vn/TBT/QCVN_102_2016', 'urn:x']), 'namespace'],
    ['a namespace by references', swap(LETTER, ['xmlns:edXML="http:', 'xmlns:edXML="http&#58;']), 'namespace-uri'],
    ['an attribute twice', swap(LETTER, ['version="1.0">', 'version="1.0" version="1.0">']), 'duplicate-attribute'],
    ['an attribute without quotes', swap(LETTER, ['version="1.0">', 'version=1>']), 'malformed'],
    ['a wrong end tag', swap(LETTER, ['</edXML:From>', '</edXML:To>']), 'malformed'],
    ['a missing end', LETTER.slice(0, -10), 'malformed'],
    ['text behind the message', `${LETTER}x`, 'malformed'],
    ['a second message', `${LETTER}${BARE}`, 'root'],
    [
      'a second declaration',
      swap(LETTER, ['<AttachmentEncoded>', '<?xml version="1.0"?><AttachmentEncoded>']),
      'declaration',
    ],
    ['another version of XML', LETTER.replace('version="1.0"', 'version="1.1"'), 'declaration'],
    ['an encoding that may be true', LETTER.replace('UTF-8', 'windows-1258'), 'encoding'],
    ['UTF-16', Buffer.from(`\uFEFF${LETTER}`, 'utf16le'), 'encoding'],
    ['an envelope with a header', envelope(`${wsSecurity}${body}`), 'root'],
    ['an envelope with attributes', envelope(body, ' s:encodingStyle="x"'), 'root'],
    ['two bodies', envelope(`<s:Body/>${body}`), 'root'],
    ['two messages in one body', envelope(`<s:Body>${BARE}${BARE}</s:Body>`), 'root'],
    ['two envelopes', envelope(envelope(body)), 'root'],
    ['a message behind an envelope', `${envelope(body)}${BARE}`, 'root'],
    ['an empty envelope', envelope('<s:Body/>'), 'root'],
    ['nothing', '', 'malformed'],
    ['no XML', 'x'.repeat(5000), 'malformed'],
    ['another format', Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3', 'latin1'), 'encoding'],
  ])('%s', (_, text, rule) => {
    expect(refusalOf(text)).toMatchObject({ code: 'edxml-malformed', rule });
  });

  test('invalid UTF-8, named by its first byte', () => {
    const bytes = Buffer.from(LETTER.repeat(20));
    const at = bytes.length - 40;
    bytes[at] = 0xff;
    expect(refusalOf(bytes)).toMatchObject({ rule: 'encoding', position: at });
    expect(refusalOf(Buffer.from([0x3c, 0xe1, 0xba]))).toMatchObject({ rule: 'encoding', position: 1 });
  });

  test('a place in the message as received is named, not one in the new spelling', () => {
    const text = `\uFEFF${swap(LETTER, ['<edXML:From>', '<!-- a long comment --><edXML:From>'], ['V/v', '&vv;'])}`;
    const { position } = refusalOf(text);
    expect(Number(position)).toBe(Buffer.from(text).indexOf('&vv;'));
  });
});

describe('a signature', () => {
  const SIGNED = sample('document-new-signed').toString();
  const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';

  test.each([
    ['with a comment beside it', SIGNED.replace('<edXML:From>', '<!-- --><edXML:From>')],
    ['behind a byte order mark', `\uFEFF${SIGNED}`],
    ['anywhere in the message', swap(LETTER, ['<edXML:From>', `<Signature xmlns="${XMLDSIG}"/><edXML:From>`])],
    ['in a part of one', swap(LETTER, ['<edXML:From>', `<KeyInfo xmlns="${XMLDSIG}"/><edXML:From>`])],
    [
      'in another spelling of its namespace',
      swap(LETTER, ['<edXML:From>', '<Signature xmlns="HTTP://www.w3.org/2000/09/XMLDSig"/><edXML:From>']),
    ],
    [
      'whose prefix lost its declaration',
      swap(LETTER, ['<edXML:From>', '<ds:Signature><ds:SignedInfo/></ds:Signature><edXML:From>']),
    ],
    [
      'outside the scope of its declaration',
      swap(LETTER, ['<edXML:From>', `<a xmlns:d="${XMLDSIG}"/><d:SignedInfo/><edXML:From>`]),
    ],
  ])('is never read as none: %s', (_, text) => {
    expect(refusalOf(text)).toMatchObject({ code: 'signature-invalid', rule: 'signature-structure' });
  });

  test('that no verifier recognises is said to be there, wherever it stands, and is not read', () => {
    const block = '<edXML:Signature><KeyInfo><OrganId>X1</OrganId><Token>s3cr3t</Token></KeyInfo></edXML:Signature>';
    for (const place of ['<edXML:From>', '<edXML:MessageHeader>', '<edXML:edXMLBody>', '<AttachmentEncoded>']) {
      const text = swap(LETTER, [place, `${block}${place}`], ['<edXML:DocumentId>', '<!-- --><edXML:DocumentId>']);
      const opened = read(text);
      expect(opened.hasForeignSignature).toBe(true);
      expect(opened.message).toEqual({ ...read(LETTER).message, unknownTexts: opened.message.unknownTexts });
    }
    expect(read(LETTER).hasForeignSignature).toBe(false);
    expect(read(swap(LETTER, ['<edXML:From>', '<edXML:DigitalSignature/><edXML:From>'])).hasForeignSignature).toBe(
      false,
    );
  });

  test('verifies with no key', () => {
    expect(read(LETTER).verify({} as never)).toEqual({ ok: false, code: 'unsigned' });
  });
});

describe('beside the strict reader', () => {
  test.each(SAMPLE_NAMES)('%s says the same, or is signed', (name) => {
    const strictly = strict.open(sample(name));
    if (!strictly.ok) throw new Error(`${name} was refused`);
    if (strictly.value.signature) return expect(ruleOf(sample(name))).toBe('signature-structure');
    const { message, attachments, hasForeignSignature } = read(sample(name));
    const { value } = strictly;
    expect({ message, attachments, hasForeignSignature }).toEqual({
      message: value.message,
      attachments: value.attachments,
      hasForeignSignature: value.hasForeignSignature,
    });
  });
});
