/** The certificate extensions that path validation acts on (RFC 5280 section 4.2); the others are kept by name only. */
import { contextTag, DerReader, enterWhole, refuse, Tag } from './derReader.ts';
import { readBits, readBoolean, readOid, readSmallInteger } from './derValues.ts';
import { type GeneralName, type NameConstraints, readAlternativeNames, readNameConstraints } from './generalNames.ts';
import { Oid } from './oids.ts';
import {
  type PolicyConstraints,
  type PolicyMapping,
  readCertificatePolicies,
  readInhibitAnyPolicy,
  readPolicyConstraints,
  readPolicyMappings,
} from './policyExtensions.ts';

const EXTENSIONS = 32;
const PURPOSES = 32;

/** Bit names in the order of RFC 5280 section 4.2.1.3. */
export const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof keyUsages)[number];

export interface Extensions {
  /** Absent when the extension is absent, which RFC 5280 reads as "no restriction". */
  readonly keyUsage?: ReadonlySet<KeyUsage>;
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  /** Object identifiers of the purposes; absent when the extension is absent. */
  readonly extendedKeyUsage?: readonly string[];
  readonly subjectKeyIdentifier?: Buffer;
  readonly authorityKeyIdentifier?: Buffer;
  readonly subjectAltNames?: readonly GeneralName[];
  readonly nameConstraints?: NameConstraints;
  /** Object identifiers of the certificate policies. */
  readonly policies?: readonly string[];
  readonly policyMappings?: readonly PolicyMapping[];
  readonly policyConstraints?: PolicyConstraints;
  /** Certificates that may follow before anyPolicy no longer counts. */
  readonly inhibitAnyPolicy?: number;
  /** Object identifiers of all extensions, and of those marked critical. */
  readonly present: ReadonlySet<string>;
  readonly critical: ReadonlySet<string>;
  /** DER of each extension's value, for those that only some readers look into, such as pointers to revocation lists. */
  readonly values: ReadonlyMap<string, Buffer>;
}

export const noExtensions: Extensions = { present: new Set(), critical: new Set(), values: new Map() };

/** Reads the Extensions SEQUENCE; the same extension twice is refused (RFC 5280 section 4.2). */
export function readExtensions(list: DerReader): Extensions {
  const values = new Map<string, Buffer>();
  const critical = new Set<string>();
  if (list.done) throw refuse('an empty list of extensions');
  while (!list.done) {
    const extension = list.enter(Tag.sequence);
    const id = readOid(extension.read(Tag.oid));
    const flag = extension.optional(Tag.boolean);
    const value = extension.read(Tag.octetString).content;
    extension.end();
    if (values.has(id)) throw refuse(`extension ${id} twice`);
    if (values.size === EXTENSIONS) throw refuse('too many extensions');
    values.set(id, value);
    if (flag !== undefined && readBoolean(flag)) critical.add(id);
  }
  return { ...readKnown(values), present: new Set(values.keys()), critical, values };
}

function readKnown(values: ReadonlyMap<string, Buffer>): Omit<Extensions, 'present' | 'critical' | 'values'> {
  const read: Read = (id, reader) => {
    const value = values.get(id);
    return value === undefined ? undefined : reader(value);
  };
  const keyUsage = read(Oid.keyUsage, readKeyUsage);
  const basicConstraints = read(Oid.basicConstraints, readBasicConstraints);
  const extendedKeyUsage = read(Oid.extKeyUsage, readExtendedKeyUsage);
  const subjectKeyIdentifier = read(Oid.subjectKeyIdentifier, readSubjectKeyIdentifier);
  const authorityKeyIdentifier = read(Oid.authorityKeyIdentifier, readAuthorityKeyIdentifier);
  const subjectAltNames = read(Oid.subjectAltName, readAlternativeNames);
  const nameConstraints = read(Oid.nameConstraints, readNameConstraints);
  return {
    ...readPolicies(read),
    ...(keyUsage && { keyUsage }),
    ...(basicConstraints && { basicConstraints }),
    ...(extendedKeyUsage && { extendedKeyUsage }),
    ...(subjectKeyIdentifier && { subjectKeyIdentifier }),
    ...(authorityKeyIdentifier && { authorityKeyIdentifier }),
    ...(subjectAltNames && { subjectAltNames }),
    ...(nameConstraints && { nameConstraints }),
  };
}

type Read = <T>(id: string, reader: (value: Buffer) => T) => T | undefined;

function readPolicies(
  read: Read,
): Pick<Extensions, 'policies' | 'policyMappings' | 'policyConstraints' | 'inhibitAnyPolicy'> {
  const policies = read(Oid.certificatePolicies, readCertificatePolicies);
  const policyMappings = read(Oid.policyMappings, readPolicyMappings);
  const policyConstraints = read(Oid.policyConstraints, readPolicyConstraints);
  const inhibitAnyPolicy = read(Oid.inhibitAnyPolicy, readInhibitAnyPolicy);
  return {
    ...(policies && { policies }),
    ...(policyMappings && { policyMappings }),
    ...(policyConstraints && { policyConstraints }),
    ...(inhibitAnyPolicy !== undefined && { inhibitAnyPolicy }),
  };
}

function readKeyUsage(value: Buffer): ReadonlySet<KeyUsage> {
  const reader = new DerReader(value);
  const { bytes, unused } = readBits(reader.read(Tag.bitString));
  reader.end();
  if (bytes.length * 8 - unused > keyUsages.length) throw refuse('a key usage of unknown bits');
  return new Set(keyUsages.filter((_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0));
}

/** `cA FALSE` written out is not DER, yet unambiguous and common in issued certificates, so it is read. */
function readBasicConstraints(value: Buffer): NonNullable<Extensions['basicConstraints']> {
  const reader = enterWhole(value, Tag.sequence);
  const flag = reader.optional(Tag.boolean);
  const ca = flag !== undefined && readBoolean(flag);
  const length = reader.optional(Tag.integer);
  reader.end();
  if (length === undefined) return { ca };
  if (!ca) throw refuse('a path length in a certificate that is not a CA');
  return { ca, pathLength: readSmallInteger(length) };
}

function readExtendedKeyUsage(value: Buffer): readonly string[] {
  const reader = enterWhole(value, Tag.sequence);
  const purposes: string[] = [];
  while (!reader.done) {
    if (purposes.length === PURPOSES) throw refuse('too many key purposes');
    purposes.push(readOid(reader.read(Tag.oid)));
  }
  if (purposes.length === 0) throw refuse('an empty list of key purposes');
  return purposes;
}

function readSubjectKeyIdentifier(value: Buffer): Buffer {
  const reader = new DerReader(value);
  const { content } = reader.read(Tag.octetString);
  reader.end();
  return content;
}

function readAuthorityKeyIdentifier(value: Buffer): Buffer | undefined {
  return enterWhole(value, Tag.sequence).optional(contextTag(0))?.content;
}
