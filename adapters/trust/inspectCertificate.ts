import { thumbprintOf } from '../../core/contract/derivedIds.ts';
import type { SignatureAlgorithmName } from '../../core/contract/trustList.ts';
import type { CertificateFacts, CertificateInspector } from '../../core/trust/certificateFacts.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import type { SignatureScheme } from './certificateSignature.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** What the rules about trust lists ask of a certificate, read strictly. */
export const certificateInspector: CertificateInspector = {
  inspect(der) {
    try {
      return factsOf(parseCertificate(der));
    } catch (error) {
      if (error instanceof TrustRefusal) return error.message;
      throw error;
    }
  },
};

function factsOf(certificate: Certificate): CertificateFacts {
  const { der, subject, issuer, notBefore, notAfter, extensions, keyKind, scheme } = certificate;
  return {
    thumbprint: thumbprintOf(der),
    subject: subject.text,
    subjectKey: subject.key,
    issuerKey: issuer.key,
    notBefore: notBefore.getTime(),
    notAfter: notAfter.getTime(),
    isAuthority: extensions.basicConstraints?.ca === true,
    key: keyKind,
    ...(scheme ? { algorithm: schemeName(scheme) } : {}),
  };
}

/** The name under which a trust list allows a scheme. */
export function schemeName({ key, hash, pssSalt }: SignatureScheme): SignatureAlgorithmName {
  if (key === 'ec') return `ecdsa-${hash}`;
  return pssSalt === undefined ? `rsa-${hash}` : `rsa-pss-${hash}`;
}
