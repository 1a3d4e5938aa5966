import type { RevocationNews } from '../contract/revocation.ts';
import type { PublishedTrust } from '../contract/trustList.ts';
import type { XadesTimeStamp } from './opened.ts';

export type TimeStampVerdict =
  | {
      readonly ok: true;
      /** The moment before which what was stamped existed. */
      readonly time: Date;
      /** Subject of the authority's certificate. */
      readonly authority: string;
      /** Object identifier of the policy under which it stamps. */
      readonly policy: string;
      readonly accuracyMs?: number;
      /** What is left open though it holds: that nothing fresh tells whether the authority was revoked. */
      readonly doubt?: string;
    }
  | { readonly ok: false; readonly reason: string };

export interface TimeStampJudge {
  /** Judges a token by the authorities of the trust list; never throws for hostile input. */
  judge(
    stamp: XadesTimeStamp,
    by: { readonly now: Date; readonly trust: PublishedTrust; readonly news: RevocationNews },
  ): TimeStampVerdict;
}
