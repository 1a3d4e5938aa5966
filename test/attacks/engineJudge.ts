import { X509Certificate } from 'node:crypto';
import { createEngine } from '../../adapters/xml/engine.ts';
import { XmlRefusal } from '../../adapters/xml/refuse.ts';
import { attackFile, type Judge } from './attackTable.ts';

const TRUSTED = ['keys/signer-rsa2048.cert.pem', 'keys/signer-p256.cert.pem', 'keys/signer-p384.cert.pem'].map(
  (file) => new X509Certificate(attackFile(file)),
);

/**
 * The smallest honest use of the engine: the key comes from a list of the sender's certificates, of which the document
 * may only name one. Errors other than XmlRefusal are not a verdict and pass through.
 */
export function engineJudge(): Judge {
  const engine = createEngine();
  return (document) => {
    try {
      const opened = engine.open(document);
      const shown = opened.signature?.certificates ?? [];
      const certificate = TRUSTED.find((trusted) => shown.some((der) => der.equals(trusted.raw)));
      if (opened.signature === null) return { verdict: 'refuse', reason: 'unsigned' };
      if (certificate === undefined) return { verdict: 'refuse', reason: 'untrusted' };
      const result = opened.verify(certificate.publicKey);
      return result.ok ? { verdict: 'accept', reason: 'ok' } : { verdict: 'refuse', reason: result.code };
    } catch (error) {
      if (error instanceof XmlRefusal) return { verdict: 'refuse', reason: error.code };
      throw error;
    }
  };
}
