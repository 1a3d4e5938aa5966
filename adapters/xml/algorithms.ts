import { constants, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto';
import type { Digest } from './octets.ts';

/** Inclusive Canonical XML 1.0 and Exclusive XML Canonicalization 1.0, both without comments. */
export const INCLUSIVE_C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const ENVELOPED_SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

export interface SignatureAlgorithm {
  readonly uri: string;
  readonly family: 'rsa' | 'rsa-pss' | 'ecdsa';
  readonly digest: Digest;
}

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const MORE_2007 = 'http://www.w3.org/2007/05/xmldsig-more#';

/** RFC 9231 sections 2.3.2, 2.3.9 and 2.3.6. What is not here is refused: SHA-1, MD5, SHA-224, DSA, HMAC. */
const SIGNATURE_ALGORITHMS: readonly SignatureAlgorithm[] = (['sha256', 'sha384', 'sha512'] as const).flatMap(
  (digest): SignatureAlgorithm[] => [
    { uri: `${MORE}rsa-${digest}`, family: 'rsa', digest },
    { uri: `${MORE_2007}${digest}-rsa-MGF1`, family: 'rsa-pss', digest },
    { uri: `${MORE}ecdsa-${digest}`, family: 'ecdsa', digest },
  ],
);

/** RFC 9231 section 2.1 and XML Encryption section 5.7. */
const DIGEST_ALGORITHMS: ReadonlyMap<string, Digest> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  [`${MORE}sha384`, 'sha384'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
]);

export const DIGEST_BYTES: Readonly<Record<Digest, number>> = { sha256: 32, sha384: 48, sha512: 64 };

export function signatureAlgorithm(uri: string): SignatureAlgorithm | undefined {
  return SIGNATURE_ALGORITHMS.find((algorithm) => algorithm.uri === uri);
}

export function digestAlgorithm(uri: string): Digest | undefined {
  return DIGEST_ALGORITHMS.get(uri);
}

const LEAST_MODULUS_BITS = 2048;
const MOST_MODULUS_BITS = 8192;
const LEAST_EXPONENT = 65537n;
/** Bytes of r and s together, which fixes the curve that a value can be for. */
const CURVE_VALUE_BYTES: ReadonlyMap<string, number> = new Map([
  ['prime256v1', 64],
  ['secp384r1', 96],
]);

/**
 * Null when the algorithm that the document names fits the key, which was chosen without the document: RSA of 2048 to
 * 8192 bits with an odd exponent of at least 65537, or ECDSA on P-256 or P-384 with a value of that curve's length.
 */
export function keyObjection(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  valueBytes: number,
): 'algorithm' | 'weak-key' | 'signature-mismatch' | null {
  if (key.type !== 'public') return 'algorithm';
  const { modulusLength = 0, publicExponent = 0n, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (algorithm.family === 'ecdsa') {
    const curveBytes = CURVE_VALUE_BYTES.get(namedCurve);
    if (key.asymmetricKeyType !== 'ec' || curveBytes === undefined) return 'algorithm';
    return curveBytes === valueBytes ? null : 'signature-mismatch';
  }
  if (key.asymmetricKeyType !== 'rsa') return 'algorithm';
  const isSized = modulusLength >= LEAST_MODULUS_BITS && modulusLength <= MOST_MODULUS_BITS;
  return isSized && publicExponent >= LEAST_EXPONENT && publicExponent % 2n === 1n ? null : 'weak-key';
}

/** True when the value is a signature over the octets. ECDSA values are r and s side by side (RFC 9231 section 2.3.6). */
export function verifyValue(
  octets: Buffer,
  value: Buffer,
  by: { readonly key: KeyObject; readonly algorithm: SignatureAlgorithm },
): boolean {
  const { digest, family } = by.algorithm;
  // node:crypto takes the two numbers side by side too, but then a P-256 verification costs a third more.
  const signature = family === 'ecdsa' ? derOfValue(value) : value;
  return verify(digest, octets, verifyKey(by.key, by.algorithm), signature);
}

function verifyKey(key: KeyObject, { family, digest }: SignatureAlgorithm): KeyObject | VerifyKeyObjectInput {
  // PKCS #1 v1.5 is node:crypto's default, and a bare key saves a third of the call.
  if (family !== 'rsa-pss') return key;
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: DIGEST_BYTES[digest] };
}

const DER_SEQUENCE = 0x30;
const DER_INTEGER = 0x02;

/** Ecdsa-Sig-Value (RFC 3279 section 2.2.3) of two numbers of equal length side by side, each at most 63 bytes. */
function derOfValue(value: Buffer): Buffer {
  const half = value.length / 2;
  const numbers = [derUnsigned(value.subarray(0, half)), derUnsigned(value.subarray(half))];
  const content = Buffer.concat(numbers);
  return Buffer.concat([Buffer.of(DER_SEQUENCE, content.length), content]);
}

function derUnsigned(bytes: Buffer): Buffer {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from++;
  const sign = bytes[from]! >= 0x80 ? [0] : [];
  const length = bytes.length - from + sign.length;
  return Buffer.concat([Buffer.of(DER_INTEGER, length, ...sign), bytes.subarray(from)]);
}
