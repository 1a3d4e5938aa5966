import { accept, refuse } from '../../core/contract/refusals.ts';
import type { AttachmentCutter, AttachmentPlace } from '../../core/walk/attachments.ts';
import { attachmentBytes } from './attachment.ts';
import { createEngine } from './engine.ts';
import { XmlRefusal } from './refuse.ts';
import { brokenRule } from './ruleWords.ts';

/** Cuts attachments out of messages that the axis has accepted. One message at a time. */
export function createAttachmentCutter(limits: { readonly bytes: number }): AttachmentCutter {
  const engine = createEngine({ bytes: limits.bytes });
  const placesIn = (message: Buffer): readonly AttachmentPlace[] =>
    engine.open(message).attachments.map(({ AttachmentName: name = '', ContentType, MimeType, from, to }) => ({
      name,
      declared: ContentType ?? MimeType ?? '',
      from,
      to,
    }));
  return {
    cut(message, known) {
      try {
        const places = known ?? placesIn(message);
        // Decoded twice, so that a message with a broken attachment is refused before anything of it is kept, and no two
        // attachments are in memory at once.
        for (const place of places) attachmentBytes(message, place);
        return accept(contents(message, places));
      } catch (error) {
        if (!(error instanceof XmlRefusal)) throw error;
        return refuse('edxml-malformed', ...brokenRule(error));
      }
    },
  };
}

function* contents(message: Buffer, places: readonly AttachmentPlace[]) {
  for (const place of places) {
    const { name, declared } = place;
    yield { name, declared, content: attachmentBytes(message, place) };
  }
}
