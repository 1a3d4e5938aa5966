import { XmlDocument, XmlElement } from 'libxml2-wasm';
import { createEngine } from '../../../adapters/xml/engine.ts';
import { XmlRefusal } from '../../../adapters/xml/refuse.ts';

/** libxml2 is the judge of canonical octets in tests; it is never on the path of a signed message. */
const INCLUSIVE_MODE = 0;
const EXCLUSIVE_MODE = 1;

export const roomy = {
  ...{ depth: 2000, attributes: 500, names: 3500, nameBytes: 1000, elements: 10_000_000, cells: 1 << 26 },
};

const engine = createEngine(roomy);

export interface OracleOptions {
  readonly inclusive: boolean;
  /** Take the first Signature element out first. */
  readonly withoutSignature?: boolean;
}

/** Canonical octets by libxml2; null when it calls the document malformed or cannot canonicalise it. */
export function oracleOctets(bytes: Buffer, options: OracleOptions): Buffer | null {
  let document: XmlDocument;
  try {
    document = XmlDocument.fromBuffer(bytes);
  } catch {
    return null;
  }
  try {
    if (options.withoutSignature === true) document.get("//*[local-name()='Signature']")?.remove();
    return Buffer.from(document.canonicalizeToString({ mode: options.inclusive ? INCLUSIVE_MODE : EXCLUSIVE_MODE }));
  } catch {
    return null;
  } finally {
    document.dispose();
  }
}

/** True when libxml2 can parse it: what it refuses beyond well-formedness (URI syntax, xml:id) is not held against us. */
export function isWellFormed(bytes: Buffer): 'yes' | 'no' | 'other rule' {
  try {
    XmlDocument.fromBuffer(bytes).dispose();
    return 'yes';
  } catch (error) {
    return error instanceof Error && /valid URI|xml:id|absolute/.test(error.message) ? 'other rule' : 'no';
  }
}

/** Canonical octets by the engine; null when it refuses. Any other error passes through. */
export function engineOctets(bytes: Buffer, options: OracleOptions): Buffer | null {
  try {
    return engine.canonicalize(bytes, options);
  } catch (error) {
    if (error instanceof XmlRefusal) return null;
    throw error;
  }
}

/** Child indexes of the element that a simple path like `/a/b:c[2]/*` names, found by libxml2. */
export function childPath(bytes: Buffer, path: string): number[] {
  const document = XmlDocument.fromBuffer(bytes);
  try {
    let element: XmlElement = document.root;
    const indexes: number[] = [];
    for (const step of path.split('/').slice(2)) {
      const wanted = Number(/\[(\d+)\]/.exec(step)?.[1] ?? 1);
      const name = step.replace(/\[.*/, '');
      const children = elementsOf(element);
      const named = children.filter((child) => name === '*' || name.split(':').pop() === child.name);
      const found = named[wanted - 1];
      if (found === undefined) throw new Error(`no ${step} in ${path}`);
      indexes.push(children.indexOf(found));
      element = found;
    }
    return indexes;
  } finally {
    document.dispose();
  }
}

function elementsOf(parent: XmlElement): XmlElement[] {
  const found: XmlElement[] = [];
  for (let node = parent.firstChild; node !== null; node = node.next) if (node instanceof XmlElement) found.push(node);
  return found;
}
