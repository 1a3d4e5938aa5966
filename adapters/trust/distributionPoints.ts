/** Where a certificate says that its revocation is told, and what a list says that it covers (RFC 5280 4.2.1.13, 4.2.2.1, 5.2.5). */
import { contextTag, DerReader, enterWhole, refuse, Tag } from './derReader.ts';
import { readBits, readBoolean, readOid } from './derValues.ts';
import { der, derSequence } from './derWriter.ts';
import { type DistinguishedName, readName } from './distinguishedName.ts';
import type { Extensions } from './extensions.ts';
import { Oid } from './oids.ts';

const POINTS = 16;
const NAMES = 16;
const URL_LENGTH = 512;

/** Bits 1 to 8 of ReasonFlags: a list for all of them is a whole one. */
export const ALL_REASONS = 0b1_1111_1110;

export interface DistributionPoint {
  /** Names as comparable texts: `uri:…`, `dn:…`, or the octets of other forms. */
  readonly names: readonly string[];
  /** Bit `1 << n` for bit n of ReasonFlags. */
  readonly reasons: number;
  /** Names of another authority that issues the list; empty when the certificate's own issuer does. */
  readonly crlIssuers: readonly string[];
}

/** The scope that an issuing distribution point gives to a list; without the extension it is everything. */
export interface CrlScope {
  /** Absent: the list is not split by distribution points. */
  readonly names?: readonly string[];
  readonly userCertificates: boolean;
  readonly authorityCertificates: boolean;
  readonly attributeCertificates: boolean;
  readonly indirect: boolean;
  readonly reasons: number;
}

export const wholeScope: CrlScope = {
  userCertificates: true,
  authorityCertificates: true,
  attributeCertificates: false,
  indirect: false,
  reasons: ALL_REASONS,
};

/** The distribution points of a certificate of this issuer. @throws TrustRefusal `der` */
export function readDistributionPoints(
  extensions: Extensions,
  issuer: DistinguishedName,
): readonly DistributionPoint[] {
  const value = extensions.values.get(Oid.crlDistributionPoints);
  if (value === undefined) return [];
  const list = enterWhole(value, Tag.sequence);
  const points: DistributionPoint[] = [];
  while (!list.done) {
    if (points.length === POINTS) throw refuse('too many distribution points');
    const point = list.enter(Tag.sequence);
    const name = point.optional(contextTag(0, true));
    const reasons = point.optional(contextTag(1));
    const issuers = point.optional(contextTag(2, true));
    point.end();
    const crlIssuers = issuers ? readNames(new DerReader(issuers.content)) : [];
    points.push({
      names: name ? readPointName(name.content, issuer) : crlIssuers,
      reasons: reasons ? reasonBits(readBits(reasons).bytes) : ALL_REASONS,
      crlIssuers: crlIssuers.filter((other) => other !== nameText(issuer)),
    });
  }
  return points;
}

/** The scope of a list. @throws TrustRefusal `der` */
export function readScope(extensions: Extensions, issuer: DistinguishedName): CrlScope {
  const value = extensions.values.get(Oid.issuingDistributionPoint);
  if (value === undefined) return wholeScope;
  const reader = enterWhole(value, Tag.sequence);
  const name = reader.optional(contextTag(0, true));
  const flag = (number: number): boolean => {
    const element = reader.optional(contextTag(number));
    return element !== undefined && readBoolean(element);
  };
  const onlyUsers = flag(1);
  const onlyAuthorities = flag(2);
  const some = reader.optional(contextTag(3));
  const indirect = flag(4);
  const onlyAttributes = flag(5);
  reader.end();
  return {
    ...(name && { names: readPointName(name.content, issuer) }),
    userCertificates: !onlyAuthorities && !onlyAttributes,
    authorityCertificates: !onlyUsers && !onlyAttributes,
    attributeCertificates: onlyAttributes,
    indirect,
    reasons: some ? reasonBits(readBits(some).bytes) : ALL_REASONS,
  };
}

/** Addresses of whole revocation lists and of OCSP responders that a certificate names, http and https only. */
export interface RevocationAddresses {
  readonly crl: readonly string[];
  readonly ocsp: readonly string[];
}

/** @throws TrustRefusal `der` */
export function readRevocationAddresses(extensions: Extensions, issuer: DistinguishedName): RevocationAddresses {
  const names = readDistributionPoints(extensions, issuer)
    .filter(({ crlIssuers }) => crlIssuers.length === 0)
    .flatMap((point) => point.names);
  return { crl: urlsOf(names), ocsp: urlsOf(readOcspNames(extensions)) };
}

function readOcspNames(extensions: Extensions): readonly string[] {
  const value = extensions.values.get(Oid.authorityInfoAccess);
  if (value === undefined) return [];
  const list = enterWhole(value, Tag.sequence);
  const names: string[] = [];
  for (let count = 0; !list.done; count++) {
    if (count === POINTS) throw refuse('too many descriptions of access');
    const description = list.enter(Tag.sequence);
    const method = readOid(description.read(Tag.oid));
    const [name = ''] = readNames(description);
    if (method === Oid.ocsp) names.push(name);
  }
  return names;
}

const urlsOf = (names: readonly string[]): readonly string[] =>
  names
    .filter((name) => /^uri:https?:\/\//i.test(name) && name.length <= URL_LENGTH)
    .map((name) => name.slice('uri:'.length));

/** DistributionPointName: full names, or a name relative to the issuer's. */
function readPointName(encoded: Buffer, issuer: DistinguishedName): readonly string[] {
  const reader = new DerReader(encoded);
  const full = reader.optional(contextTag(0, true));
  if (full) {
    reader.end();
    return readNames(new DerReader(full.content));
  }
  const relative = reader.read(contextTag(1, true));
  reader.end();
  const set = derSequence(der(Tag.set, relative.content));
  const { key } = readName(new DerReader(set).next());
  return [`dn:${issuer.key}\n${key}`];
}

/** GeneralNames as comparable texts. */
function readNames(list: DerReader): readonly string[] {
  const names: string[] = [];
  while (!list.done) {
    if (names.length === NAMES) throw refuse('too many names');
    const { tag, content, encoded } = list.next();
    if (tag === contextTag(6)) names.push(`uri:${content.toString('latin1')}`);
    else if (tag === contextTag(4, true)) names.push(nameText(readName(new DerReader(content).next())));
    else names.push(`der:${encoded.toString('hex')}`);
  }
  return names;
}

/** A directory name in the form in which {@link DistributionPoint} holds it. */
export const nameText = ({ key }: DistinguishedName): string => `dn:${key}`;

function reasonBits(bytes: Buffer): number {
  let bits = 0;
  for (let bit = 0; bit <= 8; bit++) if (((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0) bits |= 1 << bit;
  return bits & ALL_REASONS;
}
