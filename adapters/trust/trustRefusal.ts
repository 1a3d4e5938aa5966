/** Why a certificate, a revocation list, a JWS or a receipt could not be read; closed, so that every caller can map all of it. */
export type TrustRefusalCode =
  | 'der'
  | 'certificate'
  | 'too-large'
  | 'jws-form'
  | 'jws-header'
  | 'algorithm'
  | 'key'
  | 'signing'
  | 'revocation'
  | 'time-stamp';

/** An input that is outside what this folder reads. Expected, never a fault: hostile bytes end here and nowhere else. */
export class TrustRefusal extends Error {
  readonly code: TrustRefusalCode;

  constructor(code: TrustRefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TrustRefusal';
    this.code = code;
  }
}
