/** The CertID by which OCSP names a certificate (RFC 6960 section 4.1.1). */
import { createHash } from 'node:crypto';
import { type Certificate, issuerNameOf } from './certificate.ts';
import { contextTag, enterWhole, Tag } from './derReader.ts';
import { readBitOctets } from './derValues.ts';
import { der, derOid, derSequence } from './derWriter.ts';
import type { CertificateId } from './ocspResponse.ts';
import { Oid } from './oids.ts';

/** Octets of the issuer's key, without its algorithm: what key hashes are made of. */
export function keyOctets({ spki }: Certificate): Buffer {
  const reader = enterWhole(spki, Tag.sequence);
  reader.next();
  return readBitOctets(reader.read(Tag.bitString));
}

/** Whether an id names this certificate of this issuer; ids by other hashes than SHA-1 and SHA-256 name nothing. */
export function names(id: CertificateId, certificate: Certificate, issuer: Certificate): boolean {
  const { hash } = id;
  if (hash === 'other' || id.serial !== certificate.serial) return false;
  const { issuerName, issuerKey } = idOf(hash, certificate, issuer);
  return id.issuerName.equals(issuerName) && id.issuerKey.equals(issuerKey);
}

/** DER of an OCSPRequest for one certificate, by SHA-1 since many responders know no other id (RFC 5019 section 2.1.1). */
export function ocspRequest(certificate: Certificate, issuer: Certificate, nonce: Buffer): Buffer {
  const { issuerName, issuerKey } = idOf('sha1', certificate, issuer);
  const id = derSequence(
    derSequence(derOid(Oid.sha1), der(Tag.null)),
    der(Tag.octetString, issuerName),
    der(Tag.octetString, issuerKey),
    der(Tag.integer, Buffer.from(certificate.serial, 'hex')),
  );
  const extension = derSequence(derOid(Oid.ocspNonce), der(Tag.octetString, der(Tag.octetString, nonce)));
  const extensions = der(contextTag(2, true), derSequence(extension));
  return derSequence(derSequence(derSequence(derSequence(id)), extensions));
}

function idOf(
  hash: 'sha1' | 'sha256',
  certificate: Certificate,
  issuer: Certificate,
): { issuerName: Buffer; issuerKey: Buffer } {
  const digest = (bytes: Buffer) => createHash(hash).update(bytes).digest();
  return { issuerName: digest(issuerNameOf(certificate)), issuerKey: digest(keyOctets(issuer)) };
}
