/** Makes real X.509 certificates (RFC 5280 section 4.1) for the miniature world. Keys are made at run time and never kept. */
import { createHash, generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { contextTag, Tag } from '../adapters/trust/derReader.ts';
import {
  der,
  derBitOctets,
  derBoolean,
  derExplicit,
  derName,
  derOid,
  derSequence,
  derTime,
  derUnsigned,
} from '../adapters/trust/derWriter.ts';
import { type KeyUsage, keyUsages } from '../adapters/trust/extensions.ts';
import { attributeNames, Oid } from '../adapters/trust/oids.ts';

/** `rsa-1024` and `p-521` exist so that tests can show them refused. */
export type KeyKind = 'rsa-2048' | 'rsa-1024' | 'p-256' | 'p-384' | 'p-521';

export type Digest = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** Attributes of a name, most general first, as in `[['C', 'VN'], ['CN', 'Sở Thử nghiệm']]`. */
export type Name = readonly (readonly [type: string, value: string])[];

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** A certificate (DER) with its keys. */
export interface Issued extends KeyPair {
  readonly name: Name;
  readonly certificate: Buffer;
}

export interface CertificateRequest {
  readonly name: Name;
  readonly keys: KeyPair;
  /** Absent: self-signed. */
  readonly issuer?: Pick<Issued, 'name' | 'privateKey' | 'publicKey'>;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Written as they are, in this order, before the key identifiers; made by {@link extension} and its kin. */
  readonly extensions: readonly Buffer[];
  /** Digest of the issuer's signature; SHA-256 unless said. */
  readonly digest?: Digest;
  /** Written instead of the key's own SubjectPublicKeyInfo. */
  readonly spki?: Buffer;
  /** 1 leaves all extensions out. */
  readonly version?: 1 | 3;
}

/** Signs one certificate. */
export function issueCertificate(request: CertificateRequest): Issued {
  const { name, keys, issuer = { name, ...keys }, extensions, digest = 'sha256', version = 3 } = request;
  const algorithm = signatureAlgorithm(issuer.privateKey, digest);
  const tbs = derSequence(
    ...(version === 3 ? [derExplicit(0, derUnsigned(Buffer.from([2])))] : []),
    derUnsigned(Buffer.concat([Buffer.from([0x01]), randomBytes(15)])),
    algorithm,
    nameDer(issuer.name),
    derSequence(derTime(request.notBefore), derTime(request.notAfter)),
    nameDer(name),
    request.spki ?? keys.publicKey.export({ format: 'der', type: 'spki' }),
    ...(version === 3 ? [derExplicit(3, derSequence(...extensions, ...keyIdentifiers(keys, issuer)))] : []),
  );
  const certificate = derSequence(tbs, algorithm, derBitOctets(sign(digest, tbs, issuer.privateKey)));
  return { name, certificate, publicKey: keys.publicKey, privateKey: keys.privateKey };
}

const generate = promisify(generateKeyPair);

/** Makes a key pair, off the main thread. */
export function makeKeys(kind: KeyKind): Promise<KeyPair> {
  if (kind === 'rsa-2048' || kind === 'rsa-1024') {
    return generate('rsa', { modulusLength: kind === 'rsa-2048' ? 2048 : 1024 });
  }
  return generate('ec', { namedCurve: kind.toUpperCase() });
}

/** One extension around the DER of its value. */
export function extension(oid: string, value: Buffer, critical: boolean): Buffer {
  const flag = critical ? [derBoolean(true)] : [];
  return derSequence(derOid(oid), ...flag, der(Tag.octetString, value));
}

export function basicConstraints(ca: boolean, pathLength?: number): Buffer {
  const items = ca ? [derBoolean(true)] : [];
  if (pathLength !== undefined) items.push(derUnsigned(Buffer.from([pathLength])));
  return extension(Oid.basicConstraints, derSequence(...items), true);
}

export function keyUsage(...usages: readonly KeyUsage[]): Buffer {
  const bits = usages.map((usage) => keyUsages.indexOf(usage));
  const highest = Math.max(...bits);
  const octets = Buffer.alloc((highest >> 3) + 1);
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return extension(Oid.keyUsage, der(Tag.bitString, Buffer.from([7 - (highest & 7)]), octets), true);
}

export function extendedKeyUsage(...purposes: readonly string[]): Buffer {
  return extension(Oid.extKeyUsage, derSequence(...purposes.map(derOid)), false);
}

/** Leftmost 160 bits of the SHA-256 of each key (RFC 7093 section 2, method 4). */
function keyIdentifiers(subject: Pick<KeyPair, 'publicKey'>, issuer: Pick<KeyPair, 'publicKey'>): readonly Buffer[] {
  const identifier = ({ publicKey }: Pick<KeyPair, 'publicKey'>) =>
    createHash('sha256')
      .update(publicKey.export({ format: 'der', type: 'spki' }))
      .digest()
      .subarray(0, 20);
  return [
    extension(Oid.subjectKeyIdentifier, der(Tag.octetString, identifier(subject)), false),
    extension(Oid.authorityKeyIdentifier, derSequence(der(contextTag(0), identifier(issuer))), false),
  ];
}

/** Extensions of a certification authority. */
export function authorityExtensions(pathLength?: number): readonly Buffer[] {
  return [basicConstraints(true, pathLength), keyUsage('keyCertSign', 'cRLSign')];
}

/** Extensions of a certificate that signs documents. */
export function signerExtensions(): readonly Buffer[] {
  return [
    basicConstraints(false),
    keyUsage('digitalSignature', 'nonRepudiation'),
    extendedKeyUsage(Oid.emailProtection, Oid.documentSigning),
  ];
}

const attributeOids = new Map(Object.entries(attributeNames).map(([oid, name]) => [name, oid]));

/** DER of a name. */
export function nameDer(name: Name): Buffer {
  return derName(
    name.map(([type, value]) => {
      const oid = attributeOids.get(type);
      if (oid === undefined) throw new RangeError(`no attribute is called ${type}`);
      return [oid, value];
    }),
  );
}

/** SHA-1 is here because tests must show that it is refused. */
const algorithmOids: Readonly<Record<'rsa' | 'ec', Readonly<Record<Digest, string>>>> = {
  rsa: {
    sha1: '1.2.840.113549.1.1.5',
    sha256: Oid.sha256WithRsa,
    sha384: Oid.sha384WithRsa,
    sha512: Oid.sha512WithRsa,
  },
  ec: {
    sha1: '1.2.840.10045.4.1',
    sha256: Oid.ecdsaWithSha256,
    sha384: Oid.ecdsaWithSha384,
    sha512: Oid.ecdsaWithSha512,
  },
};

/** The AlgorithmIdentifier of signatures by a key. */
export function signatureAlgorithm(key: KeyObject, digest: Digest): Buffer {
  return key.asymmetricKeyType === 'rsa'
    ? derSequence(derOid(algorithmOids.rsa[digest]), der(Tag.null))
    : derSequence(derOid(algorithmOids.ec[digest]));
}
