import type { PublishedTrust, TrustList } from '../../core/contract/trustList.ts';
import type { CertificateJudge } from '../../core/verify/certificateJudge.ts';
import { parseCertificate, publicKeyOf, signerOf } from './certificate.ts';
import { createPathValidator, type PathValidator } from './path.ts';
import type { PathRule } from './pathRules.ts';
import type { PolicyInputs } from './policyGraph.ts';
import { type RevocationTerms, revocationAtHand } from './revocationAtHand.ts';
import { createTrustRules } from './trustRules.ts';

interface Reading extends RevocationTerms {
  readonly sha256: string;
  readonly validate: PathValidator;
  readonly rulesFor: (agency: string) => readonly PathRule[];
}

/**
 * Path validation as the walk uses it; the operator's certificates are read once per version of the trust list, and news of
 * revocation once for each of their buffers.
 */
export function createCertificateJudge(): CertificateJudge {
  let current: Reading | undefined;
  return {
    judge({ trust, agency, revocation: atHand, ...request }) {
      if (current?.sha256 !== trust.sha256) current = readingOf(trust);
      const { ok, checks, leaf } = current.validate({
        ...request,
        further: current.rulesFor(agency),
        ...(atHand && { revocation: revocationAtHand(atHand, current, request.leaf) }),
      });
      if (!leaf) return { ok, checks };
      return { ok, checks, signer: signerOf(leaf), ...(ok ? { key: publicKeyOf(leaf) } : {}) };
    },
  };
}

function readingOf({ sha256, list }: PublishedTrust): Reading {
  const read = (der: string) => Buffer.from(der, 'base64');
  const knownIntermediates = list.intermediates.map(read);
  const validate = createPathValidator({
    anchors: list.anchors.map(({ certificate }) => read(certificate)),
    knownIntermediates,
    policy: policyOf(list),
  });
  const signers = knownIntermediates.map(parseCertificate);
  return { sha256, validate, rulesFor: createTrustRules(list), signers, policy: list.revocation };
}

/** No accepted policy in the list means any. */
const policyOf = ({ policies: { accepted, ...demands } }: TrustList): PolicyInputs =>
  accepted.length === 0 ? demands : { ...demands, acceptable: accepted };
