import { accept, type Outcome } from '../contract/refusals.ts';
import type { DocumentReader, OpenedDocument } from '../verify/opened.ts';

/** A message as it was read, and by whom. */
export interface ReadMessage {
  readonly document: OpenedDocument;
  /** Why the strict reader does not take the message, where only the lenient reader does. */
  readonly strictly?: Extract<Outcome<never>, { ok: false }>;
}

/**
 * Reads a message: the strict reader first, and where that is all that the caller has, or the message is signed in any way, its
 * word is the last. Only what carries no signature at all may be read leniently: a signature that fails is refused, and never
 * becomes no signature.
 */
export function openMessage(
  request: { readonly bytes: Buffer; readonly documentSignature?: string | undefined },
  { reader, lenient }: { readonly reader: DocumentReader; readonly lenient?: DocumentReader | undefined },
): Outcome<ReadMessage> {
  const strictly = reader.open(request.bytes);
  if (strictly.ok) return accept({ document: strictly.value });
  const mayBeLenient = strictly.refusal.code === 'edxml-malformed' && request.documentSignature === undefined;
  const leniently = mayBeLenient ? lenient?.open(request.bytes) : undefined;
  if (leniently === undefined) return strictly;
  if (leniently.ok) return accept({ document: leniently.value, strictly });
  // To who signed, what the profile asks matters; to who did not, what even the lenient reader cannot make out.
  return leniently.refusal.code === 'signature-invalid' ? strictly : leniently;
}
