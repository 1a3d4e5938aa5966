import { createEngine } from '../../../adapters/xml/engine.ts';
import { XmlRefusal } from '../../../adapters/xml/refuse.ts';
import { sample } from './sampleFiles.ts';
import { EXCLUSIVE, INCLUSIVE, RSA, signDocument } from './signDocument.ts';

/** A document made to be expensive: within the profile, signed so that all of it is canonicalised and digested too. */
export interface HostileDocument {
  readonly name: string;
  readonly bytes: Buffer;
  /** The refusal expected, or null where it is a valid document. */
  readonly outcome: string | null;
}

const BOMB = '<!DOCTYPE edXML [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>';
const LETTER = sample('document-new').toString();
const ROOT = LETTER.indexOf('<edXML');
const NAMES = 60;
/** Pairs of nested elements that still fit below the header. */
const DEEP = 28;

/** Text, an element or attributes repeated to about so many bytes, at the place where each does most harm. */
export function hostileDocuments(bytes: number): readonly HostileDocument[] {
  const times = (piece: string | ((k: number) => string), share = 1): string => {
    const of = typeof piece === 'string' ? () => piece : piece;
    const count = Math.floor((bytes * share) / of(12_345).length);
    return Array.from({ length: count }, (_, k) => of(k)).join('');
  };
  const declared = Array.from({ length: NAMES }, (_, k) => ` xmlns:p${NAMES - k}="urn:u${k % 2}"`).join('');
  const swapped = declared.replace(/urn:u(.)/g, (_, k) => `urn:u${1 - Number(k)}`);
  const attributes = Array.from({ length: NAMES }, (_, k) => ` a${NAMES - k}='&#9;${k}'`).join('');
  const refused: readonly (readonly [name: string, outcome: string, text: string])[] = [
    ['nested elements', 'depth', inside(times('<e>'))],
    ['attributes of one element', 'attributes', inside(`<e ${times((k) => ` a${k}=""`)}/>`)],
    ['prefixes of one element', 'attributes', inside(`<e ${times((k) => ` xmlns:p${k}="urn:u"`)}/>`)],
    ['prefixes, one an element', 'names', inside(times((k) => `<e xmlns:p${k}="urn:u"/>`))],
    ['different names', 'names', inside(times((k) => `<e${k}/>`))],
    ['one long name', 'name', inside(`<${times('n')}/>`)],
    ['entity bomb', 'doctype', `${LETTER.slice(0, ROOT)}${BOMB}${inside(times('&b;')).slice(ROOT)}`],
    ['comments', 'comment', inside(times('<!-- -->'))],
    ['references of a signature', 'signature-structure', signatureOf(times('<Reference URI=""/>'))],
    ['nodes in KeyInfo', 'signature-structure', signatureOf(times('<KeyName>k</KeyName>'))],
    ['value of a signature', 'signature-structure', signatureOf(`<SignatureValue>${times('A')}</SignatureValue>`)],
    ['tiny elements', 'nodes', inside(times('<e/>', 4))],
    ['text of a field', 'field-length', inField(times(' a'))],
  ];
  const taken: readonly (readonly [name: string, text: string])[] = [
    ['tiny elements, up to the limit', inside('<e/>'.repeat(Math.min(19_000, bytes / 4)))],
    ['long names', inside(times((k) => `<n${k % 99}${'x'.repeat(200)}/>`))],
    ['declarations on each element', inside(times((k) => `<e${k % 2 ? declared : swapped}/>`))],
    ['declarations, nested', inside(times(`${`<e${declared}><e${swapped}>`.repeat(DEEP)}${'</e></e>'.repeat(DEEP)}`))],
    ['attributes out of order, to normalise', inside(times(`<e${attributes}/>`))],
    ['returns', inContent(times('\r'))],
    ['line ends after each character', inContent(times('A\r\n'))],
    ['a return every 200 characters', inContent(times(`${'A'.repeat(199)}\r`))],
    ['character references', inContent(times('&#65;'))],
    ['references to a return', inContent(times('&#13;'))],
    ['greater-than signs', inContent(times('> >'))],
    ['closing brackets', inContent(times('A]]A'))],
    ['almost non-characters', inContent(times('\uFFFD'))],
    ['prose and base64 by turns', inContent(times('AAAAAAAAAAAAAAAA AAAAAAAAAAAAAAA&amp;'))],
    ['blank fields', inside(times('<Description>  \n  </Description>'))],
  ];
  return [
    ...refused.map(([name, outcome, text]) => ({ name, outcome, bytes: Buffer.from(text) })),
    ...taken.map(([name, text], k) => {
      const method = k % 2 === 0 ? EXCLUSIVE : INCLUSIVE;
      return { name, outcome: null, bytes: signDocument(Buffer.from(text), { key: RSA.privateKey, method }) };
    }),
  ];
}

const engine = createEngine();

/** Reads and verifies as the axis would; the code of the refusal, or null. */
export function outcomeOf(bytes: Buffer): string | null {
  try {
    const result = engine.open(bytes).verify(RSA.publicKey);
    return result.ok ? null : result.code;
  } catch (error) {
    if (error instanceof XmlRefusal) return error.code;
    throw error;
  }
}

/** As unknown elements of the header. */
function inside(xml: string): string {
  return LETTER.replace('</edXML:MessageHeader>', () => `<u>${xml}</u></edXML:MessageHeader>`);
}

function inField(text: string): string {
  return LETTER.replace(/(<edXML:Subject>)[^<]*/, (_, tag: string) => `${tag}${text}`);
}

function inContent(text: string): string {
  return LETTER.replace(/(<edXML:ContentTransferEncoded[^>]*>)[^<]*/, (_, tag: string) => `${tag}${text}`);
}

function signatureOf(xml: string): string {
  const signature = `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">${xml}</Signature>`;
  return LETTER.replace('</edXML:edXMLHeader>', () => `${signature}</edXML:edXMLHeader>`);
}
