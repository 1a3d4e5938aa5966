/**
 * What a complete certification path must satisfy beyond names that chain and signatures, with accepted algorithms, that
 * verify (`pathSearch.ts` builds no other paths): one named rule per step of RFC 5280 section 6.1, and below them what
 * signing an official document asks of the last certificate.
 */
import type { CheckId } from '../../core/contract/report.ts';
import { type Certificate, usableKeyOf } from './certificate.ts';
import { brokenNameConstraints, isSelfIssued } from './nameConstraints.ts';
import { Oid } from './oids.ts';
import type { PathWork } from './pathWork.ts';
import { followPolicies, type PolicyInputs } from './policyGraph.ts';
import { keyWeakness } from './publicKey.ts';

export interface Path {
  readonly leaf: Certificate;
  /** From the leaf's issuer up to the trust anchor, which is the last. */
  readonly issuers: readonly Certificate[];
}

/** What a path is judged by. */
export interface PathTerms {
  /** The validation time. */
  readonly at: Date;
  readonly policy: PolicyInputs;
  readonly work: PathWork;
}

export interface PathRule {
  readonly name: string;
  readonly check: CheckId;
  /** Says how the path breaks the rule, or nothing. */
  readonly broken: (path: Path, terms: PathTerms) => string | undefined;
}

/** Extensions whose meaning the rules below enforce or that restrict nothing here: they may be critical. */
const processedExtensions: ReadonlySet<string> = new Set([
  Oid.basicConstraints,
  Oid.keyUsage,
  Oid.extKeyUsage,
  Oid.subjectAltName,
  Oid.nameConstraints,
  Oid.certificatePolicies,
  Oid.policyMappings,
  Oid.policyConstraints,
  Oid.inhibitAnyPolicy,
  Oid.subjectKeyIdentifier,
  Oid.authorityKeyIdentifier,
  Oid.crlDistributionPoints,
]);

/** Extended key usages under which a certificate may sign a document; any other list is for something else. */
const documentPurposes: ReadonlySet<string> = new Set([
  Oid.documentSigning,
  Oid.microsoftDocumentSigning,
  Oid.emailProtection,
  Oid.clientAuth,
  Oid.anyExtendedKeyUsage,
]);

/** RFC 5280 section 6.1, whatever the last certificate is for. */
export const pathRules: readonly PathRule[] = [
  {
    name: 'issuers are certification authorities',
    check: 'certificate-path',
    broken: ({ issuers }) => blame(issuers, (issuer) => issuer.extensions.basicConstraints?.ca !== true, 'is not a CA'),
  },
  {
    name: 'issuers may sign certificates',
    check: 'certificate-path',
    broken: ({ issuers }) =>
      blame(issuers, (issuer) => issuer.extensions.keyUsage?.has('keyCertSign') === false, 'has no keyCertSign usage'),
  },
  { name: 'path lengths are kept', check: 'certificate-path', broken: brokenPathLength },
  {
    name: 'name constraints are kept',
    check: 'certificate-path',
    broken: (path, { work }) => brokenNameConstraints(downwards(path), work),
  },
  {
    name: 'certificate policies are accepted',
    check: 'certificate-path',
    broken: (path, { policy, work }) => followPolicies(downwards(path), policy, work).broken,
  },
  { name: 'critical extensions are known', check: 'certificate-path', broken: unknownCritical },
  { name: 'all are valid at the time', check: 'certificate-validity', broken: outsideValidity },
  { name: 'keys are strong', check: 'certificate-algorithm', broken: weakKey },
  {
    name: 'the key can be used',
    check: 'certificate-algorithm',
    broken: ({ leaf }) => (usableKeyOf(leaf) ? undefined : 'the public key of the signer certificate cannot be loaded'),
  },
];

/** What the certificate of a signer of documents, and the authorities above it, must be beside that. */
export const signerRules: readonly PathRule[] = [
  {
    name: 'the leaf is not an authority',
    check: 'certificate-path',
    broken: ({ leaf }) =>
      leaf.extensions.basicConstraints?.ca ? 'the signer certificate is that of a certification authority' : undefined,
  },
  { name: 'the leaf may sign', check: 'key-usage', broken: leafMaySign },
  { name: 'the leaf is meant for documents', check: 'key-usage', broken: leafPurpose },
  {
    name: 'issuers are meant for documents',
    check: 'key-usage',
    broken: ({ issuers }) => blame(issuers, hasOtherPurpose, 'issues certificates for other purposes than documents'),
  },
];

/** What the certificate of a time-stamping authority must be beside that (RFC 3161 section 2.3). */
export const timeStamperRules: readonly PathRule[] = [
  {
    name: 'the leaf is not an authority that certifies',
    check: 'certificate-path',
    broken: ({ leaf }) =>
      leaf.extensions.basicConstraints?.ca ? 'the time-stamp is signed by a certification authority' : undefined,
  },
  { name: 'the leaf may sign', check: 'key-usage', broken: leafMaySign },
  { name: 'the leaf is for time-stamps alone', check: 'key-usage', broken: leafStampsOnly },
];

/** The certificates from the trust anchor to the leaf, the order in which RFC 5280 processes them. */
export function downwards({ leaf, issuers }: Path): readonly Certificate[] {
  return [...issuers.toReversed(), leaf];
}

/** RFC 5280 section 6.1.4 (l), (m): self-issued certificates do not count, nor does the leaf. */
function brokenPathLength({ issuers }: Path): string | undefined {
  let below = 0;
  for (const issuer of issuers) {
    const limit = issuer.extensions.basicConstraints?.pathLength;
    if (limit !== undefined && below > limit)
      return `"${issuer.subject.text}" allows ${limit} authorities below, not ${below}`;
    if (!isSelfIssued(issuer)) below++;
  }
  return undefined;
}

function unknownCritical(path: Path): string | undefined {
  for (const certificate of all(path)) {
    for (const id of certificate.extensions.critical) {
      if (!processedExtensions.has(id))
        return `"${certificate.subject.text}" has a critical extension ${id} that is not processed`;
    }
  }
  return undefined;
}

function outsideValidity(path: Path, { at }: PathTerms): string | undefined {
  for (const { subject, notBefore, notAfter } of all(path)) {
    if (at < notBefore) return `"${subject.text}" is not valid before ${notBefore.toISOString()}`;
    if (at > notAfter) return `"${subject.text}" expired at ${notAfter.toISOString()}`;
  }
  return undefined;
}

function weakKey(path: Path): string | undefined {
  for (const certificate of all(path)) {
    const weakness = keyWeakness(certificate.keyKind);
    if (weakness !== undefined) return `"${certificate.subject.text}" has ${weakness}`;
  }
  return undefined;
}

/** A signer must be stated to be one: an absent key usage extension is not taken as permission. */
function leafMaySign({ leaf }: Path): string | undefined {
  const usage = leaf.extensions.keyUsage;
  if (usage === undefined) return 'the signer certificate states no key usage';
  if (usage.has('digitalSignature') || usage.has('nonRepudiation')) return undefined;
  return 'the signer certificate has neither the digitalSignature nor the nonRepudiation usage';
}

function leafPurpose({ leaf }: Path): string | undefined {
  return hasOtherPurpose(leaf)
    ? 'the signer certificate is meant for other purposes than signing documents'
    : undefined;
}

/** RFC 3161 section 2.3: critical, and id-kp-timeStamping its only purpose. */
function leafStampsOnly({ leaf: { extensions } }: Path): string | undefined {
  const [purpose, ...more] = extensions.extendedKeyUsage ?? [];
  const alone = purpose === Oid.timeStamping && more.length === 0 && extensions.critical.has(Oid.extKeyUsage);
  return alone ? undefined : 'the certificate is not one for time-stamps alone';
}

/** An authority's extended key usage limits what is below it, as common practice has it; RFC 5280 leaves that open. */
function hasOtherPurpose({ extensions }: Certificate): boolean {
  return extensions.extendedKeyUsage?.some((purpose) => documentPurposes.has(purpose)) === false;
}

function all({ leaf, issuers }: Path): readonly Certificate[] {
  return [leaf, ...issuers];
}

function blame(
  certificates: readonly Certificate[],
  guilty: (certificate: Certificate) => boolean,
  what: string,
): string | undefined {
  const found = certificates.find(guilty);
  return found && `"${found.subject.text}" ${what}`;
}
