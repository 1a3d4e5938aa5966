/** What the compact JWS of this project share: canonical base64url, closed headers, algorithms that fit the key. */
import { constants, createSign, createVerify, type KeyObject } from 'node:crypto';
import type { SignatureAlgorithmName } from '../../core/contract/trustList.ts';
import { keyWeakness } from './publicKey.ts';
import { parseJsonObject } from './strictJson.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** JWS algorithms in use (RFC 7518 section 3.1); `none`, HMAC, RSA1_5 with SHA-1 and every other one are absent on purpose. */
const jwsAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384'] as const;

export type JwsAlgorithm = (typeof jwsAlgorithms)[number];

interface AlgorithmFacts {
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  readonly options: { readonly padding: number; readonly saltLength?: number } | { readonly dsaEncoding: 'ieee-p1363' };
  /** Curve for ECDSA; absent for RSA. */
  readonly curve?: { readonly name: string; readonly signatureBytes: number };
}

const pkcs1 = { padding: constants.RSA_PKCS1_PADDING };
const pss = (saltLength: number) => ({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
const p1363 = { dsaEncoding: 'ieee-p1363' } as const;

const facts: Readonly<Record<JwsAlgorithm, AlgorithmFacts>> = {
  RS256: { hash: 'sha256', options: pkcs1 },
  RS384: { hash: 'sha384', options: pkcs1 },
  RS512: { hash: 'sha512', options: pkcs1 },
  PS256: { hash: 'sha256', options: pss(32) },
  PS384: { hash: 'sha384', options: pss(48) },
  PS512: { hash: 'sha512', options: pss(64) },
  ES256: { hash: 'sha256', options: p1363, curve: { name: 'prime256v1', signatureBytes: 64 } },
  ES384: { hash: 'sha384', options: p1363, curve: { name: 'secp384r1', signatureBytes: 96 } },
};

/** Narrows a header value to an algorithm in use. */
export function isJwsAlgorithm(value: unknown): value is JwsAlgorithm {
  return jwsAlgorithms.some((algorithm) => algorithm === value);
}

/** The name under which a trust list allows an algorithm. */
export function jwsAlgorithmName(algorithm: JwsAlgorithm): SignatureAlgorithmName {
  const { hash, options, curve } = facts[algorithm];
  if (curve !== undefined) return `ecdsa-${hash}`;
  return 'padding' in options && options.padding === constants.RSA_PKCS1_PSS_PADDING
    ? `rsa-pss-${hash}`
    : `rsa-${hash}`;
}

/** Whether the algorithm is one for this key and an RSA key strong enough: the key decides, never the header (RFC 8725 section 3.1). */
export function fitsKey(algorithm: JwsAlgorithm, key: KeyObject): boolean {
  const { curve } = facts[algorithm];
  const details = key.asymmetricKeyDetails;
  if (curve !== undefined) return key.asymmetricKeyType === 'ec' && details?.namedCurve === curve.name;
  if (key.asymmetricKeyType !== 'rsa' || details === undefined) return false;
  const { modulusLength: bits = 0, publicExponent: exponent = 0n } = details;
  return keyWeakness({ kind: 'rsa', bits, exponent }) === undefined;
}

export interface JwsSigner {
  update(bytes: Buffer): void;
  finish(): Buffer;
}

/** Signs what is fed in pieces, without holding it. @throws TrustRefusal `algorithm` if the key is not one for it. */
export function startSigning(algorithm: JwsAlgorithm, key: KeyObject): JwsSigner {
  if (key.type !== 'private' || !fitsKey(algorithm, key))
    throw new TrustRefusal('algorithm', `the key is not one for ${algorithm}`);
  const { hash, options } = facts[algorithm];
  const signer = createSign(hash);
  return { update: (bytes) => void signer.update(bytes), finish: () => signer.sign({ key, ...options }) };
}

export interface JwsVerifier {
  update(bytes: Buffer): void;
  /** Whether the signature holds over all that was fed. */
  holds(): boolean;
}

/** Checks a signature over what is fed in pieces. The caller has asked {@link fitsKey} before. */
export function startVerifying(algorithm: JwsAlgorithm, key: KeyObject, signature: Buffer): JwsVerifier {
  const { hash, options, curve } = facts[algorithm];
  const verifier = createVerify(hash);
  return {
    update: (bytes) => void verifier.update(bytes),
    holds: () => {
      const length = curve?.signatureBytes ?? Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
      if (signature.length !== length) return false;
      try {
        return verifier.verify({ key, ...options }, signature);
      } catch {
        // OpenSSL reports some malformed signatures as an error instead of "does not verify".
        return false;
      }
    },
  };
}

/** Decodes base64url in its one canonical form: no padding, no blanks, no stray bits. Nothing for any other text. */
export function decodeBase64Url(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

/** Whether a value is a certificate thumbprint: 32 octets as canonical base64url. */
export function isThumbprint(value: unknown): value is string {
  return typeof value === 'string' && decodeBase64Url(value)?.length === 32;
}

export interface CompactParts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly headerText: string;
  readonly payloadText: string;
  readonly signature: Buffer;
}

/**
 * Splits a compact JWS (RFC 7515 section 7.1) and reads its header, which must have exactly the members named.
 *
 * @throws TrustRefusal `too-large`, `jws-form` or `jws-header`.
 */
export function splitCompact(jws: string, maxLength: number, members: readonly string[]): CompactParts {
  if (jws.length > maxLength) throw new TrustRefusal('too-large', `a JWS over ${maxLength} characters`);
  const [headerText, payloadText, signatureText, ...rest] = jws.split('.');
  if (headerText === undefined || payloadText === undefined || signatureText === undefined || rest.length > 0) {
    throw new TrustRefusal('jws-form', 'not a JWS of three parts');
  }
  const headerBytes = decodeBase64Url(headerText);
  const signature = decodeBase64Url(signatureText);
  if (headerBytes === undefined || signature === undefined || signature.length === 0) {
    throw new TrustRefusal('jws-form', 'a part of the JWS is not canonical base64url');
  }
  const header = parseJsonObject(headerBytes.toString('utf8'));
  if (header === undefined)
    throw new TrustRefusal('jws-header', 'the header is not a JSON object without repeated members');
  const names = Object.keys(header);
  if (names.length !== members.length || !members.every((member) => names.includes(member))) {
    throw new TrustRefusal('jws-header', `the header must have exactly the members ${members.join(', ')}`);
  }
  return { header, headerText, payloadText, signature };
}
