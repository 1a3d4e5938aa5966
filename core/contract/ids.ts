/** Identifiers of the axis. Raw strings stop at the schemas; behind them every id is one of these branded types. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Internal id of an agency: a UUIDv7 that never changes and is derived from nothing (RFC 9562 section 5.7). */
export type AgencyId = Branded<'AgencyId'>;
/** Internal id of a system, the software that calls: `sys_` and 26 base32 characters, or a name the operator chose. */
export type SystemId = Branded<'SystemId'>;
/** `dsp_` and 32 base32 characters (160 bits of SHA-256), see `dispatchIdOf`. */
export type DispatchId = Branded<'DispatchId'>;
/** `dlv_` and 32 base32 characters (160 bits of SHA-256), see `deliveryIdOf`. */
export type DeliveryId = Branded<'DeliveryId'>;
/** `upl_` and 32 base32 characters (160 bits of SHA-256), see `uploadIdOf`. */
export type UploadId = Branded<'UploadId'>;
/** `sub_` and 32 base32 characters (160 bits of SHA-256), see `submissionIdOf`. */
export type SubmissionId = Branded<'SubmissionId'>;
/** `mov_`, the id of an agency and the id of the system that it left: the move of what waits there. */
export type MoveId = Branded<'MoveId'>;
/** Id of a system's secret: `sct_` and 16 base32 characters (80 random bits); it says nothing of the secret. */
export type SecretId = Branded<'SecretId'>;
/** Lower-case hexadecimal SHA-256, 64 digits. */
export type Sha256 = Branded<'Sha256'>;
/** base64url SHA-256 of a certificate's DER, as in the JOSE header `x5t#S256` (RFC 7515 section 4.1.8). */
export type Thumbprint = Branded<'Thumbprint'>;

const DISPATCH_ID = /^dsp_[a-z2-7]{32}$/;
const DELIVERY_ID = /^dlv_[a-z2-7]{32}$/;
const UPLOAD_ID = /^upl_[a-z2-7]{32}$/;
const SECRET_ID = /^sct_[a-z2-7]{16}$/;
const SUBMISSION_ID = /^sub_[a-z2-7]{32}$/;
const SYSTEM_ID = /^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const SHA256 = /^[0-9a-f]{64}$/;

export const isDispatchId = (text: string): text is DispatchId => DISPATCH_ID.test(text);
export const isDeliveryId = (text: string): text is DeliveryId => DELIVERY_ID.test(text);
export const isUploadId = (text: string): text is UploadId => UPLOAD_ID.test(text);
export const isSecretId = (text: string): text is SecretId => SECRET_ID.test(text);
export const isSubmissionId = (text: string): text is SubmissionId => SUBMISSION_ID.test(text);
/** 3 to 40 characters: small letters, digits and inner hyphens, so that it can be part of a queue's name. */
export const isSystemId = (text: string): text is SystemId => SYSTEM_ID.test(text);
export const isAgencyId = (text: string): text is AgencyId => UUID.test(text);
export const isMoveId = (text: string): text is MoveId => text.startsWith('mov_');
export const moveIdOf = (agency: AgencyId, from: SystemId): MoveId => `mov_${agency}_${from}` as MoveId;
export const isSha256 = (text: string): text is Sha256 => SHA256.test(text);

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Base32 of RFC 4648 section 6, in small letters and without padding. */
export function base32(bytes: Uint8Array): string {
  let bits = 0;
  let value = 0;
  let text = '';
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text;
}
