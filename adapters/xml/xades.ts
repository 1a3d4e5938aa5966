import * as alg from './algorithms.ts';
import { decodeBase64 } from './base64.ts';
import type { Method } from './canon.ts';
import type { Digest } from './octets.ts';
import { refuse } from './refuse.ts';
import type { Scanner } from './scan.ts';
import { requireAttributes, requireChildren, requireEmpty, requireLeaf, type SignatureNode } from './signatureTree.ts';
import * as tp from './tape.ts';
import { wordId } from './words.ts';

/** What a XAdES baseline signature adds to a ds:Signature (ETSI EN 319 132-1), taken apart. */
export interface XadesParts {
  /** SignedProperties: records on the tape, and the `Id` that a Reference must name. */
  readonly signedProperties: { readonly from: number; readonly to: number; readonly id: string };
  /** Digest of the first certificate of SigningCertificateV2 or SigningCertificate: the signer's (section 5.2.2). */
  readonly certificateDigest: { readonly hash: Digest; readonly digest: Buffer };
  /** As it stands: a claim of the signer, without effect. */
  readonly signingTime?: string;
  readonly timeStamps: readonly XadesTimeStamp[];
}

/** A SignatureTimeStamp (section 5.3): nothing signs it, it speaks for itself. */
export interface XadesTimeStamp {
  /** DER of an RFC 3161 token. */
  readonly token: Buffer;
  /** How ds:SignatureValue is canonicalised before it is hashed. */
  readonly method: Method;
}

const ID = wordId('Id');
const URI = wordId('URI');
const ALGORITHM = wordId('Algorithm');
const TARGET = wordId('Target');
const ENCODING = wordId('Encoding');
const QUALIFYING_PROPERTIES = wordId('QualifyingProperties');
const SIGNED_PROPERTIES = wordId('SignedProperties');
const SIGNED_SIGNATURE_PROPERTIES = wordId('SignedSignatureProperties');
const SIGNED_DATA_OBJECT_PROPERTIES = wordId('SignedDataObjectProperties');
const SIGNING_TIME = wordId('SigningTime');
const SIGNING_CERTIFICATE = wordId('SigningCertificate');
const SIGNING_CERTIFICATE_V2 = wordId('SigningCertificateV2');
const CERT = wordId('Cert');
const CERT_DIGEST = wordId('CertDigest');
const ISSUER_SERIAL = wordId('IssuerSerial');
const ISSUER_SERIAL_V2 = wordId('IssuerSerialV2');
const DIGEST_METHOD = wordId('DigestMethod');
const DIGEST_VALUE = wordId('DigestValue');
const UNSIGNED_PROPERTIES = wordId('UnsignedProperties');
const UNSIGNED_SIGNATURE_PROPERTIES = wordId('UnsignedSignatureProperties');
const SIGNATURE_TIME_STAMP = wordId('SignatureTimeStamp');
const CANONICALIZATION_METHOD = wordId('CanonicalizationMethod');
const ENCAPSULATED_TIME_STAMP = wordId('EncapsulatedTimeStamp');

/** Signed properties that may be there beside the certificate's digest, at most once each; nothing depends on them. */
const STATED: ReadonlySet<number> = new Set(
  [
    'SignaturePolicyIdentifier',
    'SignatureProductionPlace',
    'SignatureProductionPlaceV2',
    'SignerRole',
    'SignerRoleV2',
  ].map(wordId),
);
const ABOUT_DATA: ReadonlySet<number> = new Set(['DataObjectFormat', 'CommitmentTypeIndication'].map(wordId));

const MOST_TIME_STAMPS = 2;
const MOST_CERTIFICATES = 8;
/** Attributes that some verifier takes for an id, with whatever prefix. */
const ID_NAMES: ReadonlySet<number> = new Set(['Id', 'ID', 'id'].map(wordId));
/** xs:NCName of ASCII letters: what every library writes. */
const ID_FORM = /^[A-Za-z_][\w.-]{0,127}$/;

/** Base64 of DER (section 4.5); the only encoding that a token may have. */
const DER_ENCODING = 'http://uri.etsi.org/01903/v1.2.2#DER';

export type ReadMethod = (node: SignatureNode) => Method;

/**
 * Reads the one ds:Object that a signature may have against a closed schema: QualifyingProperties of this signature, with
 * SignedProperties that name the signer's certificate, and unsigned at most two signature time-stamps.
 */
export function readXades(object: SignatureNode, signature: SignatureNode, readMethod: ReadMethod): XadesParts {
  requireAttributes(object, ID);
  const [qualifying] = requireChildren(object, QUALIFYING_PROPERTIES);
  requireAttributes(qualifying, ID, TARGET);
  const own = signature.attributes.get(ID);
  if (own === undefined || qualifying.attributes.get(TARGET) !== `#${own}`)
    refuse('signature-reference', qualifying.position);
  const [signed, unsigned] =
    qualifying.children.length === 2
      ? requireChildren(qualifying, SIGNED_PROPERTIES, UNSIGNED_PROPERTIES)
      : requireChildren(qualifying, SIGNED_PROPERTIES);
  requireAttributes(signed, ID);
  const id = signed.attributes.get(ID);
  if (id === undefined || !ID_FORM.test(id)) refuse('signature-reference', signed.position);
  return {
    signedProperties: { from: signed.from, to: signed.to, id },
    ...readSigned(signed),
    timeStamps: unsigned === undefined ? [] : readUnsigned(unsigned, readMethod),
  };
}

function readSigned(signed: SignatureNode): Pick<XadesParts, 'certificateDigest' | 'signingTime'> {
  const [properties, aboutData] =
    signed.children.length === 2
      ? requireChildren(signed, SIGNED_SIGNATURE_PROPERTIES, SIGNED_DATA_OBJECT_PROPERTIES)
      : requireChildren(signed, SIGNED_SIGNATURE_PROPERTIES);
  requireAttributes(properties, ID);
  if (aboutData) requireOnly(aboutData, ABOUT_DATA);
  const found = new Map<number, SignatureNode>();
  for (const child of properties.children) {
    if (found.has(child.name)) refuse('signature-structure', child.position);
    found.set(child.name, child);
  }
  const certificate = found.get(SIGNING_CERTIFICATE_V2) ?? found.get(SIGNING_CERTIFICATE);
  const both = found.has(SIGNING_CERTIFICATE_V2) && found.has(SIGNING_CERTIFICATE);
  if (certificate === undefined || both) refuse('signature-structure', properties.position);
  const signingTime = found.get(SIGNING_TIME);
  if (signingTime) {
    requireAttributes(signingTime);
    requireLeaf(signingTime);
  }
  for (const child of properties.children) {
    const known = child === certificate || child === signingTime || STATED.has(child.name);
    if (!known) refuse('signature-structure', child.position);
  }
  return {
    certificateDigest: readCertificate(certificate),
    ...(signingTime ? { signingTime: signingTime.text.trim().slice(0, 40) } : {}),
  };
}

function requireOnly(node: SignatureNode, allowed: ReadonlySet<number>): void {
  requireAttributes(node, ID);
  for (const child of node.children) if (!allowed.has(child.name)) refuse('signature-structure', child.position);
}

/** CertIDList: the first names the signer's certificate, further ones its issuers, which path validation finds by itself. */
function readCertificate(list: SignatureNode): XadesParts['certificateDigest'] {
  requireAttributes(list);
  const [first] = list.children;
  const named = list.children.every(({ name }) => name === CERT);
  if (first === undefined || !named || list.children.length > MOST_CERTIFICATES)
    refuse('signature-structure', list.position);
  requireAttributes(first, URI);
  const serial = list.name === SIGNING_CERTIFICATE ? ISSUER_SERIAL : ISSUER_SERIAL_V2;
  const [digest] =
    first.children.length === 2 ? requireChildren(first, CERT_DIGEST, serial) : requireChildren(first, CERT_DIGEST);
  requireAttributes(digest);
  const [method, value] = requireChildren(digest, DIGEST_METHOD, DIGEST_VALUE);
  return readDigest(method, value);
}

/** A ds:DigestMethod and its ds:DigestValue. */
export function readDigest(method: SignatureNode, value: SignatureNode): { hash: Digest; digest: Buffer } {
  requireAttributes(method, ALGORITHM);
  requireEmpty(method);
  requireAttributes(value);
  requireLeaf(value);
  const hash = alg.digestAlgorithm(method.attributes.get(ALGORITHM) ?? '');
  if (hash === undefined) refuse('signature-digest-algorithm', method.position);
  const digest = decodeBase64(value.text, 'signature-encoding', value.position);
  if (digest.length !== alg.DIGEST_BYTES[hash]) refuse('signature-encoding', value.position);
  return { hash, digest };
}

function readUnsigned(unsigned: SignatureNode, readMethod: ReadMethod): readonly XadesTimeStamp[] {
  requireAttributes(unsigned, ID);
  const [properties] = requireChildren(unsigned, UNSIGNED_SIGNATURE_PROPERTIES);
  requireOnly(properties, new Set([SIGNATURE_TIME_STAMP]));
  if (properties.children.length > MOST_TIME_STAMPS) refuse('signature-structure', properties.position);
  return properties.children.map((stamp) => {
    requireAttributes(stamp, ID);
    const [method, token] =
      stamp.children.length === 2
        ? requireChildren(stamp, CANONICALIZATION_METHOD, ENCAPSULATED_TIME_STAMP)
        : [undefined, ...requireChildren(stamp, ENCAPSULATED_TIME_STAMP)];
    requireAttributes(token, ID, ENCODING);
    requireLeaf(token);
    if ((token.attributes.get(ENCODING) ?? DER_ENCODING) !== DER_ENCODING) refuse('signature-encoding', token.position);
    return {
      token: decodeBase64(token.text, 'signature-encoding', token.position),
      // Without a method, inclusive canonicalisation is meant, as everywhere in XMLDSig (section 4.5).
      method: method === undefined ? { inclusive: true, prefixes: null } : readMethod(method),
    };
  });
}

/** Refuses an id that other attributes called Id hold too: other verifiers would look the element up by it. */
export function requireUniqueId({ tape, bytes, qnames }: Scanner, id: string): void {
  let found = 0;
  for (let at = 0; at < tape.length; ) {
    const kind = tape.cells[at]! & tp.KIND;
    if (kind === tp.PATCH) at += tp.PATCH_SIZE;
    else if (kind === tp.END) at += tp.END_SIZE;
    else {
      for (let cell = at + tp.START_SIZE; cell < tape.declarations(at); cell += tp.ATTRIBUTE_SIZE) {
        if (!ID_NAMES.has(qnames.locals[tape.cells[cell]!]!)) continue;
        const [from, to] = [tape.cells[cell + tp.ATTRIBUTE_FROM]!, tape.cells[cell + tp.ATTRIBUTE_TO]!];
        if (bytes.toString('utf8', from, to) === id && ++found > 1) refuse('signature-reference', from);
      }
      at = tape.content(at);
    }
  }
}
