/** What one document may cost. Every figure is a hard cap; going over one is an XmlRefusal. */
export interface Limits {
  /** Bytes of the document. */
  readonly bytes: number;
  /** Nested elements. */
  readonly depth: number;
  /** Attributes and namespace declarations of one element. */
  readonly attributes: number;
  /** Different qualified names, and different prefixes, local names and namespace URIs beyond the known ones. */
  readonly names: number;
  /** Bytes of one qualified name. */
  readonly nameBytes: number;
  readonly elements: number;
  /** Cells of the tape (4 bytes each): bounds elements, attributes and characters to rewrite together. */
  readonly cells: number;
  /** UTF-8 bytes of one field's text. */
  readonly fieldBytes: number;
  /** Leaves and unknown elements of the message. */
  readonly leaves: number;
  /** Entries of a repeated element. */
  readonly entries: number;
  /** References of the manifest, and attachments. */
  readonly attachments: number;
}

export const DEFAULT_LIMITS: Limits = {
  bytes: 64 * 1024 * 1024,
  depth: 64,
  attributes: 64,
  names: 256,
  nameBytes: 256,
  elements: 50_000,
  cells: 1 << 23,
  fieldBytes: 4096,
  leaves: 20_000,
  entries: 1000,
  attachments: 200,
};
