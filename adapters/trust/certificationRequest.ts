/** Certification requests: what an agency sends to its certificate authority to get a certificate for its key (PKCS #10, RFC 2986). */
import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { contextTag } from './derReader.ts';
import { der, derBitOctets, derName, derOid, derSequence, derUnsigned } from './derWriter.ts';
import { Oid } from './oids.ts';

export interface CertificationRequest {
  /** Attribute type (OID) and value, most general first. */
  readonly subject: readonly (readonly [oid: string, value: string])[];
  /** Private key on P-256. */
  readonly key: KeyObject;
}

/**
 * Writes a request without attributes, signed with ECDSA and SHA-256 (RFC 5758 section 3.2), DER.
 *
 * @throws TypeError if the key is not a private key on P-256.
 */
export function certificationRequest({ subject, key }: CertificationRequest): Buffer {
  if (key.type !== 'private' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new TypeError('a request is signed with a private key on P-256');
  }
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' });
  // Version 0, and the empty set of attributes, which must not be left out (section 4.1).
  const info = derSequence(derUnsigned(Buffer.from([0])), derName(subject), publicKey, der(contextTag(0, true)));
  const algorithm = derSequence(derOid(Oid.ecdsaWithSha256));
  return derSequence(info, algorithm, derBitOctets(sign('sha256', info, key)));
}
