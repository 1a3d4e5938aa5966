/** The extensions of certificate policies (RFC 5280 sections 4.2.1.4, 4.2.1.5, 4.2.1.11 and 4.2.1.14). */
import { contextTag, DerReader, enterWhole, refuse, Tag } from './derReader.ts';
import { readOid, readSmallInteger } from './derValues.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** Most policies, and most mappings, read in one certificate: the bridges between authorities have some dozens. */
const POLICIES = 128;

export interface PolicyConstraints {
  /** Certificates that may follow before an explicit policy is needed. */
  readonly requireExplicit?: number;
  /** Certificates that may follow before mapping is no longer allowed. */
  readonly inhibitMapping?: number;
}

/** An issuer's policy and the subject's policy that counts as equal to it. */
export type PolicyMapping = readonly [issuerDomain: string, subjectDomain: string];

/** Object identifiers of the policies; qualifiers say nothing that is acted on. @throws TrustRefusal `der` or `too-large`. */
export function readCertificatePolicies(value: Buffer): readonly string[] {
  const reader = enterWhole(value, Tag.sequence);
  const policies = new Set<string>();
  while (!reader.done) {
    if (policies.size === POLICIES) throw new TrustRefusal('too-large', `more than ${POLICIES} certificate policies`);
    const information = reader.enter(Tag.sequence);
    const policy = readOid(information.read(Tag.oid));
    information.optional(Tag.sequence);
    information.end();
    if (policies.has(policy)) throw refuse('the same certificate policy twice');
    policies.add(policy);
  }
  if (policies.size === 0) throw refuse('an empty list of certificate policies');
  return [...policies];
}

/** @throws TrustRefusal `der`, or `too-large` for more than {@link POLICIES} mappings. */
export function readPolicyMappings(value: Buffer): readonly PolicyMapping[] {
  const reader = enterWhole(value, Tag.sequence);
  const mappings: PolicyMapping[] = [];
  while (!reader.done) {
    if (mappings.length === POLICIES) throw new TrustRefusal('too-large', `more than ${POLICIES} policy mappings`);
    const pair = reader.enter(Tag.sequence);
    mappings.push([readOid(pair.read(Tag.oid)), readOid(pair.read(Tag.oid))]);
    pair.end();
  }
  if (mappings.length === 0) throw refuse('an empty list of policy mappings');
  return mappings;
}

/** @throws TrustRefusal `der`. */
export function readPolicyConstraints(value: Buffer): PolicyConstraints {
  const reader = enterWhole(value, Tag.sequence);
  const requireExplicit = reader.optional(contextTag(0));
  const inhibitMapping = reader.optional(contextTag(1));
  reader.end();
  if (requireExplicit === undefined && inhibitMapping === undefined) throw refuse('empty policy constraints');
  return {
    ...(requireExplicit && { requireExplicit: readSmallInteger(requireExplicit) }),
    ...(inhibitMapping && { inhibitMapping: readSmallInteger(inhibitMapping) }),
  };
}

/** Certificates that may follow before anyPolicy no longer counts. @throws TrustRefusal `der`. */
export function readInhibitAnyPolicy(value: Buffer): number {
  const reader = new DerReader(value);
  const skipped = readSmallInteger(reader.read(Tag.integer));
  reader.end();
  return skipped;
}
