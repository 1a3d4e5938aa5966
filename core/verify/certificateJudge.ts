import type { KeyObject } from 'node:crypto';
import type { Check, Signer } from '../contract/report.ts';
import type { RevocationNews } from '../contract/revocation.ts';
import type { PublishedTrust } from '../contract/trustList.ts';

export interface CertificateVerdict {
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** There when the certificate could be read. */
  readonly signer?: Signer;
  readonly key?: KeyObject;
}

/** What is known of revoked certificates. */
export interface RevocationAtHand {
  readonly news: RevocationNews;
  /** An OCSP answer (DER) that the sender brought along. */
  readonly brought?: Buffer | undefined;
  /**
   * Time of receipt: news are of now, also where a time-stamp gives an earlier time to judge certificates at. Who is revoked
   * when a document comes in is refused, whenever it was signed.
   */
  readonly at: Date;
}

export interface CertificateJudge {
  /**
   * Path validation by the operator's trust list at `at`, for the agency with this code; DER in, verdict out; never throws
   * for hostile input.
   */
  judge(request: {
    leaf: Buffer;
    intermediates: readonly Buffer[];
    at: Date;
    agency: string;
    trust: PublishedTrust;
    /** Absent: revocation is not asked about, and the report says so. */
    revocation?: RevocationAtHand;
  }): CertificateVerdict;
}
