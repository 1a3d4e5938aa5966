import { messageKind } from '../../core/edxml/completeMessage.ts';
import type { AttachmentInfo, EdxmlMessage, MessageParts } from '../../core/edxml/message.ts';
import { isBlank } from './characters.ts';
import { DOCUMENT_PLAN, type Plan, type PlanRule } from './fieldPlan.ts';
import { LeafText } from './leafText.ts';
import type { Limits } from './limits.ts';
import { refuse } from './refuse.ts';
import type { Scanner } from './scan.ts';
import * as tp from './tape.ts';
import { EDXML_URI, wordId } from './words.ts';

/** An attachment and where its base64 text lies in the document. */
export interface AttachmentRange extends AttachmentInfo {
  /** Byte offsets of the text of ContentTransferEncoded; both 0 when the element is missing or empty. */
  readonly from: number;
  readonly to: number;
}

export interface ReadFields {
  readonly message: EdxmlMessage;
  readonly attachments: readonly AttachmentRange[];
  /** Elements that this version does not know, counted with what is in them. */
  readonly unknownElements: number;
  /** Position of a signature block that is no ds:Signature, so that no verifier recognises it; -1 when there is none. */
  readonly foreignSignature: number;
}

/** The shape of what the plan yields for a whole document. */
interface WholeDocument {
  readonly edXMLEnvelope: {
    readonly edXMLHeader: Omit<MessageParts, 'edXMLManifest'>;
    readonly edXMLBody: Pick<MessageParts, 'edXMLManifest'>;
  };
  readonly AttachmentEncoded: { readonly Attachment: readonly WithContent[] };
}
type WithContent = AttachmentInfo & {
  readonly ContentTransferEncoded?: { readonly from: number; readonly to: number };
};

const ROOT = wordId('edXML');
/** What message libraries call their signature blocks. ds:Signature itself is stepped over before names are compared. */
const SIGNATURES = [wordId('Signature'), wordId('DigitalSignature')];
/** Longer raw texts cannot decode to a field of the allowed length in any sensible writing. */
const RAW_FACTOR = 16;
/** Longer texts of unknown elements cannot be a secrecy mark. */
const UNKNOWN_TEXT_BYTES = 256;

type Group = { [name: string]: unknown };
/** What was found for each rule of a plan: nothing yet, or null for an element without content. */
type Slots = unknown[];

/** Reads the message from the tape that is canonicalised, never from inside the Signature. Throws XmlRefusal. */
export function readFields(scanner: Scanner, limits: Limits): ReadFields {
  return new FieldReader(scanner, limits).read();
}

class FieldReader {
  private readonly scanner: Scanner;
  private readonly limits: Limits;
  private readonly text: LeafText;
  /** Behind the element that was read last. */
  private next = 0;
  /** Texts found so far: an entry of a list that adds none is empty, which means absent. */
  private values = 0;
  private leaves = 0;
  private unknownElements = 0;
  private foreignSignature = -1;
  private readonly unknownTexts: string[] = [];

  constructor(scanner: Scanner, limits: Limits) {
    this.scanner = scanner;
    this.limits = limits;
    this.text = new LeafText(scanner.bytes);
  }

  read(): ReadFields {
    const { cells } = this.scanner.tape;
    if (this.scanner.qnames.locals[cells[tp.START_QNAME]!] !== ROOT) refuse('root', cells[tp.START_FROM]!);
    if (cells[tp.START_URI] !== EDXML_URI) refuse('namespace', cells[tp.START_FROM]!);
    // DOCUMENT_PLAN is made from the total shapes of core/edxml, so what it yields has this shape.
    const whole = this.group(0, DOCUMENT_PLAN) as unknown as WholeDocument;
    const parts = { ...whole.edXMLEnvelope.edXMLHeader, ...whole.edXMLEnvelope.edXMLBody };
    return {
      message: { kind: messageKind(parts), ...parts, unknownTexts: this.unknownTexts },
      attachments: whole.AttachmentEncoded.Attachment.map(({ ContentTransferEncoded: content, ...info }) => ({
        ...info,
        from: content?.from ?? 0,
        to: content?.to ?? 0,
      })),
      unknownElements: this.unknownElements,
      foreignSignature: this.foreignSignature,
    };
  }

  /** Reads the elements inside one element; text between them is refused, as readers would disagree on it. */
  private group(start: number, plan: Plan): Group {
    const { bytes, tape, signature, signatureEnd } = this.scanner;
    const { cells } = tape;
    const slots: Slots = new Array<unknown>(plan.all.length);
    let blankFrom = cells[start + tp.START_TO]!;
    for (let at = tape.content(start); ; ) {
      const kind = cells[at]! & tp.KIND;
      if (kind === tp.PATCH) {
        at += tp.PATCH_SIZE;
        continue;
      }
      const tagFrom = kind === tp.START ? cells[at + tp.START_FROM]! : cells[at + tp.END_FROM]!;
      if (!isBlank(bytes, blankFrom, tagFrom)) refuse('mixed-content', blankFrom);
      if (kind === tp.END) {
        this.next = at + tp.END_SIZE;
        return groupOf(slots, plan);
      }
      if (at === signature) at = signatureEnd;
      else {
        this.child(at, plan, slots);
        at = this.next;
      }
      blankFrom = cells[at - tp.END_SIZE + tp.END_TO]!;
    }
  }

  private child(at: number, plan: Plan, slots: Slots): void {
    const { qnames, tape } = this.scanner;
    const { cells } = tape;
    const local = qnames.locals[cells[at + tp.START_QNAME]!]!;
    const rule = plan.rules[local];
    const position = cells[at + tp.START_FROM]!;
    const known = cells[at + tp.START_URI] === EDXML_URI;
    if (rule === undefined) {
      this.unknown(at, plan.collectsUnknown);
      return;
    }
    // A known name in another namespace would be read by some and skipped by others.
    if (!known) refuse('namespace', position);
    const found = slots[rule.slot];
    if (rule.most === 1) {
      if (found !== undefined) refuse('duplicate-element', position);
      slots[rule.slot] = this.value(at, rule) ?? null;
      return;
    }
    const entries: unknown[] = Array.isArray(found) ? found : [];
    slots[rule.slot] = entries;
    const before = this.values;
    const value = this.value(at, rule);
    if (this.values === before) return;
    entries.push(value);
    if (entries.length > this.limits[rule.most]) refuse('field-count', position);
  }

  private value(at: number, rule: PlanRule): unknown {
    if (rule.plan !== null) return this.group(at, rule.plan);
    const { cells } = this.scanner.tape;
    const from = cells[at + tp.START_TO]!;
    const end = this.leafEnd(at);
    const to = cells[end + tp.END_FROM]!;
    this.next = end + tp.END_SIZE;
    if (++this.leaves > this.limits.leaves) refuse('field-count', from);
    if (to <= from) return undefined;
    if (rule.isContent) {
      this.values++;
      return { from, to };
    }
    const { fieldBytes } = this.limits;
    if (to - from > fieldBytes * RAW_FACTOR) refuse('field-length', from);
    const text = this.text.read(from, to);
    // No writing of a text is shorter than the text itself.
    if (to - from > fieldBytes && Buffer.byteLength(text) > fieldBytes) refuse('field-length', from);
    if (text === '') return undefined;
    this.values++;
    return text;
  }

  /** The end record of an element that may hold nothing but text. */
  private leafEnd(start: number): number {
    const { tape } = this.scanner;
    let at = tape.content(start);
    while ((tape.cells[at]! & tp.KIND) === tp.PATCH) at += tp.PATCH_SIZE;
    if ((tape.cells[at]! & tp.KIND) !== tp.END) refuse('field-structure', tape.cells[start + tp.START_FROM]!);
    return at;
  }

  /** Steps over an element; its short texts are kept where a secrecy mark could be among them. */
  private unknown(start: number, collects: boolean): void {
    const { tape } = this.scanner;
    const { cells } = tape;
    const end = tape.after(start);
    let textFrom = cells[start + tp.START_TO]!;
    for (let at = start; at < end; ) {
      const kind = cells[at]! & tp.KIND;
      if (kind === tp.PATCH) {
        at += tp.PATCH_SIZE;
        continue;
      }
      const starts = kind === tp.START;
      if (starts) this.unknownElements++;
      if (starts && ++this.leaves > this.limits.leaves) refuse('field-count', cells[at + tp.START_FROM]!);
      if (starts && this.foreignSignature < 0 && this.isForeignSignature(at))
        this.foreignSignature = cells[at + tp.START_FROM]!;
      const textTo = starts ? cells[at + tp.START_FROM]! : cells[at + tp.END_FROM]!;
      if (collects && textTo > textFrom && textTo - textFrom <= UNKNOWN_TEXT_BYTES) {
        const text = this.text.read(textFrom, textTo);
        if (text !== '') this.unknownTexts.push(text);
      }
      textFrom = starts ? cells[at + tp.START_TO]! : cells[at + tp.END_TO]!;
      at = starts ? tape.content(at) : at + tp.END_SIZE;
    }
    this.next = end;
  }

  /** An empty block claims nothing. */
  private isForeignSignature(at: number): boolean {
    const { tape, qnames, bytes } = this.scanner;
    const { cells } = tape;
    if (!SIGNATURES.includes(qnames.locals[cells[at + tp.START_QNAME]!]!)) return false;
    let inside = tape.content(at);
    while ((cells[inside]! & tp.KIND) === tp.PATCH) inside += tp.PATCH_SIZE;
    if ((cells[inside]! & tp.KIND) === tp.START) return true;
    return !isBlank(bytes, cells[at + tp.START_TO]!, cells[inside + tp.END_FROM]!);
  }
}

/** The group that was found, with the groups and lists that were not there, and without texts that were empty. */
function groupOf(slots: Slots, plan: Plan): Group {
  const group: Group = {};
  for (const { name, slot, most, plan: inner } of plan.all) {
    const value = slots[slot] ?? null;
    if (value !== null) group[name] = value;
    else if (most !== 1 || inner !== null) group[name] = plan.empty[name];
  }
  return group;
}
