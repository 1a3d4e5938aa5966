import type { AnswerOf } from '../contract/answers.ts';
import type { Sha256 } from '../contract/ids.ts';
import { sniffType } from './sniffType.ts';

export type AttachmentItem = AnswerOf<'attachments'>['items'][number];

/** What is known of an attachment before it gets its number. */
export interface Found {
  readonly name: string;
  /** As the sender wrote it. */
  readonly declared: string;
  readonly bytes: number;
  readonly sha256: Sha256;
  readonly detached: boolean;
  /** Its first bytes, at least `SNIFF_BYTES` of them where it has so many. */
  readonly start: Uint8Array;
}

const NAME_CHARS = 200;

/** Numbers attachments and says what each really is. */
export const attachmentItems = (found: readonly Found[]): readonly AttachmentItem[] =>
  found.map(({ name, declared, bytes, sha256, detached, start }, index) => {
    const contentType = sniffType(start);
    return {
      n: index + 1,
      name: fileName(name) || `attachment-${index + 1}`,
      contentType,
      ...(declared !== '' && declared !== contentType ? { declaredType: declared } : {}),
      bytes,
      sha256,
      detached,
    };
  });

/** A name that can only ever be one file in the folder where somebody saves it: the last part of a path, without controls. */
function fileName(name: string): string {
  const last =
    name
      .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
      .split(/[/\\]/)
      .at(-1) ?? '';
  const trimmed = last.trim().slice(0, NAME_CHARS);
  return /^\.*$/.test(trimmed) ? '' : trimmed;
}
