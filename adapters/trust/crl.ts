/** Certificate revocation lists as plain data, read strictly from DER (RFC 5280 section 5). */
import { readSignatureScheme, type SignatureScheme } from './certificateSignature.ts';
import { type CrlEntries, noEntries, readCrlEntries } from './crlEntries.ts';
import { contextTag, DerReader, enterWhole, Tag } from './derReader.ts';
import { readBitOctets, readSmallInteger, readTime } from './derValues.ts';
import { type DistinguishedName, readName } from './distinguishedName.ts';
import { type Extensions, noExtensions, readExtensions } from './extensions.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** Largest revocation list read, in octets: 100,000 entries take 4 to 5 MB. */
export const CRL_BYTES = 12 * 1024 * 1024;

export interface Crl {
  /** The octets that the issuer signed. */
  readonly tbs: Buffer;
  readonly issuer: DistinguishedName;
  readonly thisUpdate: Date;
  /** RFC 5280 demands it; a list without one can never be called fresh. */
  readonly nextUpdate?: Date;
  readonly entries: CrlEntries;
  readonly extensions: Extensions;
  /** How the issuer signed; absent if the algorithm is not on the allow-list. */
  readonly scheme?: SignatureScheme;
  readonly signature: Buffer;
}

/**
 * Reads one DER revocation list: the whole buffer, nothing after it. Says nothing about trust.
 *
 * @throws TrustRefusal `too-large`, `der` or `revocation`.
 */
export function parseCrl(der: Buffer): Crl {
  if (der.length > CRL_BYTES) throw new TrustRefusal('too-large', `a revocation list over ${CRL_BYTES} bytes`);
  const reader = enterWhole(der, Tag.sequence);
  const outer = reader.read(Tag.sequence);
  const algorithm = reader.read(Tag.sequence);
  const signature = readBitOctets(reader.read(Tag.bitString));
  reader.end();
  const tbs = new DerReader(outer.content);
  const version = tbs.optional(Tag.integer);
  if (version !== undefined && readSmallInteger(version) !== 1) {
    throw new TrustRefusal('revocation', 'an unknown version of revocation list');
  }
  const inner = tbs.read(Tag.sequence);
  if (!inner.encoded.equals(algorithm.encoded)) {
    throw new TrustRefusal('revocation', 'the signature algorithm inside differs from the one outside');
  }
  const scheme = readSignatureScheme(algorithm);
  const issuer = readName(tbs.read(Tag.sequence));
  if (issuer.empty) throw new TrustRefusal('revocation', 'an empty issuer name');
  const thisUpdate = readTime(tbs);
  const next = tbs.optional(Tag.utcTime) ?? tbs.optional(Tag.generalizedTime);
  const revoked = tbs.optional(Tag.sequence);
  const wrapped = tbs.optional(contextTag(0, true));
  tbs.end();
  if (wrapped && version === undefined) throw new TrustRefusal('revocation', 'extensions in a version 1 list');
  return {
    tbs: outer.encoded,
    issuer,
    thisUpdate,
    ...(next && { nextUpdate: readTime(new DerReader(next.encoded)) }),
    entries: revoked ? readCrlEntries(revoked.content) : noEntries,
    extensions: wrapped ? readExtensions(enterWhole(wrapped.content, Tag.sequence)) : noExtensions,
    ...(scheme && { scheme }),
    signature,
  };
}
