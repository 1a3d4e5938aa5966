import { URI_CHARACTER } from './characters.ts';
import type { NameTable } from './names.ts';
import { refuse } from './refuse.ts';
import { grown } from './tape.ts';
import * as words from './words.ts';

const XML_URI = words.wordId(words.XML_NAMESPACE);
const XMLNS_URI = words.wordId(words.XMLNS_NAMESPACE);
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;

/** The URI of a prefix that is not bound. */
export const UNBOUND = -1;

/** Which namespace URI each prefix is bound to at the place being read. */
export class Bindings {
  private readonly names: NameTable;
  private readonly uris: Int32Array;
  /** 1 for a name of this document that is known to be a sound URI. */
  private readonly sound: Uint8Array;
  private undoPrefix = new Int32Array(256);
  private undoUri = new Int32Array(256);
  /** Declarations in force; give it to `undoTo` when an element ends. */
  count = 0;

  constructor(names: NameTable, capacity: number) {
    this.names = names;
    this.uris = new Int32Array(capacity);
    this.sound = new Uint8Array(capacity);
  }

  reset(): void {
    this.count = 0;
    this.uris.fill(UNBOUND);
    this.sound.fill(0);
    this.uris[words.NOTHING] = words.NOTHING;
    this.uris[words.XML_PREFIX] = XML_URI;
  }

  uri(prefix: number): number {
    return this.uris[prefix]!;
  }

  /** Takes a declaration whose URI is this range of the input, and answers the URI's number. */
  bind(prefix: number, bytes: Uint8Array, range: { readonly from: number; readonly to: number }): number {
    const { from, to } = range;
    const uri = this.names.intern(bytes, from, to);
    if (this.sound[uri] !== 1) {
      checkUri(bytes, from, to);
      this.sound[uri] = 1;
    }
    // Namespaces in XML 1.0 section 3: `xml` and `xmlns` are not to be bound; only the default namespace can be undone.
    const wrong =
      prefix === words.XMLNS_PREFIX ||
      (prefix === words.XML_PREFIX) !== (uri === XML_URI) ||
      uri === XMLNS_URI ||
      (prefix !== words.NOTHING && uri === words.NOTHING);
    if (wrong) refuse('namespace-declaration', from);
    if (this.count >= this.undoPrefix.length) {
      this.undoPrefix = grown(this.undoPrefix, this.count + 1);
      this.undoUri = grown(this.undoUri, this.count + 1);
    }
    this.undoPrefix[this.count] = prefix;
    this.undoUri[this.count++] = this.uris[prefix]!;
    this.uris[prefix] = uri;
    return uri;
  }

  undoTo(count: number): void {
    while (this.count > count) {
      this.count--;
      this.uris[this.undoPrefix[this.count]!] = this.undoUri[this.count]!;
    }
  }
}

/** Characters that canonicalisers print differently are refused, and relative URIs too (C14N 1.0 section 1.3). */
function checkUri(bytes: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to; at++) if (URI_CHARACTER[bytes[at]!] === 0) refuse('namespace-uri', at);
  if (to > from && !SCHEME.test(Buffer.from(bytes.subarray(from, to)).toString('latin1')))
    refuse('namespace-uri', from);
}
