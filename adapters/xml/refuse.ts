/** Why a document is outside the strict profile. Closed: what is not here cannot be refused with. */
export type XmlRefusalCode =
  | 'too-large'
  | 'encoding'
  | 'declaration'
  | 'doctype'
  | 'processing-instruction'
  | 'comment'
  | 'cdata'
  | 'malformed'
  | 'character'
  | 'reference'
  | 'name'
  | 'reserved-name'
  | 'undeclared-prefix'
  | 'namespace-declaration'
  | 'namespace-uri'
  | 'duplicate-attribute'
  | 'xml-id'
  | 'depth'
  | 'attributes'
  | 'names'
  | 'nodes'
  | 'root'
  | 'namespace'
  | 'duplicate-element'
  | 'mixed-content'
  | 'field-structure'
  | 'field-length'
  | 'field-count'
  | 'attachment-content'
  | 'signature-count'
  | 'signature-position'
  | 'signature-structure'
  | 'signature-canonicalization'
  | 'signature-algorithm'
  | 'signature-reference'
  | 'signature-transform'
  | 'signature-digest-algorithm'
  | 'signature-encoding'
  | 'signature-key-info';

/** A document that the strict profile does not take. `position` is a byte offset into the input, -1 where none fits. */
export class XmlRefusal extends Error {
  override readonly name = 'XmlRefusal';
  readonly code: XmlRefusalCode;
  readonly position: number;

  constructor(code: XmlRefusalCode, position: number) {
    super(position < 0 ? `XML refused: ${code}` : `XML refused: ${code} at byte ${position}`);
    this.code = code;
    this.position = position;
  }
}

/** Ends the reading of a document. */
export function refuse(code: XmlRefusalCode, position: number): never {
  throw new XmlRefusal(code, position);
}
