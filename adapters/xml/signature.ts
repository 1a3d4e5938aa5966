import * as alg from './algorithms.ts';
import { decodeBase64 } from './base64.ts';
import type { Method } from './canon.ts';
import { certificatesOf } from './keyInfo.ts';
import type { Digest } from './octets.ts';
import { refuse } from './refuse.ts';
import type { Scanner } from './scan.ts';
import {
  readTree,
  requireAttributes,
  requireChildren,
  requireEmpty,
  requireLeaf,
  type SignatureNode,
} from './signatureTree.ts';
import * as tp from './tape.ts';
import { EDXML_URI, NOTHING, wordId } from './words.ts';
import { readDigest, readXades, requireUniqueId, type XadesParts } from './xades.ts';

/** A ds:Signature that fits the profile, taken apart. Records are places on the tape. */
export interface SignatureParts {
  readonly signedInfo: { readonly from: number; readonly to: number };
  readonly signedInfoMethod: Method;
  readonly algorithm: alg.SignatureAlgorithm;
  readonly value: Buffer;
  readonly referenceMethod: Method;
  readonly digest: Digest;
  readonly digestValue: Buffer;
  /** DER of the X509Certificate elements in document order: a hint, never trusted by itself. */
  readonly certificates: readonly Buffer[];
  /** Where ds:SignatureValue stands: what a signature time-stamp is made over. */
  readonly valueExtent: { readonly from: number; readonly to: number };
  /** Absent for a plain XMLDSig signature. */
  readonly xades?: XadesParts & { readonly reference: PropertiesReference };
}

/** The Reference to SignedProperties. */
export interface PropertiesReference {
  readonly method: Method;
  readonly digest: Digest;
  readonly digestValue: Buffer;
}

const ID = wordId('Id');
const ALGORITHM = wordId('Algorithm');
const URI = wordId('URI');
const PREFIX_LIST = wordId('PrefixList');
const SIGNED_INFO = wordId('SignedInfo');
const SIGNATURE_VALUE = wordId('SignatureValue');
const KEY_INFO = wordId('KeyInfo');
const CANONICALIZATION_METHOD = wordId('CanonicalizationMethod');
const SIGNATURE_METHOD = wordId('SignatureMethod');
const REFERENCE = wordId('Reference');
const TRANSFORMS = wordId('Transforms');
const TRANSFORM = wordId('Transform');
const DIGEST_METHOD = wordId('DigestMethod');
const DIGEST_VALUE = wordId('DigestValue');
const INCLUSIVE_NAMESPACES = wordId('InclusiveNamespaces');
const OBJECT = wordId('Object');
const TYPE = wordId('Type');
/** ETSI EN 319 132-1 section 4.4.2. */
const SIGNED_PROPERTIES_TYPE = 'http://uri.etsi.org/01903#SignedProperties';
/** The elements that a Signature stands in, innermost first. */
const PARENTS = [wordId('edXMLHeader'), wordId('edXMLEnvelope'), wordId('edXML')];

const MOST_PREFIXES = 32;

/**
 * Reads the document's one ds:Signature against the closed profile: last child of edXMLHeader; SignedInfo,
 * SignatureValue and perhaps KeyInfo; one Reference to the whole document (`URI=""`), enveloped, canonicalised by C14N
 * 1.0; perhaps one Object with the properties of XAdES, and the Reference that signs them. Null when the document has
 * none. Throws XmlRefusal for anything else.
 */
export function readSignature(scanner: Scanner): SignatureParts | null {
  if (scanner.signatures === 0) return null;
  if (scanner.signatures === 1) requirePosition(scanner);
  return readSignatureAnywhere(scanner);
}

/** As {@link readSignature}, wherever the one Signature stands; by itself it only serves to judge documents of others. */
export function readSignatureAnywhere(scanner: Scanner): SignatureParts {
  const { cells } = scanner.tape;
  if (scanner.signatures !== 1) refuse('signature-count', cells[Math.max(0, scanner.signature) + tp.START_FROM]!);
  const signature = readTree(scanner);
  requireAttributes(signature, ID);
  const { signedInfo, value, keyInfo, object } = partsOf(signature);
  requireAttributes(signedInfo, ID);
  requireAttributes(value, ID);
  requireLeaf(value);
  const { c14n, method, document, properties } = signedPartsOf(signedInfo);
  if ((object === undefined) !== (properties === undefined)) refuse('signature-structure', signedInfo.position);
  const readMethodHere = (node: SignatureNode): Method => readMethod(scanner, node);
  const xades = object && readXades(object, signature, readMethodHere);
  return {
    signedInfo: { from: signedInfo.from, to: signedInfo.to },
    signedInfoMethod: readMethod(scanner, c14n),
    algorithm: readSignatureAlgorithm(method),
    value: decodeBase64(value.text, 'signature-encoding', value.position),
    ...readReference(scanner, document),
    certificates: keyInfo === undefined ? [] : certificatesOf(keyInfo),
    valueExtent: { from: value.from, to: value.to },
    ...(xades && properties
      ? { xades: { ...xades, reference: readPropertiesReference(scanner, properties, xades.signedProperties.id) } }
      : {}),
  };
}

/** SignedInfo, SignatureValue, then perhaps KeyInfo, then perhaps one Object. */
function partsOf(signature: SignatureNode): {
  signedInfo: SignatureNode;
  value: SignatureNode;
  keyInfo?: SignatureNode;
  object?: SignatureNode;
} {
  const optional = [KEY_INFO, OBJECT].filter((name) => signature.children.some((child) => child.name === name));
  const [signedInfo, value, ...rest] = requireChildren(signature, SIGNED_INFO, SIGNATURE_VALUE, ...optional);
  const keyInfo = rest.find(({ name }) => name === KEY_INFO);
  const object = rest.find(({ name }) => name === OBJECT);
  return { signedInfo, value, ...(keyInfo ? { keyInfo } : {}), ...(object ? { object } : {}) };
}

/** One Reference to the document and, in a XAdES signature, one to SignedProperties, in either order. */
function signedPartsOf(signedInfo: SignatureNode): {
  c14n: SignatureNode;
  method: SignatureNode;
  document: SignatureNode;
  properties?: SignatureNode;
} {
  if (signedInfo.children.length !== 4) {
    const [c14n, method, document] = requireChildren(signedInfo, CANONICALIZATION_METHOD, SIGNATURE_METHOD, REFERENCE);
    return { c14n, method, document };
  }
  const [c14n, method, first, second] = requireChildren(
    signedInfo,
    CANONICALIZATION_METHOD,
    SIGNATURE_METHOD,
    REFERENCE,
    REFERENCE,
  );
  const [document, properties] =
    first.attributes.get(TYPE) === SIGNED_PROPERTIES_TYPE ? [second, first] : [first, second];
  return { c14n, method, document, properties };
}

/** A Reference of the type that XAdES fixes, to exactly the element that was read, canonicalised and not transformed. */
function readPropertiesReference(scanner: Scanner, reference: SignatureNode, id: string): PropertiesReference {
  requireAttributes(reference, ID, URI, TYPE);
  const named = reference.attributes.get(TYPE) === SIGNED_PROPERTIES_TYPE && reference.attributes.get(URI) === `#${id}`;
  if (!named) refuse('signature-reference', reference.position);
  requireUniqueId(scanner, id);
  const [transforms, method, value] =
    reference.children.length === 3
      ? requireChildren(reference, TRANSFORMS, DIGEST_METHOD, DIGEST_VALUE)
      : [undefined, ...requireChildren(reference, DIGEST_METHOD, DIGEST_VALUE)];
  const { hash, digest } = readDigest(method, value);
  return { method: readPlainTransforms(scanner, transforms), digest: hash, digestValue: digest };
}

/** At most one C14N 1.0; none means inclusive (XMLDSig 1.1 section 4.4.3.2). */
function readPlainTransforms(scanner: Scanner, transforms: SignatureNode | undefined): Method {
  if (transforms === undefined) return { inclusive: true, prefixes: null };
  requireAttributes(transforms);
  const [transform] = requireChildren(transforms, TRANSFORM);
  return readMethod(scanner, transform);
}

function requirePosition(scanner: Scanner): void {
  const { tape, qnames, signature, signatureEnd } = scanner;
  const { cells } = tape;
  const position = cells[signature + tp.START_FROM]!;
  let at = signature;
  for (const parent of PARENTS) {
    at = cells[at + tp.START_PARENT]!;
    if (at < 0 || cells[at + tp.START_URI] !== EDXML_URI) refuse('signature-position', position);
    if (qnames.locals[cells[at + tp.START_QNAME]!] !== parent) refuse('signature-position', position);
  }
  if (cells[at + tp.START_PARENT] !== -1) refuse('signature-position', position);
  let next = signatureEnd;
  while ((cells[next]! & tp.KIND) === tp.PATCH) next += tp.PATCH_SIZE;
  if ((cells[next]! & tp.KIND) === tp.START) refuse('signature-position', position);
}

function readReference(
  scanner: Scanner,
  reference: SignatureNode,
): Pick<SignatureParts, 'referenceMethod' | 'digest' | 'digestValue'> {
  requireAttributes(reference, ID, URI);
  if (reference.attributes.get(URI) !== '') refuse('signature-reference', reference.position);
  const [transforms, method, value] = requireChildren(reference, TRANSFORMS, DIGEST_METHOD, DIGEST_VALUE);
  const { hash, digest } = readDigest(method, value);
  return { referenceMethod: readTransforms(scanner, transforms), digest: hash, digestValue: digest };
}

/** First enveloped-signature, then at most one C14N 1.0; none means inclusive (XMLDSig 1.1 section 4.4.3.2). */
function readTransforms(scanner: Scanner, transforms: SignatureNode): Method {
  requireAttributes(transforms);
  const [enveloped, c14n, more] = transforms.children;
  const named = transforms.children.every((child) => child.name === TRANSFORM);
  if (enveloped === undefined || more !== undefined || !named) refuse('signature-transform', transforms.position);
  requireAttributes(enveloped, ALGORITHM);
  if (enveloped.attributes.get(ALGORITHM) !== alg.ENVELOPED_SIGNATURE)
    refuse('signature-transform', enveloped.position);
  requireEmpty(enveloped);
  return c14n === undefined ? { inclusive: true, prefixes: null } : readMethod(scanner, c14n);
}

/** A canonicalisation method or transform with its optional PrefixList (Exclusive C14N section 4). */
function readMethod(scanner: Scanner, node: SignatureNode): Method {
  requireAttributes(node, ALGORITHM);
  const algorithm = node.attributes.get(ALGORITHM);
  const known = algorithm === alg.EXCLUSIVE_C14N || algorithm === alg.INCLUSIVE_C14N;
  if (!known) refuse(node.name === TRANSFORM ? 'signature-transform' : 'signature-canonicalization', node.position);
  const inclusive = algorithm === alg.INCLUSIVE_C14N;
  if (inclusive || node.children.length === 0) {
    requireEmpty(node);
    return { inclusive, prefixes: null };
  }
  const [list] = requireChildren(node, INCLUSIVE_NAMESPACES);
  requireAttributes(list, PREFIX_LIST);
  requireEmpty(list);
  const prefixes = list.attributes
    .get(PREFIX_LIST)
    ?.split(' ')
    .filter((prefix) => prefix !== '');
  if (prefixes === undefined || prefixes.length > MOST_PREFIXES) refuse('signature-structure', list.position);
  return { inclusive, prefixes: prefixNumbers(scanner, prefixes) };
}

/** The numbers of prefixes written as a PrefixList writes them. */
export function prefixNumbers(scanner: Scanner, prefixes: readonly string[]): ReadonlySet<number> {
  return new Set(
    prefixes.map((prefix) => {
      if (prefix === '#default') return NOTHING;
      const bytes = Buffer.from(prefix);
      return scanner.names.intern(bytes, 0, bytes.length);
    }),
  );
}

function readSignatureAlgorithm(method: SignatureNode): alg.SignatureAlgorithm {
  requireAttributes(method, ALGORITHM);
  const algorithm = alg.signatureAlgorithm(method.attributes.get(ALGORITHM) ?? '');
  if (algorithm === undefined) refuse('signature-algorithm', method.position);
  requireEmpty(method);
  return algorithm;
}
