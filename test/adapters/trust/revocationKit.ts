/** A root, an authority and a signer below it, and the news of revocation that they issue, for tests. */
import { type PathResult, validatePath } from '../../../adapters/trust/path.ts';
import { createRevocation, type RevocationRequest } from '../../../adapters/trust/revocation.ts';
import { authorityExtensions, type Issued, signerExtensions } from '../../../world/certificates.ts';
import {
  answerOcsp,
  type CrlDraft,
  crlDistributionPoint,
  issueCrl,
  type OcspDraft,
  ocspResponder,
} from '../../../world/revocation.ts';
import { at, makePathKit, type PathKit } from './pathKit.ts';

export const HOUR = 3_600_000;
export const LIST = 'http://crl.example/sub.crl';
export const RESPONDER = 'http://ocsp.example/';

export const hours = (count: number): Date => new Date(at.getTime() + count * HOUR);

export interface RevocationKit extends PathKit {
  readonly authorityBelow: Issued;
  /** Names both a list and a responder. */
  readonly signer: Issued;
  /** A fresh list of the root that revokes nothing. */
  readonly rootList: Buffer;
  /** A list of the authority, fresh and empty unless changed. */
  list(change?: Partial<CrlDraft>): Buffer;
  /** A fresh answer of the authority itself that the signer is good, unless changed. */
  answer(change?: Partial<OcspDraft>): Buffer;
  /** The same without a next update. */
  endlessAnswer(thisUpdate: Date): Buffer;
  /** Validates the signer with news, or what stands in its place or its authority's; a list of the root is at hand. */
  judge(news: News, stead?: Stead): PathResult;
  /** Verdict and reason of the revocation check. */
  check(news: News, stead?: Stead): string;
}

export type News = Partial<RevocationRequest>;

export interface Stead {
  readonly signer?: Issued;
  readonly authority?: Issued;
  readonly rootList?: Buffer;
}

export async function makeRevocationKit(): Promise<RevocationKit> {
  const kit = await makePathKit();
  const authorityBelow = kit.sub({ extensions: authorityExtensions() });
  const pointers = [crlDistributionPoint(LIST), ocspResponder(RESPONDER)];
  const signer = kit.leaf(authorityBelow, { extensions: [...signerExtensions(), ...pointers] });
  const times = { thisUpdate: hours(-1), nextUpdate: hours(23) };
  const rootList = issueCrl({ issuer: kit.root, ...times });
  const list: RevocationKit['list'] = (change) => issueCrl({ issuer: authorityBelow, ...times, ...change });
  const isGood = {
    certificate: signer.certificate,
    issuer: authorityBelow,
    responder: authorityBelow,
    status: 'good',
  } as const;
  const answer: RevocationKit['answer'] = (change) => answerOcsp({ ...isGood, ...times, ...change });
  const endlessAnswer: RevocationKit['endlessAnswer'] = (thisUpdate) => answerOcsp({ ...isGood, thisUpdate });
  const judge: RevocationKit['judge'] = ({ crls = [], ...news }, stead = {}) =>
    validatePath({
      leaf: (stead.signer ?? signer).certificate,
      intermediates: [(stead.authority ?? authorityBelow).certificate],
      anchors: [kit.root.certificate],
      at,
      revocation: createRevocation({ ...news, crls: [stead.rootList ?? rootList, ...crls] }),
    });
  const check: RevocationKit['check'] = (news, stead) => {
    const found = judge(news, stead).checks.find(({ id }) => id === 'revocation');
    return found?.reason === undefined ? String(found?.verdict) : `${found.verdict}: ${found.reason}`;
  };
  return { ...kit, authorityBelow, signer, rootList, list, answer, endlessAnswer, judge, check };
}
