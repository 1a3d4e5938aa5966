/** Signing an edXML document as the axis wants it: enveloped XMLDSig, last in the edXMLHeader. Used by senders only. */
import { createHash, createPublicKey, type KeyObject, webcrypto } from 'node:crypto';
import { createEngine, type Engine } from '../xml/engine.ts';
import { insertSignature } from '../xml/insertSignature.ts';
import { parseCertificate, publicKeyOf } from './certificate.ts';
import { keyWeakness } from './publicKey.ts';
import { TrustRefusal } from './trustRefusal.ts';
import { writeXades } from './writeXades.ts';

export interface EdxmlSigning {
  /** RSA of at least 2048 bits, P-256 or P-384. */
  readonly key: KeyObject;
  /** DER, the signer's certificate first, then its issuers; the root may stay out. At most {@link CHAIN_LENGTH}. */
  readonly certificates: readonly Buffer[];
  /** Adds the properties of XAdES level B-B (ETSI EN 319 132-1), with this as the claimed signing time. */
  readonly xades?: { readonly at: Date };
  /** Makes that level B-T: asks an authority (RFC 3161) for the token over a SHA-256. */
  readonly timeStamp?: (imprint: Buffer) => Promise<Buffer>;
}

/** Most certificates that a signature carries in its KeyInfo. */
export const CHAIN_LENGTH = 4;

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/**
 * Signs a document: RSA-SHA256, or ECDSA with the hash of the curve; exclusive canonicalisation; SHA-256 digest of the
 * whole document. Every byte of the input stays as it is, the Signature is put between two of them. The result has been
 * opened and verified by the axis's own engine.
 *
 * @throws XmlRefusal for a document outside the strict profile; TrustRefusal `key` if key and certificate do not belong
 *   together or are too weak, `signing` if the document is signed already or the result does not verify.
 */
export async function signEdxml(document: Buffer, signing: EdxmlSigning): Promise<Buffer> {
  const publicKey = checkSigner(signing);
  const engine = createEngine();
  const opened = engine.open(document);
  if (opened.signature !== null || opened.warnings.some((warning) => warning.code === 'signature-not-xmldsig')) {
    throw new TrustRefusal('signing', 'the document is signed already');
  }
  const digest = createHash('sha256').update(engine.canonicalize(document)).digest();
  const signed = insertSignature(document, await makeSignature(digest, signing));
  requireVerified(engine, signed, publicKey);
  return signed;
}

function checkSigner({ key, certificates }: EdxmlSigning): KeyObject {
  const [leaf] = certificates;
  if (leaf === undefined || certificates.length > CHAIN_LENGTH) {
    throw new TrustRefusal('key', `between 1 and ${CHAIN_LENGTH} certificates are needed`);
  }
  const certificate = parseCertificate(leaf);
  const weakness = keyWeakness(certificate.keyKind);
  if (weakness !== undefined) throw new TrustRefusal('key', `the certificate has ${weakness}`);
  const publicKey = publicKeyOf(certificate);
  if (key.type !== 'private' || !createPublicKey(key).equals(publicKey)) {
    throw new TrustRefusal('key', 'the key is not the private key of the certificate');
  }
  return publicKey;
}

/** What came out is believed only after the reader that the axis uses has accepted it. */
function requireVerified(engine: Engine, signed: Buffer, publicKey: KeyObject): void {
  const result = engine.open(signed).verify(publicKey);
  if (!result.ok) throw new TrustRefusal('signing', `the signature made does not verify: ${result.code}`);
}

/** The ds:Signature element as text. */
async function makeSignature(digest: Buffer, signing: EdxmlSigning): Promise<string> {
  const { key, certificates, xades } = signing;
  if (xades !== undefined || signing.timeStamp !== undefined) {
    return writeXades({ ...signing, digest, at: xades?.at ?? new Date() });
  }
  const { SignedXml } = await import('./xmldsigLibrary.ts');

  /** The digest is that of our own canonical octets: no second parser has a say in what is signed. */
  class DigestGiven extends SignedXml {
    protected override DigestReference(): Promise<Uint8Array<ArrayBufferLike>> {
      return Promise.resolve(digest);
    }
  }

  const algorithm = algorithmOf(key);
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
  const cryptoKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
  const signer = new DigestGiven();
  signer.XmlSignature.SignedInfo.CanonicalizationMethod.Algorithm = exclusive;
  const signature = await signer.Sign(algorithm, cryptoKey, Buffer.alloc(0), {
    references: [{ uri: '', hash: 'SHA-256', transforms: ['enveloped', 'exc-c14n'] }],
    x509: certificates.map((certificate) => certificate.toString('base64')),
  });
  return signature.toString();
}

interface SigningAlgorithm {
  readonly name: 'RSASSA-PKCS1-v1_5' | 'ECDSA';
  readonly hash: 'SHA-256' | 'SHA-384';
  readonly namedCurve?: 'P-256' | 'P-384';
}

function algorithmOf(key: KeyObject): SigningAlgorithm {
  if (key.asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  return key.asymmetricKeyDetails?.namedCurve === 'secp384r1'
    ? { name: 'ECDSA', hash: 'SHA-384', namedCurve: 'P-384' }
    : { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' };
}
