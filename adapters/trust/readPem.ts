import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';
import { parseCertificate } from './certificate.ts';
import { TrustRefusal } from './trustRefusal.ts';

const PEM = /^\s*-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;

/** One certificate in PEM (RFC 7468 section 5), strict DER inside; refuses with `certificate-unusable`. */
export function readPem(pem: string): Outcome<Buffer> {
  const base64 = PEM.exec(pem)?.[1];
  if (base64 === undefined) return refuse('certificate-unusable', { problem: 'it is not exactly one PEM certificate' });
  const der = Buffer.from(base64, 'base64');
  try {
    parseCertificate(der);
    return accept(der);
  } catch (error) {
    if (!(error instanceof TrustRefusal)) throw error;
    return refuse('certificate-unusable', { problem: error.message });
  }
}
