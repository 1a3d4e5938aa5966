import { type AnyRule, type AnyShape, ATTACHMENT_SHAPE, MESSAGE_SHAPE } from '../../core/edxml/schema.ts';
import { wordId } from './words.ts';

/** How to read one known element. */
export interface PlanRule {
  readonly name: string;
  /** 1, or the limit that bounds the entries of a list. */
  readonly most: 1 | 'entries' | 'attachments';
  /** Null for a leaf. */
  readonly plan: Plan | null;
  /** Base64 content, of which only the range is kept. */
  readonly isContent: boolean;
}

/** How to read the content of one element: rules by word number; what has none is unknown. */
export interface Plan {
  readonly rules: readonly (PlanRule | undefined)[];
  readonly all: readonly PlanRule[];
  /** Whether texts of unknown elements in here are kept. */
  readonly collectsUnknown: boolean;
}

const CONTENT = 'ContentTransferEncoded';
const { MessageHeader, TraceHeaderList, edXMLManifest } = MESSAGE_SHAPE;

/** The plan of a whole document: the content of its root. */
export const DOCUMENT_PLAN: Plan = planOf(
  {
    edXMLEnvelope: {
      one: { edXMLHeader: { one: { MessageHeader, TraceHeaderList } }, edXMLBody: { one: { edXMLManifest } } },
    },
    AttachmentEncoded: { one: { Attachment: { many: { ...ATTACHMENT_SHAPE, [CONTENT]: 'text' } } } },
  },
  false,
);

function planOf(shape: AnyShape, inHeader: boolean): Plan {
  const all = Object.entries(shape).map(([name, rule]) => ruleOf(name, rule, inHeader));
  const rules: (PlanRule | undefined)[] = [];
  for (const rule of all) rules[wordId(rule.name)] = rule;
  return { rules: Array.from(rules), all, collectsUnknown: inHeader };
}

function ruleOf(name: string, rule: AnyRule, inHeader: boolean): PlanRule {
  const isContent = name === CONTENT;
  const entries = name === 'Reference' || name === 'Attachment' ? 'attachments' : 'entries';
  if (rule === 'text') return { name, most: 1, plan: null, isContent };
  if (rule === 'texts') return { name, most: entries, plan: null, isContent };
  const inside = inHeader || name === 'MessageHeader';
  if ('one' in rule) return { name, most: 1, plan: planOf(rule.one, inside), isContent };
  return { name, most: entries, plan: planOf(rule.many, inside), isContent };
}
