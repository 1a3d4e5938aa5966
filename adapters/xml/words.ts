import { type AnyShape, ATTACHMENT_SHAPE, EDXML_NAMESPACE, MESSAGE_SHAPE } from '../../core/edxml/schema.ts';

/** Namespaces with a meaning here. */
export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
export const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';
export const SIGNATURE_NAMESPACE = 'http://www.w3.org/2000/09/xmldsig#';
export const EXCLUSIVE_NAMESPACE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
/** ETSI EN 319 132-1 section 4.3. */
export const XADES_NAMESPACE = 'http://uri.etsi.org/01903/v1.3.2#';

const SIGNATURE_WORDS = [
  'Signature SignedInfo SignatureValue KeyInfo CanonicalizationMethod SignatureMethod Reference Transforms Transform',
  'DigestMethod DigestValue InclusiveNamespaces X509Data X509Certificate X509SubjectName X509IssuerSerial',
  'X509IssuerName X509SerialNumber X509SKI KeyName KeyValue RSAKeyValue Modulus Exponent',
  'Id ID Algorithm URI PrefixList Object Type DigitalSignature',
].flatMap((line) => line.split(' '));

/** Elements of XAdES; no name of XMLDSig is among them, so that a name tells its namespace. */
export const XADES_ELEMENTS = [
  'QualifyingProperties SignedProperties SignedSignatureProperties SignedDataObjectProperties',
  'SigningTime SigningCertificate SigningCertificateV2 Cert CertDigest IssuerSerial IssuerSerialV2',
  'SignaturePolicyIdentifier SignatureProductionPlace SignatureProductionPlaceV2 SignerRole SignerRoleV2',
  'DataObjectFormat CommitmentTypeIndication',
  'UnsignedProperties UnsignedSignatureProperties SignatureTimeStamp EncapsulatedTimeStamp',
].flatMap((line) => line.split(' '));
const XADES_ATTRIBUTES = ['Target', 'Encoding'];

const STRUCTURE_WORDS =
  'edXML edXMLEnvelope edXMLHeader edXMLBody AttachmentEncoded Attachment ContentTransferEncoded id version'.split(' ');

/**
 * The names that the engine knows, in the order of their numbers in every name table: a name met in a document is
 * compared with them as a number. The first three places are fixed.
 */
export const WORDS: readonly string[] = [
  ...new Set([
    '',
    'xml',
    'xmlns',
    XML_NAMESPACE,
    XMLNS_NAMESPACE,
    SIGNATURE_NAMESPACE,
    EXCLUSIVE_NAMESPACE,
    EDXML_NAMESPACE,
    XADES_NAMESPACE,
    ...SIGNATURE_WORDS,
    ...XADES_ELEMENTS,
    ...XADES_ATTRIBUTES,
    ...STRUCTURE_WORDS,
    ...shapeNames(MESSAGE_SHAPE),
    ...shapeNames(ATTACHMENT_SHAPE),
  ]),
];

/** No name: the default namespace's prefix, and the URI of "no namespace". */
export const NOTHING = 0;
export const XML_PREFIX = 1;
export const XMLNS_PREFIX = 2;

/** The number of a name that every engine knows. */
export function wordId(word: string): number {
  const id = WORDS.indexOf(word);
  if (id < 0) throw new Error(`not a known name: ${word}`);
  return id;
}

export const EDXML_URI = wordId(EDXML_NAMESPACE);

function shapeNames(shape: AnyShape): string[] {
  return Object.entries(shape).flatMap(([name, rule]) => {
    if (typeof rule === 'string') return [name];
    return [name, ...shapeNames('one' in rule ? rule.one : rule.many)];
  });
}
