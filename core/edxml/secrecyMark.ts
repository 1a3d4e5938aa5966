import type { EdxmlMessage } from './message.ts';

/** Levels of state secrets. A document that carries one must not enter (Decision 28/2018/QĐ-TTg article 1.2). */
export const SECRECY_MARKS = ['Mật', 'Tối mật', 'Tuyệt mật'] as const;
export type SecrecyMark = (typeof SECRECY_MARKS)[number];

const BY_TEXT: ReadonlyMap<string, SecrecyMark> = new Map(SECRECY_MARKS.map((mark) => [folded(mark), mark]));
/** "Độ mật: Tối mật", "Mức độ mật - Mật". */
const LABELLED = new RegExp(`^(?:${folded('mức')} )?${folded('độ mật')} ?[:=-] ?(.+)$`);

/**
 * The mark by which the sender says that a message is secret, or null: a text of the MessageHeader that is nothing but
 * a mark, in whatever element, also one that this version does not know, or one like "Độ mật: Mật". Case and the two
 * Unicode forms of Vietnamese make no difference.
 */
export function secrecyMark(message: EdxmlMessage): SecrecyMark | null {
  for (const text of [...texts(message.MessageHeader), ...message.unknownTexts]) {
    const whole = folded(text);
    const mark = BY_TEXT.get(whole) ?? BY_TEXT.get(LABELLED.exec(whole)?.[1] ?? '');
    if (mark !== undefined) return mark;
  }
  return null;
}

function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) yield* texts(inner);
}

function folded(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}
