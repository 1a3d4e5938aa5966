import type { EdxmlMessage, MessageKind, MessageParts } from './message.ts';
import { type AnyShape, MESSAGE_SHAPE } from './schema.ts';

/** The same groups with everything optional: what a sender fills in. */
export type Draft<T> = T extends string
  ? string
  : T extends readonly (infer E)[]
    ? readonly Draft<E>[]
    : { readonly [K in keyof T]?: Draft<NonNullable<T[K]>> | undefined };

export type EdxmlDraft = Draft<MessageParts>;

/** Leaf text as messages mean it: without XML white space at its ends (XML 1.0 section 2.3). */
export function trimText(text: string): string {
  // Two loops: a pattern for the end of a text takes quadratic time on long white space inside it.
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text.charCodeAt(from))) from++;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0d;
}

/** The message that a draft stands for: texts trimmed, empty ones left out, every group and list present. */
export function completeMessage(draft: EdxmlDraft): EdxmlMessage {
  // The walk follows MESSAGE_SHAPE, whose type is total over MessageParts, so what it builds has that shape.
  const parts = completeGroup(draft, MESSAGE_SHAPE).group as unknown as MessageParts;
  return { kind: messageKind(parts), ...parts, unknownTexts: [] };
}

/** A message with a StatusCode is a status, every other one a document. */
export function messageKind(parts: Pick<MessageParts, 'MessageHeader'>): MessageKind {
  return parts.MessageHeader.StatusCode === undefined ? 'document' : 'status';
}

type Group = { [name: string]: unknown };

function completeGroup(given: unknown, shape: AnyShape): { group: Group; filled: boolean } {
  const source: Group = typeof given === 'object' && given !== null ? { ...given } : {};
  const group: Group = {};
  let filled = false;
  for (const [name, rule] of Object.entries(shape)) {
    const value = source[name];
    if (rule === 'text') {
      const text = typeof value === 'string' ? trimText(value) : '';
      if (text !== '') {
        group[name] = text;
        filled = true;
      }
    } else if (rule === 'texts') {
      const texts = list(value).flatMap((text) => (typeof text === 'string' ? trimText(text) || [] : []));
      group[name] = texts;
      filled ||= texts.length > 0;
    } else if ('one' in rule) {
      const inner = completeGroup(value, rule.one);
      group[name] = inner.group;
      filled ||= inner.filled;
    } else {
      const entries = list(value).map((entry) => completeGroup(entry, rule.many));
      group[name] = entries.filter((entry) => entry.filled).map((entry) => entry.group);
      filled ||= entries.some((entry) => entry.filled);
    }
  }
  return { group, filled };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
