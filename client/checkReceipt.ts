import { createPublicKey } from 'node:crypto';
import { type ReceiptVerdict, verifyReceipt } from '../adapters/trust/receipt.ts';

/** A receipt and what it takes to check it, as `submit` and `dispatch` answer them. */
export interface ReceiptEvidence {
  /** Compact JWS. */
  readonly receipt?: string | undefined;
  /** DER of the certificate that came with it, base64. */
  readonly receiptCertificate?: string | undefined;
}

/** Public key of an axis's receipt issuer, JWK (RFC 7517). */
export type ReceiptIssuerJwk = Readonly<Record<string, unknown>>;

/**
 * Checks a receipt without network or clock.
 *
 * @param issuer from a source that you trust, best kept from the day when your system was connected.
 * @throws TypeError if the issuer is not a usable public key.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { AxisClient, checkReceipt, readProfile, signDocument } from 'docaxis-client';
 *
 * const profile = readProfile(await readFile('profile.json', 'utf8'));
 * const client = AxisClient.of(profile);
 * const answer = await client.submit(await signDocument(await readFile('letter.edxml'), profile));
 * const verdict = checkReceipt(answer, profile.receiptIssuer);
 * console.log(verdict.ok ? `accepted at ${verdict.payload.at}` : verdict.code);
 */
export function checkReceipt(evidence: ReceiptEvidence, issuer: ReceiptIssuerJwk): ReceiptVerdict {
  const { receipt, receiptCertificate } = evidence;
  if (receipt === undefined || receiptCertificate === undefined) {
    return { ok: false, code: 'malformed', message: 'there is no receipt, or no certificate with it' };
  }
  const issuerKey = createPublicKey({ key: { ...issuer }, format: 'jwk' });
  return verifyReceipt({ jws: receipt, certificate: Buffer.from(receiptCertificate, 'base64'), issuerKey });
}
