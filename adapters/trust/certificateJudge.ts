import type { PublishedTrust, TrustList } from '../../core/contract/trustList.ts';
import type { CertificateJudge, RevocationAtHand } from '../../core/verify/certificateJudge.ts';
import { type Certificate, parseCertificate, publicKeyOf, signerOf, thumbprintOf } from './certificate.ts';
import { parseCrl } from './crl.ts';
import { parseOcspResponse } from './ocspResponse.ts';
import { readable } from './orNothing.ts';
import { createPathValidator, type PathValidator, type RevocationPort } from './path.ts';
import type { PathRule } from './pathRules.ts';
import type { PolicyInputs } from './policyGraph.ts';
import { revocationFrom } from './revocation.ts';
import { createTrustRules } from './trustRules.ts';

interface Reading {
  readonly sha256: string;
  readonly validate: PathValidator;
  readonly rulesFor: (agency: string) => readonly PathRule[];
  /** Certificates that may sign revocation lists beside those of a path. */
  readonly signers: readonly Certificate[];
  readonly policy: TrustList['revocation'];
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
        ...(atHand && { revocation: portOf(atHand, current, request.leaf) }),
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

function portOf(
  { news, brought }: RevocationAtHand,
  { signers, policy }: Pick<Reading, 'signers' | 'policy'>,
  leaf: Buffer,
): RevocationPort {
  const about = thumbprintOf(leaf);
  const bytesOf = (kind: 'crl' | 'ocsp') =>
    news.sources.flatMap((source) => {
      const bytes = source.kind === kind && source.held && news.objects.get(source.held.sha256);
      return bytes && (source.about === undefined || source.about === about) ? [bytes] : [];
    });
  const answers = bytesOf('ocsp').flatMap(readAnswer);
  return revocationFrom({
    crls: bytesOf('crl').flatMap(readList),
    ocsp: brought ? [...answers, ...readAnswer(brought)] : answers,
    signers,
    policy,
    failingSince: (address) => {
      const source = news.sources.find((one) => one.address === address && one.held === undefined);
      return source?.failing && new Date(source.failing.since);
    },
  });
}

const readList = once(parseCrl);
const readAnswer = once(parseOcspResponse);

/** Reads a buffer the first time that it is seen; one that cannot be read tells nothing, however often. */
function once<T>(parse: (der: Buffer) => T): (der: Buffer) => readonly T[] {
  const known = new WeakMap<Buffer, readonly T[]>();
  return (der) => {
    const result = known.get(der) ?? readable([der], parse);
    known.set(der, result);
    return result;
  };
}
