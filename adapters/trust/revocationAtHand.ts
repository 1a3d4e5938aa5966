/** From what the axis holds of revocation lists and OCSP answers to the port that path validation asks. */
import type { TrustList } from '../../core/contract/trustList.ts';
import type { RevocationAtHand } from '../../core/verify/certificateJudge.ts';
import { type Certificate, thumbprintOf } from './certificate.ts';
import { parseCrl } from './crl.ts';
import { parseOcspResponse } from './ocspResponse.ts';
import { readable } from './orNothing.ts';
import type { RevocationPort } from './path.ts';
import { revocationFrom } from './revocation.ts';

export interface RevocationTerms {
  /** Certificates that may sign revocation lists beside those of a path. */
  readonly signers: readonly Certificate[];
  readonly policy: TrustList['revocation'];
}

/** Judges revocation by what is at hand, for one leaf: answers that were asked about another certificate are left out. */
export function revocationAtHand(
  { news, brought, at }: RevocationAtHand,
  { signers, policy }: RevocationTerms,
  leaf: Buffer,
): RevocationPort {
  const about = thumbprintOf(leaf);
  const bytesOf = (kind: 'crl' | 'ocsp') =>
    news.sources.flatMap((source) => {
      const bytes = source.kind === kind && source.held && news.objects.get(source.held.sha256);
      return bytes && (source.about === undefined || source.about === about) ? [bytes] : [];
    });
  const answers = bytesOf('ocsp').flatMap(readAnswer);
  const port = revocationFrom({
    crls: bytesOf('crl').flatMap(readList),
    ocsp: brought ? [...answers, ...readAnswer(brought)] : answers,
    signers,
    policy,
    failingSince: (address) => {
      const source = news.sources.find((one) => one.address === address && one.held === undefined);
      return source?.failing && new Date(source.failing.since);
    },
  });
  return (path) => port(path, at);
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
