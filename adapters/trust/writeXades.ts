/** Writes XAdES baseline signatures, levels B-B and B-T (ETSI EN 319 132-1), for a document's digest. */
import { createHash, type KeyObject, randomUUID, sign } from 'node:crypto';

export interface XadesWriting {
  /** SHA-256 of the document's exclusive canonical form. */
  readonly digest: Buffer;
  readonly key: KeyObject;
  /** DER, the signer's certificate first. */
  readonly certificates: readonly Buffer[];
  /** What SigningTime says: a claim. */
  readonly at: Date;
  /** Makes the signature B-T: answers the token for the SHA-256 of ds:SignatureValue. */
  readonly timeStamp?: (imprint: Buffer) => Promise<Buffer>;
}

const DS = 'http://www.w3.org/2000/09/xmldsig#';
const XADES = 'http://uri.etsi.org/01903/v1.3.2#';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';

const sha256 = (octets: string): Buffer => createHash('sha256').update(octets).digest();

/**
 * The ds:Signature element. Every part that is hashed is written in its exclusive canonical form (sections 2.3 and 3 of
 * Exclusive XML Canonicalization: declarations where they are first used, end tags in full), so its text is its octets.
 */
export async function writeXades(writing: XadesWriting): Promise<string> {
  const id = `sig-${randomUUID()}`;
  const properties = signedProperties(id, writing);
  const signedInfo = writeSignedInfo(id, writing, sha256(properties));
  const { digest } = algorithmOf(writing.key);
  const value = sign(digest, Buffer.from(signedInfo), { key: writing.key, dsaEncoding: 'ieee-p1363' });
  const signatureValue = `<ds:SignatureValue xmlns:ds="${DS}" Id="${id}-value">${value.toString('base64')}</ds:SignatureValue>`;
  const unsigned = writing.timeStamp ? unsignedProperties(await writing.timeStamp(sha256(signatureValue))) : '';
  const chain = writing.certificates.map((der) => `<ds:X509Certificate>${der.toString('base64')}</ds:X509Certificate>`);
  return (
    `<ds:Signature xmlns:ds="${DS}" Id="${id}">${signedInfo}${signatureValue}` +
    `<ds:KeyInfo><ds:X509Data>${chain.join('')}</ds:X509Data></ds:KeyInfo>` +
    `<ds:Object><xades:QualifyingProperties xmlns:xades="${XADES}" Target="#${id}">${properties}${unsigned}` +
    '</xades:QualifyingProperties></ds:Object></ds:Signature>'
  );
}

function signedProperties(id: string, { certificates, at }: XadesWriting): string {
  const [signer = Buffer.alloc(0)] = certificates;
  const digest = createHash('sha256').update(signer).digest('base64');
  return (
    `<xades:SignedProperties xmlns:xades="${XADES}" Id="${id}-properties"><xades:SignedSignatureProperties>` +
    `<xades:SigningTime>${at.toISOString().replace(/\.\d+Z$/, 'Z')}</xades:SigningTime>` +
    `<xades:SigningCertificateV2><xades:Cert><xades:CertDigest>` +
    `<ds:DigestMethod xmlns:ds="${DS}" Algorithm="${SHA256}"></ds:DigestMethod>` +
    `<ds:DigestValue xmlns:ds="${DS}">${digest}</ds:DigestValue>` +
    '</xades:CertDigest></xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties>' +
    '<xades:SignedDataObjectProperties>' +
    `<xades:DataObjectFormat ObjectReference="#${id}-document"><xades:MimeType>text/xml</xades:MimeType>` +
    '</xades:DataObjectFormat></xades:SignedDataObjectProperties></xades:SignedProperties>'
  );
}

function writeSignedInfo(id: string, { digest, key }: XadesWriting, properties: Buffer): string {
  const method = `<ds:DigestMethod Algorithm="${SHA256}"></ds:DigestMethod>`;
  const exclusive = `<ds:Transform Algorithm="${EXCLUSIVE}"></ds:Transform>`;
  return (
    `<ds:SignedInfo xmlns:ds="${DS}">` +
    `<ds:CanonicalizationMethod Algorithm="${EXCLUSIVE}"></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${algorithmOf(key).uri}"></ds:SignatureMethod>` +
    `<ds:Reference Id="${id}-document" URI=""><ds:Transforms><ds:Transform Algorithm="${DS}enveloped-signature">` +
    `</ds:Transform>${exclusive}</ds:Transforms>${method}` +
    `<ds:DigestValue>${digest.toString('base64')}</ds:DigestValue></ds:Reference>` +
    `<ds:Reference Type="http://uri.etsi.org/01903#SignedProperties" URI="#${id}-properties">` +
    `<ds:Transforms>${exclusive}</ds:Transforms>${method}` +
    `<ds:DigestValue>${properties.toString('base64')}</ds:DigestValue></ds:Reference></ds:SignedInfo>`
  );
}

function unsignedProperties(token: Buffer): string {
  return (
    '<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:SignatureTimeStamp>' +
    `<ds:CanonicalizationMethod Algorithm="${EXCLUSIVE}"></ds:CanonicalizationMethod>` +
    `<xades:EncapsulatedTimeStamp>${token.toString('base64')}</xades:EncapsulatedTimeStamp>` +
    '</xades:SignatureTimeStamp></xades:UnsignedSignatureProperties></xades:UnsignedProperties>'
  );
}

/** RSA-SHA256, or ECDSA with the digest of the curve (RFC 9231 section 2.3). */
function algorithmOf(key: KeyObject): { uri: string; digest: 'sha256' | 'sha384' } {
  if (key.asymmetricKeyType === 'rsa') return { uri: `${MORE}rsa-sha256`, digest: 'sha256' };
  return key.asymmetricKeyDetails?.namedCurve === 'secp384r1'
    ? { uri: `${MORE}ecdsa-sha384`, digest: 'sha384' }
    : { uri: `${MORE}ecdsa-sha256`, digest: 'sha256' };
}
