import * as ch from './characters.ts';
import { DIRECT, type Octets } from './octets.ts';
import { readReference, referenceCode, referenceLength } from './references.ts';
import type { Scanner } from './scan.ts';
import * as tp from './tape.ts';
import { NOTHING, WORDS, XML_PREFIX } from './words.ts';

/** How to canonicalise: inclusive C14N 1.0, or exclusive C14N 1.0 with an optional PrefixList (name numbers). */
export interface Method {
  readonly inclusive: boolean;
  readonly prefixes: ReadonlySet<number> | null;
}

/** Records to canonicalise, the apex's start record first; `skip` is an element left out (enveloped-signature). */
export interface Extent {
  readonly from: number;
  readonly to: number;
  readonly skip: { readonly from: number; readonly to: number } | null;
}

/** What an apex inside a document takes from its ancestors: bindings in scope, and `xml:` attributes (as cells). */
interface Context {
  readonly bindings: ReadonlyMap<number, number>;
  readonly attributes: readonly number[];
}

const UNRENDERED = -1;
const XMLNS = Buffer.from(' xmlns');
const RETURN_WRITTEN = Buffer.from('&#xD;');
/** What differs between `&#13;` and `&#xD;`, two bytes behind the ampersand. */
const RETURN_DIGITS = Buffer.from('xD');
const ESCAPES = new Map([
  [ch.AMPERSAND, Buffer.from('&amp;')],
  [ch.LESS, Buffer.from('&lt;')],
  [ch.GREATER, Buffer.from('&gt;')],
  [ch.QUOTE, Buffer.from('&quot;')],
  [ch.RETURN, RETURN_WRITTEN],
  [ch.LINE_FEED, Buffer.from('&#xA;')],
  [ch.TAB, Buffer.from('&#x9;')],
]);

/**
 * Pass 2: canonical octets from the tape (Canonical XML 1.0, Exclusive XML Canonicalization 1.0, both without
 * comments). Everything between two rewritten places is copied from the input as one range; most tags and nearly all
 * text are canonical as they stand.
 */
export class Canonicalizer {
  private readonly scanner: Scanner;
  private readonly octets: Octets;
  /** URI last written for each prefix in the output, and what to restore when an element ends. */
  private readonly rendered: Int32Array;
  private undoPrefix = new Int32Array(256);
  private undoUri = new Int32Array(256);
  private undoCount = 0;
  private readonly undoAt: Int32Array;
  /** Declarations and attributes that the tag being looked at needs, in canonical order. */
  private readonly prefixes: Int32Array;
  private readonly uris: Int32Array;
  private declarations = 0;
  private readonly order: Int32Array;
  private attributes = 0;

  constructor(
    scanner: Scanner,
    octets: Octets,
    sizes: { readonly names: number; readonly depth: number; readonly attributes: number },
  ) {
    this.scanner = scanner;
    this.octets = octets;
    const names = WORDS.length + sizes.names;
    this.rendered = new Int32Array(names);
    this.prefixes = new Int32Array(names);
    this.uris = new Int32Array(names);
    this.undoAt = new Int32Array(sizes.depth + 2);
    this.order = new Int32Array(sizes.attributes * (sizes.depth + 1));
  }

  /** Puts the canonical form of an extent into the octets. */
  emit(extent: Extent, method: Method): void {
    const { scanner, octets } = this;
    const { bytes, tape } = scanner;
    const { cells } = tape;
    this.rendered.fill(UNRENDERED);
    this.rendered[NOTHING] = NOTHING;
    this.undoCount = 0;
    const skipFrom = extent.skip?.from ?? -1;
    let context = this.contextOf(extent.from, method);
    let copied = cells[extent.from + tp.START_FROM]!;
    let depth = 0;
    for (let at = extent.from; at < extent.to; ) {
      const record = cells[at]!;
      const kind = record & tp.KIND;
      if (at === skipFrom && extent.skip !== null) {
        octets.put(bytes, copied, cells[at + tp.START_FROM]!);
        at = extent.skip.to;
        copied = cells[at - tp.END_SIZE + tp.END_TO]!;
      } else if (kind === tp.PATCH) {
        at = this.putPatches(at, copied);
        copied = cells[at - tp.PATCH_SIZE + tp.PATCH_TO]!;
      } else if (kind === tp.END) {
        if (record !== tp.END) {
          octets.put(bytes, copied, cells[at + tp.END_FROM]!);
          this.putEndTag(cells[cells[at + tp.END_START]! + tp.START_QNAME]!);
          copied = cells[at + tp.END_TO]!;
        }
        this.restore(this.undoAt[depth--]!);
        at += tp.END_SIZE;
      } else {
        this.undoAt[++depth] = this.undoCount;
        if (!this.keepsTag(at, method, context)) {
          octets.put(bytes, copied, cells[at + tp.START_FROM]!);
          this.putStartTag(at);
          copied = cells[at + tp.START_TO]!;
        }
        context = null;
        at = tape.content(at);
      }
    }
    octets.put(bytes, copied, cells[extent.to - tp.END_SIZE + tp.END_TO]!);
  }

  /** Text up to the end of the patch here, or of a run of patches that can be made together; the record behind them. */
  private putPatches(first: number, copied: number): number {
    const { octets } = this;
    const { bytes, tape } = this.scanner;
    const { cells } = tape;
    let end = first;
    while (isReturn(cells, end) && cells[end + tp.PATCH_TO]! - copied <= DIRECT) end += tp.PATCH_SIZE;
    if (end === first) {
      octets.put(bytes, copied, cells[first + tp.PATCH_FROM]!);
      this.putText(cells[first + tp.PATCH_CODE]!);
      return first + tp.PATCH_SIZE;
    }
    const to = cells[end - tp.PATCH_SIZE + tp.PATCH_TO]!;
    octets.put(bytes, copied, to);
    for (let at = first; at < end; at += tp.PATCH_SIZE)
      octets.overwrite(to - cells[at + tp.PATCH_FROM]! - 2, RETURN_DIGITS);
    return end;
  }

  /** Works out what a start tag must say; true when the input says exactly that already. */
  private keepsTag(start: number, method: Method, context: Context | null): boolean {
    const { cells } = this.scanner.tape;
    const attributes = cells[start + tp.START_ATTRIBUTES]!;
    const declarations = cells[start + tp.START_DECLARATIONS]!;
    const asWritten = cells[start] === tp.START;
    if (context === null && attributes === 0 && declarations === 0 && asWritten) {
      const prefix = this.scanner.qnames.prefixes[cells[start + tp.START_QNAME]!]!;
      const known = method.inclusive || this.rendered[prefix] === cells[start + tp.START_URI] || prefix === XML_PREFIX;
      if (known) return true;
    }
    this.collectDeclarations(start, method, context);
    const sorted = this.collectAttributes(start, context);
    if (!asWritten || !sorted || this.declarations !== declarations) return false;
    const first = this.scanner.tape.declarations(start);
    for (let k = 0; k < declarations; k++) {
      const cell = first + k * tp.DECLARATION_SIZE;
      if (this.prefixes[k] !== cells[cell] || this.uris[k] !== cells[cell + tp.DECLARATION_URI]) return false;
    }
    return true;
  }

  private collectDeclarations(start: number, method: Method, context: Context | null): void {
    const { scanner } = this;
    const { cells } = scanner.tape;
    this.declarations = 0;
    if (!method.inclusive) this.collectUsed(start);
    const first = scanner.tape.declarations(start);
    const last = scanner.tape.content(start);
    for (let cell = first; cell < last; cell += tp.DECLARATION_SIZE) {
      const prefix = cells[cell]!;
      if (method.inclusive || method.prefixes?.has(prefix)) this.render(prefix, cells[cell + tp.DECLARATION_URI]!);
    }
    if (context !== null) {
      for (const [prefix, uri] of context.bindings) {
        if (method.inclusive || method.prefixes?.has(prefix)) this.render(prefix, uri);
      }
    }
  }

  /** Exclusive C14N section 3: the prefixes that the tag visibly uses. */
  private collectUsed(start: number): void {
    const { cells } = this.scanner.tape;
    const { prefixes } = this.scanner.qnames;
    this.render(prefixes[cells[start + tp.START_QNAME]!]!, cells[start + tp.START_URI]!);
    const last = this.scanner.tape.declarations(start);
    for (let cell = start + tp.START_SIZE; cell < last; cell += tp.ATTRIBUTE_SIZE) {
      const prefix = prefixes[cells[cell]!]!;
      if (prefix !== NOTHING) this.render(prefix, cells[cell + tp.ATTRIBUTE_URI]!);
    }
  }

  /** Adds a declaration in its place by prefix, unless the output has the same binding in scope already. */
  private render(prefix: number, uri: number): void {
    const { rendered, prefixes, uris } = this;
    if (prefix === XML_PREFIX || rendered[prefix] === uri) return;
    if (this.undoCount >= this.undoPrefix.length) {
      this.undoPrefix = tp.grown(this.undoPrefix, this.undoCount + 1);
      this.undoUri = tp.grown(this.undoUri, this.undoCount + 1);
    }
    this.undoPrefix[this.undoCount] = prefix;
    this.undoUri[this.undoCount++] = rendered[prefix]!;
    rendered[prefix] = uri;
    let place = this.declarations++;
    for (; place > 0 && this.scanner.names.compare(prefixes[place - 1]!, prefix) > 0; place--) {
      prefixes[place] = prefixes[place - 1]!;
      uris[place] = uris[place - 1]!;
    }
    prefixes[place] = prefix;
    uris[place] = uri;
  }

  /** Puts the tag's attributes in canonical order; true when they are in it already and none is inherited. */
  private collectAttributes(start: number, context: Context | null): boolean {
    const { cells } = this.scanner.tape;
    this.attributes = 0;
    let sorted = true;
    const last = this.scanner.tape.declarations(start);
    for (let cell = start + tp.START_SIZE; cell < last; cell += tp.ATTRIBUTE_SIZE) {
      if (!this.place(cell)) sorted = false;
    }
    if (context === null) return sorted;
    for (const cell of context.attributes) {
      const own = this.order.subarray(0, this.attributes).some((other) => this.sameName(cells[other]!, cells[cell]!));
      if (own) continue;
      this.place(cell);
      sorted = false;
    }
    return sorted;
  }

  private place(cell: number): boolean {
    const { order } = this;
    const end = this.attributes++;
    let place = end;
    for (; place > 0 && this.isLater(order[place - 1]!, cell); place--) order[place] = order[place - 1]!;
    order[place] = cell;
    return place === end;
  }

  /** C14N 1.0 section 2.2: attributes by namespace URI, then by local name. */
  private isLater(left: number, right: number): boolean {
    const { tape, names, qnames } = this.scanner;
    const uri = tape.cells[left + tp.ATTRIBUTE_URI]!;
    const other = tape.cells[right + tp.ATTRIBUTE_URI]!;
    if (uri !== other) return names.compare(uri, other) > 0;
    return names.compare(qnames.locals[tape.cells[left]!]!, qnames.locals[tape.cells[right]!]!) > 0;
  }

  /** Two `xml:` attributes with the same local name. */
  private sameName(left: number, right: number): boolean {
    const { prefixes, locals } = this.scanner.qnames;
    return prefixes[left] === prefixes[right] && locals[left] === locals[right];
  }

  private restore(to: number): void {
    while (this.undoCount > to) {
      this.undoCount--;
      this.rendered[this.undoPrefix[this.undoCount]!] = this.undoUri[this.undoCount]!;
    }
  }

  private putStartTag(start: number): void {
    const { octets, scanner } = this;
    const { bytes, tape } = scanner;
    const { cells } = tape;
    octets.byte(ch.LESS);
    this.putName(cells[start + tp.START_QNAME]!);
    for (let k = 0; k < this.declarations; k++) {
      octets.put(XMLNS, 0, XMLNS.length);
      if (this.prefixes[k] !== NOTHING) {
        octets.byte(ch.COLON);
        this.putInterned(this.prefixes[k]!);
      }
      octets.byte(ch.EQUALS);
      octets.byte(ch.QUOTE);
      this.putInterned(this.uris[k]!);
      octets.byte(ch.QUOTE);
    }
    for (let k = 0; k < this.attributes; k++) {
      const cell = this.order[k]!;
      octets.byte(ch.SPACE);
      this.putName(cells[cell]!);
      octets.byte(ch.EQUALS);
      octets.byte(ch.QUOTE);
      const from = cells[cell + tp.ATTRIBUTE_FROM]!;
      const to = cells[cell + tp.ATTRIBUTE_TO]!;
      if (cells[cell + tp.ATTRIBUTE_CLEAN] === 1) octets.put(bytes, from, to);
      else this.putValue(from, to);
      octets.byte(ch.QUOTE);
    }
    octets.byte(ch.GREATER);
    const end = tape.content(start);
    const empty = cells[end] === tp.END && cells[end + tp.END_FROM] === cells[end + tp.END_TO];
    if (empty) this.putEndTag(cells[start + tp.START_QNAME]!);
  }

  private putEndTag(qname: number): void {
    this.octets.byte(ch.LESS);
    this.octets.byte(ch.SLASH);
    this.putName(qname);
    this.octets.byte(ch.GREATER);
  }

  private putName(qname: number): void {
    const { bytes, qnames } = this.scanner;
    const from = qnames.positions[qname]!;
    this.octets.put(bytes, from, from + qnames.lengths[qname]!);
  }

  private putInterned(id: number): void {
    const { bytes, offsets, lengths } = this.scanner.names;
    this.octets.put(bytes, offsets[id]!, offsets[id]! + lengths[id]!);
  }

  /** A character of text (C14N 1.0 section 2.3: `&`, `<`, `>` and return are escaped). */
  private putText(code: number): void {
    const escaped = code === ch.QUOTE || code === ch.TAB || code === ch.LINE_FEED ? undefined : ESCAPES.get(code);
    if (escaped === undefined) this.octets.character(code);
    else this.octets.put(escaped, 0, escaped.length);
  }

  /** An attribute value that is not canonical as it stands: normalised (XML 1.0 section 3.3.3), then escaped. */
  private putValue(from: number, to: number): void {
    const { bytes } = this.scanner;
    const { octets } = this;
    let copied = from;
    for (let at = from; at < to; ) {
      const byte = bytes[at]!;
      const kind = ch.VALUE_CLASS[byte]!;
      if (kind === ch.PLAIN || byte === ch.APOSTROPHE || kind === ch.IS_NONCHARACTER_LEAD) {
        at++;
        continue;
      }
      octets.put(bytes, copied, at);
      if (kind === ch.IS_AMPERSAND) {
        const packed = readReference(bytes, at);
        this.putReferenced(referenceCode(packed));
        at += referenceLength(packed);
      } else if (kind === ch.IS_QUOTE) {
        this.putReferenced(ch.QUOTE);
        at++;
      } else {
        octets.byte(ch.SPACE);
        at += byte === ch.RETURN && bytes[at + 1] === ch.LINE_FEED ? 2 : 1;
      }
      copied = at;
    }
    octets.put(bytes, copied, to);
  }

  /** A character of an attribute value (C14N 1.0 section 2.3: `>` stays). */
  private putReferenced(code: number): void {
    const escaped = code === ch.GREATER ? undefined : ESCAPES.get(code);
    if (escaped === undefined) this.octets.character(code);
    else this.octets.put(escaped, 0, escaped.length);
  }

  /** Null for the document's root and where the method takes nothing from ancestors. */
  private contextOf(apex: number, method: Method): Context | null {
    const { tape, qnames } = this.scanner;
    const { cells } = tape;
    if (cells[apex + tp.START_PARENT] === -1 || (!method.inclusive && method.prefixes === null)) return null;
    const chain: number[] = [];
    for (let at = apex; at >= 0; at = cells[at + tp.START_PARENT]!) chain.unshift(at);
    const bindings = new Map<number, number>();
    const inherited = new Map<number, number>();
    for (const at of chain) {
      const declarations = tape.declarations(at);
      for (let cell = declarations; cell < tape.content(at); cell += tp.DECLARATION_SIZE) {
        bindings.set(cells[cell]!, cells[cell + tp.DECLARATION_URI]!);
      }
      if (at === apex || !method.inclusive) continue;
      for (let cell = at + tp.START_SIZE; cell < declarations; cell += tp.ATTRIBUTE_SIZE) {
        if (qnames.prefixes[cells[cell]!] === XML_PREFIX) inherited.set(qnames.locals[cells[cell]!]!, cell);
      }
    }
    return { bindings, attributes: [...inherited.values()] };
  }
}

/** A patch whose canonical form is as long as what stands there: `&#13;`. */
function isReturn(cells: Int32Array, at: number): boolean {
  if (cells[at] !== tp.PATCH || cells[at + tp.PATCH_CODE] !== ch.RETURN) return false;
  return cells[at + tp.PATCH_TO]! - cells[at + tp.PATCH_FROM]! === RETURN_WRITTEN.length;
}
