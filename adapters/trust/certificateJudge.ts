import type { CertificateJudge } from '../../core/verify/opened.ts';
import { publicKeyOf, signerOf } from './certificate.ts';
import { createPathValidator, type PathValidator } from './path.ts';

/** Path validation as the walk uses it; the operator's certificates are read once per version of the trust list. */
export function createCertificateJudge(): CertificateJudge {
  let current: { readonly version: number; readonly validate: PathValidator } | undefined;
  return {
    judge({ trust, ...request }) {
      if (current?.version !== trust.version) {
        const read = (list: readonly string[]) => list.map((der) => Buffer.from(der, 'base64'));
        const validate = createPathValidator({
          anchors: read(trust.anchors),
          knownIntermediates: read(trust.intermediates),
        });
        current = { version: trust.version, validate };
      }
      const { ok, checks, leaf } = current.validate(request);
      if (!leaf) return { ok, checks };
      return { ok, checks, signer: signerOf(leaf), ...(ok ? { key: publicKeyOf(leaf) } : {}) };
    },
  };
}
