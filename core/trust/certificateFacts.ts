import type { Thumbprint } from '../contract/ids.ts';
import type { KeySize, SignatureAlgorithmName } from '../contract/trustList.ts';

/** What the rules about a trust list need to know of a certificate. Times are milliseconds since the epoch. */
export interface CertificateFacts {
  readonly thumbprint: Thumbprint;
  /** For people. */
  readonly subject: string;
  /** Names and key as they are compared. */
  readonly subjectKey: string;
  readonly issuerKey: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly isAuthority: boolean;
  readonly key: KeySize;
  /** How its issuer signed it; absent: by no algorithm that is known here. */
  readonly algorithm?: SignatureAlgorithmName;
}

export interface CertificateInspector {
  /** Facts of a certificate (DER), or in a few words why it cannot be read. Never throws. */
  inspect(der: Buffer): CertificateFacts | string;
}
