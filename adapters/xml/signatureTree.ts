import { isBlank } from './characters.ts';
import { decodeText } from './references.ts';
import { refuse } from './refuse.ts';
import type { Scanner } from './scan.ts';
import * as tp from './tape.ts';
import { EXCLUSIVE_NAMESPACE, NOTHING, SIGNATURE_NAMESPACE, wordId, XADES_ELEMENTS, XADES_NAMESPACE } from './words.ts';

/** An element inside ds:Signature. Names are word numbers; `text` is there only where there are no children. */
export interface SignatureNode {
  readonly name: number;
  readonly attributes: ReadonlyMap<number, string>;
  readonly children: readonly SignatureNode[];
  readonly text: string;
  /** Start record, and the record behind the element. */
  readonly from: number;
  readonly to: number;
  /** Byte offset of the element. */
  readonly position: number;
}

/** Far above what a signature with a chain of certificates needs. */
const MOST_NODES = 200;
const MOST_TEXT_BYTES = 32 * 1024;

const DS = wordId(SIGNATURE_NAMESPACE);
/** Names that belong to another namespace than XMLDSig's own; a name tells its namespace, whatever its place. */
const OTHER_NAMESPACES: ReadonlyMap<number, number> = new Map([
  [wordId('InclusiveNamespaces'), wordId(EXCLUSIVE_NAMESPACE)],
  ...XADES_ELEMENTS.map((name) => [wordId(name), wordId(XADES_NAMESPACE)] as const),
]);
/** Signed properties that are let be: nothing reads what is inside them, so its shape does not matter. */
const UNREAD: ReadonlySet<number> = new Set(
  [
    'SignaturePolicyIdentifier',
    'SignatureProductionPlace',
    'SignatureProductionPlaceV2',
    'SignerRole',
    'SignerRoleV2',
    'DataObjectFormat',
    'CommitmentTypeIndication',
  ].map(wordId),
);
const NO_ATTRIBUTES: ReadonlyMap<number, string> = new Map();

/**
 * Reads the ds:Signature into a small tree. Nothing in it may go unread: other namespaces, prefixed attributes, text
 * between elements and references in attribute values are refused. A few signed properties of XAdES are known to be unread.
 */
export function readTree(scanner: Scanner): SignatureNode {
  const reader = new TreeReader(scanner);
  return reader.node(scanner.signature);
}

class TreeReader {
  private readonly scanner: Scanner;
  private nodes = 0;

  constructor(scanner: Scanner) {
    this.scanner = scanner;
  }

  node(from: number): SignatureNode {
    const { bytes, qnames, tape } = this.scanner;
    const { cells } = tape;
    const position = cells[from + tp.START_FROM]!;
    const name = qnames.locals[cells[from + tp.START_QNAME]!]!;
    const uri = OTHER_NAMESPACES.get(name) ?? DS;
    if (cells[from + tp.START_URI] !== uri || ++this.nodes > MOST_NODES) refuse('signature-structure', position);
    if (UNREAD.has(name)) {
      return { name, attributes: NO_ATTRIBUTES, children: [], text: '', from, to: tape.after(from), position };
    }
    const attributes = this.attributes(from);
    const children: SignatureNode[] = [];
    const textFrom = cells[from + tp.START_TO]!;
    let blankFrom = textFrom;
    let solid = false;
    for (let at = tape.content(from); ; ) {
      const kind = cells[at]! & tp.KIND;
      if (kind === tp.PATCH) {
        at += tp.PATCH_SIZE;
        continue;
      }
      // Start and end records hold the position of their tag in different cells.
      const tagFrom = kind === tp.START ? cells[at + tp.START_FROM]! : cells[at + tp.END_FROM]!;
      if (!isBlank(bytes, blankFrom, tagFrom)) solid = true;
      if (kind === tp.START) {
        const child = this.node(at);
        children.push(child);
        at = child.to;
        blankFrom = cells[at - tp.END_SIZE + tp.END_TO]!;
        continue;
      }
      if (solid && children.length > 0) refuse('signature-structure', position);
      if (tagFrom - textFrom > MOST_TEXT_BYTES && children.length === 0) refuse('signature-structure', position);
      const text = children.length > 0 ? '' : decodeText(bytes, textFrom, tagFrom);
      return { name, attributes, children, text, from, to: at + tp.END_SIZE, position };
    }
  }

  private attributes(from: number): Map<number, string> {
    const { bytes, qnames, tape } = this.scanner;
    const { cells } = tape;
    const found = new Map<number, string>();
    for (let cell = from + tp.START_SIZE; cell < tape.declarations(from); cell += tp.ATTRIBUTE_SIZE) {
      const [first, last] = [cells[cell + tp.ATTRIBUTE_FROM]!, cells[cell + tp.ATTRIBUTE_TO]!];
      const value = bytes.toString('utf8', first, last);
      const plain = cells[cell + tp.ATTRIBUTE_CLEAN] === 1 && !value.includes('&');
      if (qnames.prefixes[cells[cell]!] !== NOTHING || !plain) refuse('signature-structure', first);
      found.set(qnames.locals[cells[cell]!]!, value);
    }
    return found;
  }
}

/** No other attribute than these. */
export function requireAttributes(node: SignatureNode, ...allowed: readonly number[]): void {
  for (const name of node.attributes.keys()) if (!allowed.includes(name)) refuse('signature-structure', node.position);
}

/** The children, which must be exactly these in this order. */
export function requireChildren<const Names extends readonly number[]>(
  node: SignatureNode,
  ...names: Names
): { readonly [K in keyof Names]: SignatureNode } {
  const same = node.children.length === names.length && node.children.every((child, k) => child.name === names[k]);
  if (!same) refuse('signature-structure', node.position);
  // One node for each name: that is what `same` just said.
  return node.children as unknown as { readonly [K in keyof Names]: SignatureNode };
}

/** Neither children nor text. */
export function requireEmpty(node: SignatureNode): void {
  if (node.children.length > 0 || node.text.trim() !== '') refuse('signature-structure', node.position);
}

/** Text and nothing else. */
export function requireLeaf(node: SignatureNode): void {
  if (node.children.length > 0) refuse('signature-structure', node.position);
}
