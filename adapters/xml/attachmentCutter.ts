import { accept, refuse } from '../../core/contract/refusals.ts';
import type { AttachmentCutter } from '../../core/walk/attachments.ts';
import { attachmentBytes } from './attachment.ts';
import { createEngine } from './engine.ts';
import { XmlRefusal } from './refuse.ts';

/** Cuts attachments out of messages that the axis has accepted. One message at a time. */
export function createAttachmentCutter(limits: { readonly bytes: number }): AttachmentCutter {
  const engine = createEngine({ bytes: limits.bytes });
  return {
    cut(message) {
      try {
        const { attachments } = engine.open(message);
        // Decoded twice, so that a message with a broken attachment is refused before anything of it is kept, and no two
        // attachments are in memory at once.
        for (const range of attachments) attachmentBytes(message, range);
        return accept(contents(message, attachments));
      } catch (error) {
        if (!(error instanceof XmlRefusal)) throw error;
        const { code, position } = error;
        return refuse('edxml-malformed', { rule: code, position }, { rule: code, position });
      }
    },
  };
}

function* contents(message: Buffer, attachments: ReturnType<ReturnType<typeof createEngine>['open']>['attachments']) {
  for (const range of attachments) {
    const { AttachmentName: name = '', ContentType, MimeType } = range;
    yield { name, declared: ContentType ?? MimeType ?? '', content: attachmentBytes(message, range) };
  }
}
