/** How certificates are signed: the closed list of algorithms, and the check of one signature with node:crypto. */
import { constants, type KeyObject, verify } from 'node:crypto';
import { contextTag, type DerElement, DerReader, Tag } from './derReader.ts';
import { readOid, readSmallInteger } from './derValues.ts';
import { hashNames, Oid } from './oids.ts';

export interface SignatureScheme {
  readonly key: 'rsa' | 'ec';
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  /** Salt length in octets for RSASSA-PSS; absent for PKCS #1 v1.5 and ECDSA. */
  readonly pssSalt?: number;
}

const hashLength = { sha256: 32, sha384: 48, sha512: 64 } as const;

const rsaSchemes: Readonly<Record<string, SignatureScheme>> = {
  [Oid.sha256WithRsa]: { key: 'rsa', hash: 'sha256' },
  [Oid.sha384WithRsa]: { key: 'rsa', hash: 'sha384' },
  [Oid.sha512WithRsa]: { key: 'rsa', hash: 'sha512' },
};

const ecdsaSchemes: Readonly<Record<string, SignatureScheme>> = {
  [Oid.ecdsaWithSha256]: { key: 'ec', hash: 'sha256' },
  [Oid.ecdsaWithSha384]: { key: 'ec', hash: 'sha384' },
  [Oid.ecdsaWithSha512]: { key: 'ec', hash: 'sha512' },
};

/**
 * The scheme that an AlgorithmIdentifier names, or nothing if it is not on the list (SHA-1, MD5, DSA, unusual PSS
 * parameters). Parameters: NULL or absent for RSA (RFC 4055 section 5), absent for ECDSA (RFC 5758 section 3.2).
 */
export function readSignatureScheme(element: DerElement): SignatureScheme | undefined {
  const reader = new DerReader(element.content);
  const oid = readOid(reader.read(Tag.oid));
  const parameters = reader.done ? undefined : reader.next();
  reader.end();
  if (oid === Oid.rsaPss)
    return parameters?.tag === Tag.sequence ? readPss(new DerReader(parameters.content)) : undefined;
  if (parameters === undefined) return rsaSchemes[oid] ?? ecdsaSchemes[oid];
  return isNull(parameters) ? rsaSchemes[oid] : undefined;
}

export interface SignedBytes {
  readonly scheme: SignatureScheme;
  readonly bytes: Buffer;
  readonly signature: Buffer;
}

/** Whether `signed.signature` is the key's signature over the bytes; false, too, when key and scheme do not fit. */
export function isSignedBy(signed: SignedBytes, key: KeyObject): boolean {
  const { scheme, bytes, signature } = signed;
  if (key.asymmetricKeyType !== scheme.key) return false;
  try {
    // DER is node:crypto's default for ECDSA, and a bare key saves a fifth of the call.
    if (scheme.pssSalt === undefined) return verify(scheme.hash, bytes, key, signature);
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    return verify(scheme.hash, bytes, { key, padding, saltLength: scheme.pssSalt }, signature);
  } catch {
    // OpenSSL reports some malformed signatures as an error instead of "does not verify".
    return false;
  }
}

/** RSASSA-PSS-params (RFC 4055 section 3.1): one hash for message and mask, salt as long as the hash, default trailer. */
function readPss(reader: DerReader): SignatureScheme | undefined {
  const hash = readHash(reader.optional(contextTag(0, true)));
  const mask = reader.optional(contextTag(1, true));
  const salt = reader.optional(contextTag(2, true));
  if (!reader.done || hash === undefined || mask === undefined || salt === undefined) return undefined;
  const maskAlgorithm = new DerReader(mask.content).enter(Tag.sequence);
  if (readOid(maskAlgorithm.read(Tag.oid)) !== Oid.mgf1) return undefined;
  const maskHash = hashOf(maskAlgorithm.enter(Tag.sequence));
  const pssSalt = readSmallInteger(new DerReader(salt.content).read(Tag.integer));
  return maskHash === hash && pssSalt === hashLength[hash] ? { key: 'rsa', hash, pssSalt } : undefined;
}

function readHash(element: DerElement | undefined): SignatureScheme['hash'] | undefined {
  return element && hashOf(new DerReader(element.content).enter(Tag.sequence));
}

function hashOf(algorithm: DerReader): SignatureScheme['hash'] | undefined {
  const hash = hashNames[readOid(algorithm.read(Tag.oid))];
  return algorithm.done || isNull(algorithm.next()) ? hash : undefined;
}

function isNull(element: DerElement): boolean {
  return element.tag === Tag.null && element.content.length === 0;
}
