import { DEFAULT_LIMITS } from './limits.ts';
import { refuse } from './refuse.ts';
import { Scanner } from './scan.ts';
import * as tp from './tape.ts';
import { EDXML_URI, wordId } from './words.ts';

const HEADER_PATH = [wordId('edXMLEnvelope'), wordId('edXMLHeader')];

/**
 * Puts a ds:Signature into an unsigned message where the profile wants it: as last child of edXMLHeader. No other byte
 * changes, so the enveloped digest of the result is the digest of the input. Throws XmlRefusal when the message is not
 * in the profile, has a ds:Signature already, or has no edXMLHeader with content.
 */
export function insertSignature(document: Buffer, signatureXml: string | Buffer): Buffer {
  const scanner = new Scanner(DEFAULT_LIMITS);
  scanner.scan(document);
  if (scanner.signatures > 0) refuse('signature-count', scanner.tape.cells[scanner.signature + tp.START_FROM]!);
  let header = 0;
  for (const name of HEADER_PATH) header = childNamed(scanner, header, name);
  const end = scanner.tape.after(header) - tp.END_SIZE;
  const place = scanner.tape.cells[end + tp.END_FROM]!;
  if (place === scanner.tape.cells[header + tp.START_TO]) refuse('signature-position', place);
  return Buffer.concat([document.subarray(0, place), Buffer.from(signatureXml), document.subarray(place)]);
}

function childNamed(scanner: Scanner, parent: number, name: number): number {
  const { tape, qnames } = scanner;
  for (let at = tape.content(parent); ; ) {
    const kind = tape.cells[at]! & tp.KIND;
    if (kind === tp.END) refuse('signature-position', tape.cells[at + tp.END_FROM]!);
    if (kind === tp.PATCH) {
      at += tp.PATCH_SIZE;
      continue;
    }
    const named = qnames.locals[tape.cells[at + tp.START_QNAME]!] === name;
    if (named && tape.cells[at + tp.START_URI] === EDXML_URI) return at;
    at = tape.after(at);
  }
}
