import { accept, refuse } from '../../core/contract/refusals.ts';
import type { DocumentReader, OpenedAttachment } from '../../core/verify/opened.ts';
import { createEngine } from '../xml/engine.ts';
import type { AttachmentRange } from '../xml/fields.ts';
import { DEFAULT_LIMITS } from '../xml/limits.ts';
import { refuse as refuseXml, XmlRefusal } from '../xml/refuse.ts';
import { brokenRule } from '../xml/ruleWords.ts';
import { FORGIVEN } from './forgiven.ts';
import { type Normalized, normalize } from './normalize.ts';
import { MOST_ATTRIBUTES } from './tokens.ts';

/** Most that the new spelling may be longer than the message. */
const GROWTH = 8 * 1024 * 1024;

/**
 * Reads what old systems send outside the strict profile, in the deviations that `FORGIVEN` lists; beyond them only the spelling
 * of prefixes and declarations goes unchecked. Nothing that it reads is signed: what is or may be an XMLDSig signature is refused
 * as `signature-invalid`, and the result says `unsigned` to every key. Fields are read by the strict reader's own rules from the
 * message in its spelling; that the mandatory ones are there is for `checkMessage` to see, as with the strict reader. One reader
 * serves one request at a time.
 */
export function createLenientReader(limits: { readonly bytes: number }): DocumentReader {
  // The new spelling has a prefix and a namespace of its own for elements that are not edXML's, and its own names for attributes.
  const engine = createEngine({ bytes: limits.bytes + GROWTH, names: DEFAULT_LIMITS.names + MOST_ATTRIBUTES + 8 });
  return {
    open(bytes) {
      let normalized: Normalized | undefined;
      try {
        if (bytes.length > limits.bytes) refuseXml('too-large', -1);
        normalized = normalize(bytes);
        const { message, attachments, warnings } = engine.open(normalized.bytes);
        return accept({
          message,
          attachments: placesOf(attachments, normalized),
          signature: null,
          hasForeignSignature: warnings.some(({ code }) => code === 'signature-not-xmldsig'),
          forgiven: normalized.forgiven.map((what) => FORGIVEN[what]),
          verify: () => ({ ok: false, code: 'unsigned' }),
        });
      } catch (error) {
        if (!(error instanceof XmlRefusal)) throw error;
        const broken = brokenRule(error, normalized?.received(error.position));
        return error.code === 'signature-structure'
          ? refuse('signature-invalid', ...broken)
          : refuse('edxml-malformed', ...broken);
      }
    },
  };
}

/** Attachments with the places of their contents in the message as received, where each lies in one piece as well. */
function placesOf(attachments: readonly AttachmentRange[], { received }: Normalized): OpenedAttachment[] {
  return attachments.map(({ from, to, ...info }) => {
    const start = to > from ? received(from) : 0;
    return { ...info, from: start, to: start + to - from };
  });
}
