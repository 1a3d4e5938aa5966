import { accept, refuse } from '../../core/contract/refusals.ts';
import type { DetachedSignatures } from '../../core/verify/opened.ts';
import { readDetachedJws, verifyDetached } from './detachedJws.ts';
import { jwsAlgorithmName } from './jwsParts.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** Detached JWS as the walk uses it: read first, so that the certificate can be looked up, then verified. */
export const detachedSignatures: DetachedSignatures = {
  read(text) {
    try {
      const jws = readDetachedJws(text);
      return accept({
        thumbprint: jws.thumbprint,
        algorithmName: jwsAlgorithmName(jws.algorithm),
        verify: (bytes: Buffer, certificate: Buffer) => {
          const result = verifyDetached(jws, bytes, certificate);
          return result.ok ? { ok: true } : { ok: false, message: result.message };
        },
      });
    } catch (error) {
      if (!(error instanceof TrustRefusal)) throw error;
      return refuse('signature-invalid', { rule: error.message });
    }
  },
};
