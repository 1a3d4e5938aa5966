import { decodeBase64 } from './base64.ts';
import type { AttachmentRange } from './fields.ts';
import { decodeText } from './references.ts';

/** The bytes of an attachment of a document that was opened. Throws XmlRefusal (`attachment-content`) when its text is not base64. */
export function attachmentBytes(document: Buffer, { from, to }: Pick<AttachmentRange, 'from' | 'to'>): Buffer {
  const range = document.subarray(from, to);
  // Java's encoder leaves a reference to a return at the end of each line; without one there is nothing to resolve.
  const text = range.includes('&') ? decodeText(document, from, to) : range.toString('latin1');
  return decodeBase64(text, 'attachment-content', from);
}
