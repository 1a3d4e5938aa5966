import { type AnyRule, type AnyShape, ATTACHMENT_SHAPE, MESSAGE_SHAPE } from '../../core/edxml/schema.ts';
import { wordId } from './words.ts';

/** How to read one known element. */
export interface PlanRule {
  readonly name: string;
  /** Its place in `Plan.all`. */
  readonly slot: number;
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
  /** The group of an element that is not there: its groups and lists, all empty. One frozen value for all messages. */
  readonly empty: Readonly<Record<string, unknown>>;
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
  const all = Object.entries(shape).map(([name, rule], slot) => ({ ...ruleOf(name, rule, inHeader), slot }));
  const rules: (PlanRule | undefined)[] = [];
  for (const rule of all) rules[wordId(rule.name)] = rule;
  return { rules: Array.from(rules), all, empty: emptyGroup(all), collectsUnknown: inHeader };
}

function emptyGroup(all: readonly PlanRule[]): Readonly<Record<string, unknown>> {
  const absent = all.flatMap(({ name, most, plan }): [string, unknown][] => {
    if (most !== 1) return [[name, Object.freeze([])]];
    return plan === null ? [] : [[name, plan.empty]];
  });
  return Object.freeze(Object.fromEntries(absent));
}

function ruleOf(name: string, rule: AnyRule, inHeader: boolean): Omit<PlanRule, 'slot'> {
  const isContent = name === CONTENT;
  const entries = name === 'Reference' || name === 'Attachment' ? 'attachments' : 'entries';
  if (rule === 'text') return { name, most: 1, plan: null, isContent };
  if (rule === 'texts') return { name, most: entries, plan: null, isContent };
  const inside = inHeader || name === 'MessageHeader';
  if ('one' in rule) return { name, most: 1, plan: planOf(rule.one, inside), isContent };
  return { name, most: entries, plan: planOf(rule.many, inside), isContent };
}
