import { decodeBase64 } from './base64.ts';
import { refuse } from './refuse.ts';
import { requireAttributes, requireLeaf, type SignatureNode } from './signatureTree.ts';
import { wordId } from './words.ts';

const ID = wordId('Id');
const X509_CERTIFICATE = wordId('X509Certificate');

/** What KeyInfo may hold (XMLDSig 1.1 section 4.5): names and values only, nothing that would have to be fetched. */
const KEY_INFO = children(['X509Data', 'KeyName', 'KeyValue']);
const CONTENT: ReadonlyMap<number, ReadonlySet<number>> = new Map([
  [wordId('X509Data'), children(['X509Certificate', 'X509SubjectName', 'X509IssuerSerial', 'X509SKI'])],
  [wordId('X509IssuerSerial'), children(['X509IssuerName', 'X509SerialNumber'])],
  [wordId('KeyValue'), children(['RSAKeyValue'])],
  [wordId('RSAKeyValue'), children(['Modulus', 'Exponent'])],
]);
const MOST_CHILDREN = 16;
const MOST_CERTIFICATES = 8;

/** The certificates that a KeyInfo shows, as DER. Its content is closed by schema. */
export function certificatesOf(keyInfo: SignatureNode): readonly Buffer[] {
  requireAttributes(keyInfo, ID);
  const found: SignatureNode[] = [];
  collect(keyInfo, KEY_INFO, found);
  if (found.length > MOST_CERTIFICATES) refuse('signature-key-info', keyInfo.position);
  return found.map((node) => decodeBase64(node.text, 'signature-encoding', node.position));
}

function collect(node: SignatureNode, allowed: ReadonlySet<number>, certificates: SignatureNode[]): void {
  const count = node.children.length;
  if (count === 0 || count > MOST_CHILDREN) refuse('signature-key-info', node.position);
  for (const child of node.children) {
    if (!allowed.has(child.name)) refuse('signature-key-info', child.position);
    requireAttributes(child);
    const inner = CONTENT.get(child.name);
    if (inner === undefined) requireLeaf(child);
    else collect(child, inner, certificates);
    if (child.name === X509_CERTIFICATE) certificates.push(child);
  }
}

function children(names: readonly string[]): ReadonlySet<number> {
  return new Set(names.map(wordId));
}
