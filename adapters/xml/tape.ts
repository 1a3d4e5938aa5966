import { refuse } from './refuse.ts';

/*
 * The tape: one row of 32-bit cells that holds all that later steps need to know of a document. Records follow each
 * other in document order; names are numbers of the name tables, positions are byte offsets into the input. Text that is
 * already canonical has no record.
 *
 *   start  kind|flag, qname, from, to, uri, attributes, declarations, parent, then the attributes, then the declarations
 *   end    kind|flag, from, to, start
 *   patch  kind, from, to, code: the bytes stand for this one character but are not its canonical form
 */

export const KIND = 15;
export const START = 1;
export const END = 2;
export const PATCH = 3;
/** Flag of a tag that is not written canonically. */
export const REWRITE = 16;

export const START_QNAME = 1;
export const START_FROM = 2;
export const START_TO = 3;
export const START_URI = 4;
export const START_ATTRIBUTES = 5;
export const START_DECLARATIONS = 6;
export const START_PARENT = 7;
export const START_SIZE = 8;

export const ATTRIBUTE_QNAME = 0;
export const ATTRIBUTE_URI = 1;
export const ATTRIBUTE_FROM = 2;
export const ATTRIBUTE_TO = 3;
/** 1 when the value's bytes are canonical and hold no reference that reading must resolve differently. */
export const ATTRIBUTE_CLEAN = 4;
export const ATTRIBUTE_SIZE = 5;

export const DECLARATION_PREFIX = 0;
export const DECLARATION_URI = 1;
export const DECLARATION_SIZE = 2;

export const END_FROM = 1;
export const END_TO = 2;
export const END_START = 3;
export const END_SIZE = 4;

export const PATCH_FROM = 1;
export const PATCH_TO = 2;
export const PATCH_CODE = 3;
export const PATCH_SIZE = 4;

/** A row of cells that grows up to a cap. `cells` is replaced when it grows: read it again after `reserve`. */
export class Tape {
  cells = new Int32Array(1 << 14);
  length = 0;
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Makes room for that many more cells. */
  reserve(count: number, position: number): void {
    const needed = this.length + count;
    if (needed <= this.cells.length) return;
    if (needed > this.limit) refuse('nodes', position);
    this.cells = grown(this.cells, needed);
  }

  patch(from: number, to: number, code: number): void {
    this.reserve(PATCH_SIZE, from);
    const { cells, length } = this;
    cells[length] = PATCH;
    cells[length + PATCH_FROM] = from;
    cells[length + PATCH_TO] = to;
    cells[length + PATCH_CODE] = code;
    this.length = length + PATCH_SIZE;
  }

  end(flag: number, from: number, to: number, start: number): void {
    this.reserve(END_SIZE, from);
    const { cells, length } = this;
    cells[length] = END | flag;
    cells[length + END_FROM] = from;
    cells[length + END_TO] = to;
    cells[length + END_START] = start;
    this.length = length + END_SIZE;
  }

  /** The record behind a start record with its attributes and declarations: the element's first content. */
  content(start: number): number {
    return this.declarations(start) + (this.cells[start + START_DECLARATIONS] ?? 0) * DECLARATION_SIZE;
  }

  declarations(start: number): number {
    return start + START_SIZE + (this.cells[start + START_ATTRIBUTES] ?? 0) * ATTRIBUTE_SIZE;
  }

  /** The record behind the end record of the element that starts here. */
  after(start: number): number {
    const { cells } = this;
    let depth = 0;
    for (let at = start; ; ) {
      const kind = cells[at]! & KIND;
      if (kind === START) {
        depth++;
        at = this.content(at);
      } else if (kind === END) {
        at += END_SIZE;
        if (--depth === 0) return at;
      } else at += PATCH_SIZE;
    }
  }
}

/** A longer copy: at least `needed` cells, at least twice as many as before. */
export function grown(cells: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(Math.max(needed, cells.length * 2));
  longer.set(cells);
  return longer;
}
