import { EDXML_NAMESPACE } from '../../../core/edxml/schema.ts';
import { sample } from '../xml/sampleFiles.ts';

/** The message that the variants are made of, as the Java library writes it. */
export const LETTER = sample('document-new').toString();

/** Turns one spelling into another; says so when the text is not there. */
export function swap(text: string, ...pairs: readonly (readonly [from: string, to: string])[]): string {
  return pairs.reduce((whole, [from, to]) => {
    if (!whole.includes(from)) throw new Error(`the letter has no ${from}`);
    return whole.replaceAll(from, () => to);
  }, text);
}

/** Without its declaration, for what is put around it. */
export const BARE = LETTER.replace(/^<\?xml[^>]*>\s*/, '').trimEnd();

const soap = (uri: string, body = BARE): string =>
  `<?xml version="1.0"?><s:Envelope xmlns:s="${uri}"><s:Header/><s:Body>${body}</s:Body></s:Envelope>`;
const SOAP_11 = 'http://schemas.xmlsoap.org/soap/envelope/';

/** Every deviation that is forgiven, and by what it is called. All of them say what LETTER says. */
export const FORGIVEN_VARIANTS: readonly (readonly [
  what: string,
  text: string | Buffer,
  forgiven: readonly string[],
])[] = [
  [
    '2: a prefix used outside its declaration',
    swap(
      LETTER,
      ['<AttachmentEncoded>', '<edXML:AttachmentEncoded>'],
      ['</AttachmentEncoded>', '</edXML:AttachmentEncoded>'],
    ),
    ['undeclared-prefix'],
  ],
  [
    '2: an attribute whose prefix is declared nowhere',
    swap(LETTER, ['<AttachmentEncoded>', '<AttachmentEncoded xlink:href="cid:a1">']),
    ['undeclared-prefix'],
  ],
  ['2: no declaration at all', swap(LETTER, [` xmlns:edXML="${EDXML_NAMESPACE}"`, '']), ['undeclared-prefix']],
  ['3: text before the declaration', `1212${LETTER}`, ['text-before']],
  ['3: a line before the declaration', `\r\n${LETTER}`, ['text-before']],
  ['3: a byte order mark', `\uFEFF${LETTER}`, ['byte-order-mark']],
  ['3: a mark and text', `\uFEFF  x ${LETTER}`, ['byte-order-mark', 'text-before']],
  [
    '3: UTF-8 that is declared as UTF-16',
    LETTER.replace(/^<\?xml[^>]*>/, '<?xml version="1.0" encoding="utf-16"?>'),
    ['declared-encoding'],
  ],
  ['7: an obsolete namespace', swap(LETTER, [EDXML_NAMESPACE, 'http://www.go.vn/eDoc']), ['obsolete-namespace']],
  ['7: the other one', swap(LETTER, [EDXML_NAMESPACE, 'http://www.e-doc.vn/Schema/']), ['obsolete-namespace']],
  [
    '7: no prefix and no namespace',
    LETTER.replaceAll('edXML:', '').replaceAll(/ xmlns(?::edXML)?="[^"]*"/g, ''),
    ['no-namespace'],
  ],
  [
    '7: an envelope in no namespace',
    swap(LETTER, ['edXML:', ''], [` xmlns:edXML="${EDXML_NAMESPACE}"`, ' xmlns=""']),
    ['no-namespace'],
  ],
  ['10: wrapped in SOAP 1.1', soap(SOAP_11), ['soap-envelope']],
  ['10: wrapped in SOAP 1.2', soap('http://www.w3.org/2003/05/soap-envelope'), ['soap-envelope']],
  [
    'comments between elements',
    swap(LETTER, ['<AttachmentEncoded>', '<!-- files --><AttachmentEncoded><!--1-->']),
    ['comment'],
  ],
  ['a style sheet', LETTER.replace('?>', '?><?xml-stylesheet href="a.xsl"?>'), ['processing-instruction']],
];
