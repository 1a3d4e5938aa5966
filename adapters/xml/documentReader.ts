import { accept, refuse } from '../../core/contract/refusals.ts';
import type { DocumentReader } from '../../core/verify/opened.ts';
import { createEngine } from './engine.ts';
import { XmlRefusal } from './refuse.ts';
import { brokenRule } from './ruleWords.ts';

/**
 * The engine as the walk uses it: what the profile does not take becomes a refusal that names the rule. One reader
 * serves one request at a time, as a Lambda instance does; a message opened before is closed by the next one.
 */
export function createDocumentReader(limits: { readonly bytes: number }): DocumentReader {
  const engine = createEngine({ bytes: limits.bytes });
  return {
    open(bytes) {
      try {
        const opened = engine.open(bytes);
        return accept({
          ...opened,
          hasForeignSignature: opened.warnings.some(({ code }) => code === 'signature-not-xmldsig'),
        });
      } catch (error) {
        if (!(error instanceof XmlRefusal)) throw error;
        return error.code.startsWith('signature-')
          ? refuse('signature-invalid', ...brokenRule(error))
          : refuse('edxml-malformed', ...brokenRule(error));
      }
    },
  };
}
