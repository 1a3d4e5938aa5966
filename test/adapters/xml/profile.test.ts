import { describe, expect, test } from 'vitest';
import { attachmentBytes } from '../../../adapters/xml/attachment.ts';
import { createEngine } from '../../../adapters/xml/engine.ts';
import { XmlRefusal, type XmlRefusalCode } from '../../../adapters/xml/refuse.ts';
import { sample } from './sampleFiles.ts';
import { RSA, signDocument } from './signDocument.ts';

const engine = createEngine();
const plain = sample('document-new').toString();
const signed = signDocument(sample('document-new'), { key: RSA.privateKey }).toString();
const DS = 'http://www.w3.org/2000/09/xmldsig#';

type Change = () => string | Buffer;

/** Puts text behind the first occurrence of a mark. */
const after = (text: string, mark: string, more: string) => () => {
  if (!text.includes(mark)) throw new Error(`the sample has no ${mark}`);
  return text.replace(mark, () => mark + more);
};
const instead = (text: string, mark: string | RegExp, more: string) => () => {
  const changed = text.replace(mark, () => more);
  if (changed === text) throw new Error(`the sample has no ${mark}`);
  return changed;
};
const behindSubject = (more: string) => after(plain, '<edXML:Subject>', more);

/** Total: a code that no document is refused with does not compile here. */
const REFUSED: Readonly<Record<XmlRefusalCode, readonly Change[]>> = {
  'too-large': [() => Buffer.alloc(64 * 1024 * 1024 + 1, 0x20)],
  encoding: [
    () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(plain)]),
    () => Buffer.from(plain, 'utf16le'),
    () => Buffer.concat([Buffer.from('<a>'), Buffer.from([0xc0, 0x80]), Buffer.from('</a>')]),
    instead(plain, 'UTF-8', 'ISO-8859-1'),
  ],
  declaration: [
    instead(plain, '"1.0"', '"1.1"'),
    instead(plain, 'encoding', 'enc'),
    () => '<?xml',
    () => `<?xml ${' '.repeat(300)}?>`,
  ],
  doctype: [after(plain, '?>', '<!DOCTYPE edXML>')],
  'processing-instruction': [behindSubject('<?a b?>'), () => `${plain}<?a?>`],
  comment: [behindSubject('<!-- -->'), () => `${plain}<!---->`],
  cdata: [behindSubject('<![CDATA[x]]>')],
  malformed: [
    ...[
      '',
      ' ',
      'text',
      '<a>',
      '<a></b>',
      '<a/><b/>',
      '<a/>x',
      '</a>',
      '<a b></a>',
      '<a b=c/>',
      '<a b="c/>',
      '<a/ >',
    ].map((text) => () => text),
    ...['<a b="<"/>', '<a>]]></a>', '<a', '<a b="1"c="2"/>', '<a></a', '<a></a b>', `<a>${'x'.repeat(500)}`].map(
      (text) => () => text,
    ),
  ],
  character: [
    behindSubject('\u0001'),
    behindSubject('\uFFFE'),
    () => '<a b="\u0002"/>',
    behindSubject('\uFFFF'),
    behindSubject(`${'x'.repeat(400)}\u001f`),
  ],
  reference: [
    behindSubject('&x;'),
    behindSubject('& '),
    behindSubject('&#0;'),
    behindSubject('&#xD800;'),
    behindSubject('&#99999999999;'),
    behindSubject('&#;'),
    behindSubject('&#x;'),
    behindSubject('&#xFFFE;'),
    behindSubject('&amp'),
  ],
  name: [
    () => '<1/>',
    () => '<a:b:c xmlns:a="urn:a"/>',
    () => '<:a/>',
    () => '<a:/>',
    () => `<${'a'.repeat(257)}/>`,
    () => '<a\u00d7/>',
    () => '< a/>',
  ],
  // An attribute that other canonicalisers mistake for a declaration and drop, on an element of a signed message.
  'reserved-name': [
    instead(signed, 'edXMLManifest version', 'edXMLManifest xmlnsRole="admin" version'),
    instead(signed, 'edXMLManifest version', 'edXMLManifest xmlns:evilxmlns="urn:e" evilxmlns:role="admin" version'),
  ],
  'undeclared-prefix': [
    () => '<a:b/>',
    () => '<a b:c="d"/>',
    () => '<xmlns:a/>',
    () => '<a><b xmlns:c="urn:c"/><c:d/></a>',
  ],
  'namespace-declaration': [
    ...['xmlns:xml="urn:a"', 'xmlns:a="http://www.w3.org/XML/1998/namespace"', 'xmlns:xmlns="urn:a"', 'xmlns:a=""'].map(
      (text) => () => `<a ${text}/>`,
    ),
    () => '<a xmlns="http://www.w3.org/2000/xmlns/"/>',
  ],
  'namespace-uri': [
    ...['a', '#a', './a', 'urn:a"', 'urn:&lt;', 'urn:a&amp;b', 'urn:\u00e9', 'urn: a', '1a:b'].map(
      (uri) => () => `<a xmlns='${uri}'/>`,
    ),
  ],
  'duplicate-attribute': [
    () => '<a b="1" b="2"/>',
    () => '<a xmlns:p="urn:p" xmlns:q="urn:p" p:b="1" q:b="2"/>',
    () => '<a xmlns="urn:a" xmlns="urn:a"/>',
  ],
  'xml-id': [() => '<a xml:id="b"/>'],
  depth: [() => '<a>'.repeat(65)],
  attributes: [() => `<a ${Array.from({ length: 65 }, (_, k) => `a${k}="1"`).join(' ')}/>`],
  names: [
    () => `<a>${Array.from({ length: 300 }, (_, k) => `<a${k}/>`).join('')}</a>`,
    () => `<a>${Array.from({ length: 300 }, (_, k) => `<b xmlns="urn:${k}"/>`).join('')}</a>`,
  ],
  nodes: [() => `<a>${'<b/>'.repeat(50_001)}</a>`, () => `<a>${'>'.repeat(3_000_000)}</a>`],
  root: [() => '<a xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"/>'],
  namespace: [
    () => '<edXML/>',
    () => plain.replaceAll('http://www.mic.gov.vn/TBT/QCVN_102_2016', 'http://www.e-doc.vn/Schema/'),
    after(plain, '</edXML:Subject>', '<Content xmlns="urn:other">x</Content>'),
  ],
  'duplicate-element': [
    after(plain, '</edXML:Subject>', '<edXML:Subject>another</edXML:Subject>'),
    after(plain, '</edXML:Subject>', '<edXML:Subject/>'),
    after(plain, '</edXML:From>', '<edXML:From/>'),
  ],
  'mixed-content': [after(plain, '<edXML:From>', 'x'), after(plain, '</edXML:To>', '&#32;')],
  'field-structure': [behindSubject('<b/>'), instead(plain, /(?<=<edXML:OrganId>)X91\.04/, 'X91<i>.</i>04')],
  'field-length': [behindSubject('x'.repeat(4096)), behindSubject(' '.repeat(70_000)), behindSubject('ế'.repeat(1400))],
  'field-count': [
    after(plain, '</edXML:From>', '<edXML:To><edXML:OrganId>X92</edXML:OrganId></edXML:To>'.repeat(1000)),
    after(
      plain,
      '<edXML:edXMLManifest version="1.0">',
      '<edXML:Reference><edXML:ContentId>a</edXML:ContentId></edXML:Reference>'.repeat(200),
    ),
    after(plain, '</edXML:From>', '<edXML:Unknown/>'.repeat(20_001)),
  ],
  // Attachments are decoded when they are asked for: tested below.
  'attachment-content': [],
  'signature-count': [
    instead(
      signed,
      /<Signature .*<\/Signature>/s,
      signed.slice(signed.indexOf('<Signature '), signed.indexOf('</Signature>') + 12).repeat(2),
    ),
  ],
  'signature-position': [
    instead(signed, '</edXML:edXMLHeader>', '<edXML:x/></edXML:edXMLHeader>'),
    () => `<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"><Signature xmlns="${DS}"/></edXML>`,
    () => `<Signature xmlns="${DS}"/>`,
  ],
  'signature-structure': [
    instead(signed, '</Signature>', '<Object/></Signature>'),
    instead(signed, '</SignedInfo>', '</SignedInfo>text'),
    instead(signed, '<SignedInfo ', '<SignedInfo a="b" '),
    instead(signed, '<SignatureValue>', '<SignatureValue a="b">'),
    instead(signed, '<DigestValue>', '<DigestValue Id="b">'),
    instead(signed, '<Signature ', '<Signature a="b" '),
    instead(signed, '</Signature>', '<KeyInfo a="b"><KeyName>a</KeyName></KeyInfo></Signature>'),
    instead(signed, '<Reference URI', '<Reference xml:lang="vi" URI'),
    instead(signed, 'URI=""', 'URI="" Type="x"'),
    instead(signed, '</Reference>', '</Reference><Reference URI=""></Reference>'),
    instead(signed, '</SignatureValue>', '<a/></SignatureValue>'),
    instead(signed, '#rsa-sha256"', '&#35;rsa-sha256"'),
    instead(signed, '<DigestValue>', '<DigestValue xmlns="urn:x">'),
  ],
  'signature-canonicalization': [
    instead(signed, 'xml-exc-c14n#"', 'xml-exc-c14n#WithComments"'),
    instead(signed, 'http://www.w3.org/2001/10/xml-exc-c14n#', 'http://www.w3.org/2006/12/xml-c14n11'),
  ],
  'signature-algorithm': [
    instead(signed, 'xmldsig-more#rsa-sha256', 'xmldsig-more#rsa-sha224'),
    instead(signed, 'xmldsig-more#rsa-sha256', 'xmldsig-more#hmac-sha256'),
  ],
  'signature-reference': [
    instead(signed, 'URI=""', 'URI="#a"'),
    instead(signed, 'URI=""', ''),
    instead(signed, 'URI=""', 'URI="http://a.example/"'),
  ],
  'signature-transform': [
    instead(signed, '#enveloped-signature', '#base64'),
    instead(signed, /<Transforms>.*<\/Transforms>/, '<Transforms></Transforms>'),
    instead(signed, '</Transforms>', `<Transform Algorithm="${DS}enveloped-signature"></Transform></Transforms>`),
  ],
  'signature-digest-algorithm': [instead(signed, 'xmlenc#sha256', 'xmlenc#sha1')],
  'signature-encoding': [
    instead(signed, '</DigestValue>', '</DigestValue>'.replace('<', 'A<')),
    instead(signed, /<DigestValue>[^<]*/, '<DigestValue>AAAA'),
    instead(signed, /<SignatureValue>/, '<SignatureValue>*'),
    instead(signed, /.(?==<\/DigestValue>)/, '*'),
  ],
  'signature-key-info': [
    instead(signed, '</Signature>', '<KeyInfo></KeyInfo></Signature>'),
    instead(signed, '</Signature>', '<KeyInfo><RetrievalMethod URI="http://a.example/"/></KeyInfo></Signature>'),
    instead(signed, '</Signature>', `<KeyInfo>${'<KeyName>a</KeyName>'.repeat(17)}</KeyInfo></Signature>`),
    instead(
      signed,
      '</Signature>',
      `<KeyInfo><X509Data>${'<X509Certificate>AAAA</X509Certificate>'.repeat(9)}</X509Data></KeyInfo></Signature>`,
    ),
  ],
};

describe('the strict profile', () => {
  const cases = Object.entries(REFUSED).flatMap(([code, changes]) => changes.map((change, k) => ({ code, k, change })));

  test.each(cases)('refuses with $code ($k)', ({ code, change }) => {
    expect(refusalOf(change())).toBe(code);
  });

  test('takes the documents that the changes were made to', () => {
    expect(refusalOf(plain)).toBe('none');
    expect(engine.open(Buffer.from(signed)).verify(RSA.publicKey)).toEqual({ ok: true });
  });

  test('refuses hostile documents in bounded time', () => {
    const slow = [
      `<a>${'<b '.repeat(100_000)}`,
      `<a>${'&#x'.repeat(100_000)}`,
      behindSubject(`${' '.repeat(60_000)}x${' '.repeat(4_000)}`)(),
      `<a ${' '.repeat(1_000_000)}`,
      `<a>${'<b xmlns:c="urn:c">'.repeat(1000)}`,
    ];
    for (const text of slow) {
      const started = performance.now();
      refusalOf(text);
      expect(performance.now() - started).toBeLessThan(1000);
    }
  });
});

describe('attachment text', () => {
  const bytesOf = (text: string) => attachmentBytes(Buffer.from(text), { from: 0, to: Buffer.byteLength(text) });

  test('is strict base64 with white space and references', () => {
    expect(bytesOf('aGVs&#13;\nbG8=\n').toString()).toBe('hello');
    expect(bytesOf('')).toEqual(Buffer.alloc(0));
    expect(bytesOf(' aGVs bG8gdGhlcmUh ').toString()).toBe('hello there!');
  });

  test.each(['aGVsbG8', 'aGVsbG8==', 'aGVs*G8=', 'aGVsbG9=', '=', 'aGVs====', 'a=Vs', 'aGVs\u00e9G8='])(
    'refuses %s',
    (text) => {
      expect(() => bytesOf(text)).toThrow(expect.objectContaining({ code: 'attachment-content' }));
    },
  );
});

function refusalOf(document: string | Buffer): string {
  try {
    engine.open(typeof document === 'string' ? Buffer.from(document) : document);
    return 'none';
  } catch (error) {
    if (error instanceof XmlRefusal) return error.code;
    throw error;
  }
}
